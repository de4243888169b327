import { Button } from 'antd'
import { useFormat } from '@/shared/format/values.ts'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { ShareBar } from '@/shared/ui/LevelBar.tsx'
import { PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { type Insight, insightDocument, type PointInsight } from './documents.ts'
import type { Filter } from './Filters.tsx'
import { useInsightTexts } from './texts.ts'

type Props = { insight: Insight; filter: Filter; more?: () => void }

// PointsSection lists the points where people fail, and says what each figure means.
export function PointsSection({ insight, filter, more }: Props) {
  const t = useInsightTexts()
  const words = useTexts()
  const { number, nameOf } = useFormat()
  const share = (title: string, of: (p: PointInsight) => number | null) => ({
    title,
    sorter: (a: PointInsight, b: PointInsight) => (of(a) ?? -1) - (of(b) ?? -1),
    render: (_: unknown, p: PointInsight) => <Share share={of(p)} label={title} />,
  })
  const count = (title: string, of: (p: PointInsight) => number) => ({
    title,
    align: 'right' as const,
    sorter: (a: PointInsight, b: PointInsight) => of(a) - of(b),
    render: (_: unknown, p: PointInsight) => number(of(p)),
  })
  return (
    <Section
      title={t.points}
      actions={
        <CsvButton
          query={insightDocument}
          variables={{ filter, points: 200 }}
          rows="insight.points"
          name={t.points}
          columns={[
            { title: words.code, path: 'knowledgePoint.code' },
            { title: words.point, path: 'knowledgePoint.name' },
            { title: words.competency, path: 'knowledgePoint.competency.name' },
            { title: t.people, path: 'people' },
            { title: t.pieces, path: 'evidenceCount' },
            { title: t.errorRate, path: 'errorRate' },
            { title: t.firstAttempt, path: 'firstAttemptRate' },
            { title: t.correction, path: 'correctionRate' },
            { title: t.growth, path: 'growth' },
            { title: t.meanMastery, path: 'meanMastery' },
          ]}
        />
      }
      note={t.order}
    >
      <DataTable<PointInsight>
        caption={t.points}
        rows={insight.points}
        rowKey={(p) => p.knowledgePoint.code}
        columns={[
          {
            title: words.point,
            render: (_, { knowledgePoint: point }) => (
              <span className="insight-point">
                <PointLink point={point} />
                {point.competency && <small>{nameOf(point.competency)}</small>}
              </span>
            ),
          },
          count(t.people, (p) => p.people),
          count(t.pieces, (p) => p.evidenceCount),
          share(t.errorRate, (p) => p.errorRate),
          share(t.firstAttempt, (p) => p.firstAttemptRate),
          share(t.correction, (p) => p.correctionRate),
          {
            title: t.growth,
            align: 'right',
            sorter: (a, b) => (a.growth ?? -2) - (b.growth ?? -2),
            render: (_, p) => <Growth growth={p.growth} />,
          },
          share(t.meanMastery, (p) => p.meanMastery),
        ]}
      />
      {more && (
        <p className="note">
          <Button size="small" onClick={more}>
            {t.more}
          </Button>
        </p>
      )}
      <Legend />
    </Section>
  )
}

function Share({ share, label }: { share: number | null; label: string }) {
  const { percent } = useFormat()
  return (
    <span className="insight-share">
      {share === null ? <span /> : <ShareBar share={share} label={label} />}
      <span className="number">{percent(share)}</span>
    </span>
  )
}

function Growth({ growth }: { growth: number | null }) {
  const { number } = useFormat()
  if (growth === null) return number(null)
  const points = number(Math.abs(growth) * 100)
  return points === '0' ? points : `${growth < 0 ? '−' : '+'}${points}`
}

function Legend() {
  const t = useInsightTexts()
  const entries = [
    [t.people, t.peopleHow],
    [t.pieces, t.piecesHow],
    [t.errorRate, t.errorRateHow],
    [t.firstAttempt, t.firstAttemptHow],
    [t.correction, t.correctionHow],
    [t.growth, t.growthHow],
    [t.meanMastery, t.meanMasteryHow],
  ]
  return (
    <details className="insight-legend" open>
      <summary>{t.howToRead}</summary>
      <dl>
        {entries.map(([name, how]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{how}</dd>
          </div>
        ))}
      </dl>
      <p className="note">{t.fewPeople}</p>
    </details>
  )
}
