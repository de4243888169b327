import { App, Button, Popconfirm } from 'antd'
import { useAct } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { may, useMe } from '@/shared/session/me.ts'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PointLink } from '@/shared/ui/links.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useKindNames } from '@/shared/words/evidence.ts'
import { type Evidence, retractDocument } from './documents.ts'
import { useEvidenceTexts } from './texts.ts'

export type Effect = { point: { code: string; name: string; nameEn: string | null }; text: string }

type Props = { own: boolean; evidence: readonly Evidence[]; effects: ReadonlyMap<string, Effect[]> }

export function EvidenceTable({ own, evidence, effects }: Props) {
  const t = useEvidenceTexts()
  const kinds = useKindNames()
  const me = useMe()
  const { percent, dateTime } = useFormat()
  // Of one's own, self-assessments alone can be taken back. Whether somebody else's piece can is
  // known to the server, which says who recorded it.
  const mayRetract = (e: Evidence) => !e.retracted && (own ? e.kind === 'SELF_ASSESSMENT' : may(me, 'RETRACT'))
  return (
    <DataTable<Evidence>
      caption={t.title}
      rows={evidence}
      rowKey={(e) => e.id}
      pageSize={evidence.length}
      rowClassName={(e) => (e.retracted ? 'retracted' : '')}
      columns={[
        { title: t.when, className: 'moment', render: (_, e) => dateTime(e.at) },
        {
          title: t.kind,
          render: (_, e) => (
            <>
              <span className="struck">{kinds[e.kind]}</span>
              {e.retracted && <span className="retracted-mark"> {t.retracted}</span>}
            </>
          ),
        },
        { title: t.score, align: 'right', render: (_, e) => <span className="struck">{percent(e.score)}</span> },
        {
          title: t.points,
          className: 'evidence-text',
          render: (_, e) =>
            e.knowledgePoints.map((p, i) => (
              <span key={p.code}>
                {i > 0 && ', '}
                <PointLink point={p} />
              </span>
            )),
        },
        {
          title: t.effect,
          className: 'evidence-text',
          render: (_, e) => (e.retracted ? null : <Effects effects={effects.get(e.id) ?? []} />),
        },
        {
          title: t.item,
          className: 'evidence-item',
          render: (_, e) => (
            <>
              {e.item} <small>{e.source}</small>
            </>
          ),
        },
        { title: t.retract, className: 'no-print', render: (_, e) => mayRetract(e) && <RetractButton evidence={e} /> },
      ]}
    />
  )
}

function Effects({ effects }: { effects: readonly Effect[] }) {
  const { nameOf } = useFormat()
  return effects.map((e) => (
    <div key={e.point.code}>
      {effects.length > 1 && `${nameOf(e.point)}: `}
      {effectOf(e.text)}
    </div>
  ))
}

// effectOf leaves out of the sentence what the columns before it say: kind, time and result.
function effectOf(text: string): string {
  return text.replace(/^.*?[：:] ?/, '')
}

function RetractButton({ evidence }: { evidence: Evidence }) {
  const t = useEvidenceTexts()
  const kinds = useKindNames()
  const words = useTexts()
  const { message } = App.useApp()
  const retract = useAct(retractDocument)
  return (
    <Popconfirm
      title={t.retractQuestion}
      okText={t.retract}
      cancelText={words.cancel}
      onConfirm={() =>
        retract.mutate(
          { id: evidence.id },
          { onSuccess: () => void message.success(t.retractDone), onError: (problem) => void message.error(problem.message || words.failed) },
        )
      }
    >
      <Button size="small" loading={retract.isPending} aria-label={`${t.retract}: ${kinds[evidence.kind]} ${evidence.knowledgePoints[0]?.name ?? ''}`}>
        {t.retract}
      </Button>
    </Popconfirm>
  )
}
