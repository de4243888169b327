import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { useFormat } from '@/shared/format/values.ts'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { LevelBar } from '@/shared/ui/LevelBar.tsx'
import { PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { CriticalMark, type Status, StatusTag, statusSigns, useStatusNames } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { Gap, GapCsv } from './document.ts'
import { chosenStatuses, sortGaps, toggleStatus } from './statuses.ts'
import { useGapTexts } from './texts.ts'

// RequirementTable shows each requirement with its level. Those that are met are shown on demand.
export function RequirementTable({ gap, csv }: { gap: Gap; csv: GapCsv }) {
  const t = useGapTexts()
  const words = useTexts()
  const statuses = useStatusNames()
  const { percent, number } = useFormat()
  const [params, setParams] = useSearchParams()
  const chosen = chosenStatuses(params.get('status'))
  const sorted = useMemo(() => sortGaps(gap.gaps), [gap.gaps])
  const probable = useMemo(
    () => new Map(gap.inferred.filter((c) => c.known && !c.uncertain).map((c) => [c.knowledgePoint.code, c.probability])),
    [gap.inferred],
  )
  const rows = sorted.filter((g) => chosen.has(g.status))
  const toggle = (status: Status) =>
    setParams(
      (before) => {
        const value = toggleStatus(chosen, status)
        if (value === null) before.delete('status')
        else before.set('status', value)
        return before
      },
      { replace: true },
    )
  return (
    <Section
      title={t.requirements}
      note={rows.some((g) => g.status === 'UNASSESSED' && probable.has(g.knowledgePoint.code)) && t.probablyKnownHow}
      actions={
        <>
          <fieldset className="gap-filter" aria-label={t.filter}>
            {(Object.keys(statusSigns) as Status[]).map((status) => (
              <button key={status} type="button" aria-pressed={chosen.has(status)} className={`status status-${status}`} onClick={() => toggle(status)}>
                <span aria-hidden="true">{statusSigns[status]}</span> {statuses[status]} {number(gap.gaps.filter((g) => g.status === status).length)}
              </button>
            ))}
          </fieldset>
          <CsvButton
            {...csv}
            rows="gapAnalysis.gaps"
            name={t.requirements}
            columns={[
              { title: words.code, path: 'knowledgePoint.code' },
              { title: words.point, path: 'knowledgePoint.name' },
              { title: words.competency, path: 'knowledgePoint.competency.name' },
              { title: words.status, path: 'status', texts: statuses },
              { title: words.current, path: 'current' },
              { title: words.mastered, path: 'mastery' },
              { title: words.required, path: 'required' },
              { title: words.critical, path: 'critical', texts: { true: words.yes, false: words.no } },
              { title: t.weight, path: 'weight' },
            ]}
          />
        </>
      }
    >
      <DataTable<Gap['gaps'][number]>
        caption={t.requirements}
        rows={rows}
        rowKey={(g) => g.knowledgePoint.code}
        pageSize={200} // all of them on paper
        locale={{ emptyText: t.none }}
        columns={[
          { title: words.status, render: (_, g) => <StatusTag status={g.status} /> },
          {
            title: words.point,
            render: (_, g) => (
              <>
                {g.critical && <CriticalMark />}
                <PointLink point={g.knowledgePoint} />
                {g.status === 'UNASSESSED' && probable.has(g.knowledgePoint.code) && (
                  <span className="quiet"> {t.probablyKnown(percent(probable.get(g.knowledgePoint.code)))}</span>
                )}
              </>
            ),
          },
          { title: t.level, width: '30%', render: (_, g) => <LevelBar current={g.current} mastery={g.mastery} required={g.required} /> },
          { title: words.current, align: 'right', render: (_, g) => percent(g.current) },
          { title: words.required, align: 'right', render: (_, g) => percent(g.required) },
          { title: t.weight, align: 'right', render: (_, g) => number(g.weight, 2) },
        ]}
      />
    </Section>
  )
}
