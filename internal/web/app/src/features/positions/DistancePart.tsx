import { Fault } from '@/shared/api/ask.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { ChoosePosition } from '@/shared/choose/Choose.tsx'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty, FaultView } from '@/shared/ui/Answer.tsx'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PointLink, PositionLink } from '@/shared/ui/links.tsx'
import { Choice, Section } from '@/shared/ui/Page.tsx'
import { RequiredLevel, type Scale } from '@/shared/ui/RequiredLevel.tsx'
import { CriticalMark } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { beyondTable, distanceDocument, type Position } from './documents.ts'
import { type Beyond, beyond } from './points.ts'
import { usePositionTexts } from './texts.ts'

type Props = { position: Position; scale: Scale }

// DistancePart shows how far it is from this position to another one, and back.
export function DistancePart({ position, scale }: Props) {
  const t = usePositionTexts()
  const [params, set] = useUrl()
  const other = params.get('other')
  return (
    <Section
      title={t.tabDistance}
      actions={
        <Choice label={t.other}>
          <ChoosePosition label={t.other} value={other} onChange={(code) => set({ other: code })} allowClear />
        </Choice>
      }
      note={t.similarityNote}
    >
      {other === null ? (
        <Empty title={t.otherFirst} />
      ) : other === position.code ? (
        <Empty title={t.samePosition} />
      ) : (
        <Distance key={other} position={position} other={other} scale={scale} />
      )}
    </Section>
  )
}

function Distance({ position, other, scale }: Props & { other: string }) {
  const t = usePositionTexts()
  const { nameOf, percent, duration } = useFormat()
  const distance = useAsk(distanceDocument, { here: position.code, there: other })
  return (
    <Answer query={distance}>
      {(found) =>
        found.there && found.back && found.position ? (
          <>
            <dl className="figures">
              <div>
                <dt>{t.to(nameOf(position), nameOf(found.position))}</dt>
                <dd>{duration(found.there.minutes)}</dd>
              </div>
              <div>
                <dt>{t.to(nameOf(found.position), nameOf(position))}</dt>
                <dd>{duration(found.back.minutes)}</dd>
              </div>
              <div>
                <dt>{t.similarity}</dt>
                <dd>{percent(found.there.similarity)}</dd>
              </div>
            </dl>
            <BeyondTable here={position.code} other={found.position} points={beyond(position.requiredPoints, found.position.requiredPoints)} scale={scale} />
          </>
        ) : (
          <FaultView error={new Fault('', 'NOT_FOUND')} />
        )
      }
    </Answer>
  )
}

type BeyondProps = { here: string; other: { code: string; name: string; nameEn: string | null }; points: Beyond[]; scale: Scale }

function BeyondTable({ here, other, points, scale }: BeyondProps) {
  const t = usePositionTexts()
  const words = useTexts()
  const { nameOf, duration, percent } = useFormat()
  if (points.length === 0) return <p>{t.nothingBeyond}</p>
  const title = t.beyond(nameOf(other), points.length)
  return (
    <>
      <div className="section-head">
        <h3>{title}</h3>
        <div className="section-actions">
          <PositionLink position={other} />
          <CsvButton
            query={beyondTable}
            variables={{ here, there: other.code }}
            rows="there.requiredPoints,here.requiredPoints"
            joinBy="knowledgePoint.code"
            name={`${other.code} ${here}`}
            columns={[
              { title: words.code, path: '0.knowledgePoint.code' },
              { title: words.point, path: '0.knowledgePoint.name' },
              { title: words.competency, path: '0.knowledgePoint.competency.name' },
              { title: t.here, path: '2.level' },
              { title: t.there, path: '1.level' },
              { title: words.critical, path: '1.critical', texts: { true: words.yes, false: words.no } },
              { title: words.minutes, path: '0.knowledgePoint.minutes' },
            ]}
          />
        </div>
      </div>
      <DataTable<Beyond>
        caption={title}
        rows={points}
        rowKey={(r) => r.knowledgePoint.code}
        columns={[
          {
            title: words.point,
            render: (_, r) => (
              <>
                {r.critical && <CriticalMark />}
                <PointLink point={r.knowledgePoint} />
              </>
            ),
          },
          { title: words.competency, render: (_, r) => r.knowledgePoint.competency && nameOf(r.knowledgePoint.competency) },
          { title: t.here, align: 'right', render: (_, r) => percent(r.here) },
          { title: t.there, render: (_, r) => <RequiredLevel level={r.level} scale={scale} /> },
          { title: words.minutes, align: 'right', render: (_, r) => duration(r.knowledgePoint.minutes) },
        ]}
      />
    </>
  )
}
