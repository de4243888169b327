import { Segmented } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useFormat } from '@/shared/format/values.ts'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { LevelBar } from '@/shared/ui/LevelBar.tsx'
import { PointLink, pathOf } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { CriticalMark, StatusTag, useStatusNames } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { peopleDocument, type Standing } from './documents.ts'
import { ClassTag, CoverageCell, MinutesCell, UnassessedCell, useClassNames } from './Readiness.tsx'
import { filterPairs, isMet, type PairedGap, type PeopleFilter, pairGaps } from './standings.ts'
import { useTalentTexts } from './texts.ts'

type Props = { position: string; first: Standing; second: Standing }

// StandingsSections shows how two people stand to a position, in sum and point by point.
export function StandingsSections(props: Props) {
  return (
    <>
      <Summary {...props} />
      <Points {...props} />
    </>
  )
}

function Summary({ position, first, second }: Props) {
  const t = useTalentTexts()
  const words = useTexts()
  const classNames = useClassNames()
  const both = [first, second]
  const most = Math.max(...both.map((s) => s.employee.readiness?.minutes ?? 0))
  const criticalMet = ({ gaps }: Standing) => t.metOf(gaps.filter((g) => g.critical && isMet(g)).length, gaps.filter((g) => g.critical).length)
  const allMet = ({ gaps }: Standing) => t.metOf(gaps.filter(isMet).length, gaps.length)
  const rows: [string, (s: Standing) => ReactNode][] = [
    [t.readiness, (s) => s.employee.readiness && <ClassTag readiness={s.employee.readiness.class} />],
    [words.coverage, (s) => <CoverageCell coverage={s.coverage} />],
    [t.left, (s) => s.employee.readiness && <MinutesCell minutes={s.employee.readiness.minutes} most={most} />],
    [t.criticalMet, criticalMet],
    [words.met, allMet],
    [t.evidence, (s) => s.employee.readiness && <UnassessedCell share={s.employee.readiness.unassessed} />],
  ]
  return (
    <Section
      title={t.sum}
      actions={
        <CsvButton
          query={peopleDocument}
          variables={{ position, first: first.employee.code, second: second.employee.code }}
          rows="first,second"
          name={`${t.sum} ${first.employee.code} ${second.employee.code}`}
          columns={[
            { title: words.code, path: 'employee.code' },
            { title: words.person, path: 'employee.name' },
            { title: t.readiness, path: 'employee.readiness.class', texts: classNames },
            { title: words.coverage, path: 'coverage' },
            { title: t.leftMinutes, path: 'employee.readiness.minutes' },
            { title: t.evidence, path: 'employee.readiness.unassessed' },
          ]}
        />
      }
    >
      <div className="scroll-x">
        <table className="plain-table talent-facts talent-pair">
          <thead>
            <tr>
              <th scope="col">
                <span className="talent-hidden">{t.compared}</span>
              </th>
              {both.map((s) => (
                <th key={s.employee.code} scope="col">
                  <Link href={`${pathOf.person(s.employee.code)}?position=${encodeURIComponent(position)}`}>{s.employee.name}</Link>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([label, render]) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                {both.map((s) => (
                  <td key={s.employee.code}>{render(s)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function Points({ position, first, second }: Props) {
  const t = useTalentTexts()
  const words = useTexts()
  const statuses = useStatusNames()
  const { percent } = useFormat()
  const [params, choose] = useUrl()
  const pairs = pairGaps(first.gaps, second.gaps)
  const labels: Record<PeopleFilter, string> = { all: t.all, differ: t.differentStatus, missing: t.bothMissing }
  const filters = Object.keys(labels) as PeopleFilter[]
  const filter = filters.find((f) => f === params.get('show')) ?? 'all'
  const standing = (gap: PairedGap['first']) => (
    <span className="talent-standing">
      <StatusTag status={gap.status} />
      <LevelBar current={gap.current} mastery={gap.mastery} required={gap.required} />
      <span className="number">{percent(gap.current)}</span>
    </span>
  )
  return (
    <Section
      title={t.pointByPoint}
      actions={
        <CsvButton
          query={peopleDocument}
          variables={{ position, first: first.employee.code, second: second.employee.code }}
          rows="first.gaps,second.gaps"
          joinBy="knowledgePoint.code"
          name={`${t.pointByPoint} ${first.employee.code} ${second.employee.code}`}
          columns={[
            { title: words.code, path: '0.knowledgePoint.code' },
            { title: words.point, path: '0.knowledgePoint.name' },
            { title: words.critical, path: '0.critical', texts: { true: words.yes, false: words.no } },
            { title: words.required, path: '0.required' },
            ...[first, second].flatMap(({ employee }, i) => [
              { title: `${employee.name} · ${words.status}`, path: `${i + 1}.status`, texts: statuses },
              { title: `${employee.name} · ${words.mastered}`, path: `${i + 1}.mastery` },
              { title: `${employee.name} · ${words.current}`, path: `${i + 1}.current` },
            ]),
          ]}
        />
      }
    >
      <div className="talent-filter">
        <Segmented
          aria-label={t.show}
          value={filter}
          onChange={(value) => choose({ show: value === 'all' ? null : value })}
          options={filters.map((f) => ({ value: f, label: `${labels[f]} ${filterPairs(pairs, f).length}` }))}
        />
      </div>
      <DataTable<PairedGap>
        caption={t.pointByPoint}
        rows={filterPairs(pairs, filter)}
        rowKey={(row) => row.knowledgePoint.code}
        locale={{ emptyText: t.nothingHere }}
        columns={[
          {
            title: words.point,
            render: (_, row) => (
              <>
                {row.critical && <CriticalMark />}
                <PointLink point={row.knowledgePoint} />
              </>
            ),
          },
          { title: words.required, align: 'right', render: (_, row) => percent(row.required) },
          { title: first.employee.name, render: (_, row) => standing(row.first) },
          { title: second.employee.name, render: (_, row) => standing(row.second) },
        ]}
      />
    </Section>
  )
}
