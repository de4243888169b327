import type { Group } from '@/shared/choose/group.ts'
import { useFormat } from '@/shared/format/values.ts'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { type ClassCounts, classes } from './classes.ts'
import { type Coverage, successionDocument } from './documents.ts'
import { Histogram } from './Histogram.tsx'
import { ClassTag } from './Readiness.tsx'
import { useTalentTexts } from './texts.ts'

// SuccessionSection tells how well a position is covered beyond the person at the top of the
// list. Counts are there for whoever may read people one by one.
type Props = { position: string; group: Group; coverage: Coverage; counted: ClassCounts | null }

export function SuccessionSection({ position, group, coverage, counted }: Props) {
  const t = useTalentTexts()
  const { number, percent, dateTime } = useFormat()
  const quantile = (share: number) => coverage.quantiles?.find((q) => q.share === share)?.coverage
  // Where single people are hidden, shares at the ends say "at most" and "at least" alone.
  const bounded = (share: number | null) => (counted || share === null ? '' : share <= 0.05 ? '≤ ' : share >= 0.95 ? '≥ ' : '') + percent(share)
  const csv = { query: successionDocument, variables: { position, group } }
  const facts: [string, string][] = [
    [t.measured, number(coverage.people)],
    [t.ready, bounded(coverage.ready)],
    [t.criticalReady, bounded(coverage.criticalReady)],
    [t.median, percent(quantile(0.5))],
    ...(quantile(1) === undefined ? [] : [[t.best, percent(quantile(1))] as [string, string]]),
    [t.meanUnassessed, percent(coverage.unassessed)],
    [t.busFactor, number(coverage.busFactor)],
  ]
  return (
    <div className="columns">
      <Section
        className="narrow"
        title={t.succession}
        note={t.asOf(dateTime(coverage.at))}
        actions={
          <CsvButton
            {...csv}
            rows="position.coverage"
            name={`${t.succession} ${position}`}
            columns={[
              { title: t.measured, path: 'people' },
              { title: t.ready, path: 'ready' },
              { title: t.criticalReady, path: 'criticalReady' },
              ...(coverage.quantiles ?? []).map((q, i) => ({ title: t.quantile(percent(q.share)), path: `quantiles.${i}.coverage` })),
              { title: t.meanUnassessed, path: 'unassessed' },
              { title: t.busFactor, path: 'busFactor' },
            ]}
          />
        }
      >
        {counted?.exact && (
          <p className="talent-counts">
            {classes.map((c) => (
              <span key={c}>
                <ClassTag readiness={c} /> <strong>{number(counted[c])}</strong>
              </span>
            ))}
          </p>
        )}
        <table className="plain-table talent-facts">
          <tbody>
            {facts.map(([label, value]) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td className="number">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <BusFactor holders={coverage.busFactor} />
      </Section>
      <Section
        className="wide"
        title={t.distribution}
        actions={
          coverage.bins && (
            <CsvButton
              {...csv}
              rows="position.coverage.bins"
              name={`${t.distribution} ${position}`}
              columns={[
                { title: t.binFrom, path: 'from' },
                { title: t.binTo, path: 'to' },
                { title: t.peopleCount, path: 'people' },
              ]}
            />
          )
        }
      >
        {coverage.bins ? <Histogram bins={coverage.bins} people={coverage.people ?? 0} /> : <p className="quiet">{t.withheld}</p>}
      </Section>
    </div>
  )
}

function BusFactor({ holders }: { holders: number | null }) {
  const t = useTalentTexts()
  if (holders === null) return null
  const grave = holders < 2
  return (
    <p className={`talent-alarm ${grave ? '' : 'quiet'}`}>
      {grave && <span aria-hidden="true">⚠ </span>}
      {holders === 0 ? t.busNobody : holders === 1 ? t.busOne : t.busMore(holders)}
    </p>
  )
}
