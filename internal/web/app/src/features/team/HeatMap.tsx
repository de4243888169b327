import { Segmented } from 'antd'
import { useCallback, useMemo } from 'react'
import { useLocation } from 'wouter'
import { useFormat } from '@/shared/format/values.ts'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { pathOf } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { type Gaps, mapDocument } from './documents.ts'
import { HeatGrid } from './HeatGrid.tsx'
import { columnsOf, formatSort, parseSort, peopleRows, type Row, shade, sortRows, totalRow, unitRows } from './heat.ts'
import { useTeamTexts } from './texts.ts'

type Props = { gaps: Gaps; variables: object; denied: boolean }

// HeatMap shows where a group is thin: a row for each person or department, a column for each
// competency. How it is sorted and what is open stand in the address.
export function HeatMap({ gaps, variables, denied }: Props) {
  const t = useTeamTexts()
  const [params, change] = useUrl()
  const [, go] = useLocation()
  const people = gaps.people !== null && (params.get('rows') !== 'units' || gaps.units.length === 0)
  const sort = parseSort(params.get('sort'))
  const columns = useMemo(() => columnsOf(gaps), [gaps])
  const total = useMemo(() => totalRow(gaps), [gaps])
  const rows = sortRows(people ? peopleRows(gaps) : unitRows(gaps), columns, sort)
  const search = params.toString()
  const pathOfUnit = useCallback(
    (code: string) => {
      const next = new URLSearchParams(search)
      next.set('group', `unit:${code}`)
      return `/team?${next}`
    },
    [search],
  )
  const onSort = (by: string) => {
    // What is weak or near comes first; the second time it is the other way round.
    const descending = by === sort.by ? !sort.descending : by === 'coverage'
    change({ sort: formatSort({ by, descending }) })
  }
  const onOpen = (row: Row, column: { code: string } | null) => {
    if (!row.subject) return
    if (row.kind === 'unit') return go(pathOfUnit(row.subject.code))
    if (column === null) return go(pathOf.person(row.subject.code))
    change({ person: row.subject.code, in: column.code }, { replace: false })
  }
  const notes = [people ? t.heatNote : t.heatUnitsNote, t.heatKeys]
  if (gaps.people === null) notes.unshift(denied ? t.onlyUnits : t.tooMany)
  if (gaps.leftOut > 0) notes.push(t.leftOut(gaps.leftOut))
  if (gaps.without) notes.push(t.without(gaps.without))
  return (
    <Section
      title={t.heatMap}
      note={notes.join(' ')}
      actions={
        <>
          {gaps.units.length > 0 && (
            <Segmented
              aria-label={t.rows}
              size="small"
              value={people ? 'people' : 'units'}
              onChange={(value) => change({ rows: String(value) })}
              options={[
                { value: 'people', label: t.people, disabled: gaps.people === null },
                { value: 'units', label: t.departments },
              ]}
            />
          )}
          <Legend />
          <CsvButton {...useHeatCsv(gaps, variables, people)} />
        </>
      }
    >
      <HeatGrid rows={rows} total={total} columns={columns} extras={people} sort={sort} onSort={onSort} onOpen={onOpen} pathOfUnit={pathOfUnit} />
    </Section>
  )
}

function Legend() {
  const t = useTeamTexts()
  return (
    <span className="heat-legend" role="img" aria-label={t.legend}>
      0%
      {[0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => (
        <i key={share} className={`heat-${shade(share)}`} />
      ))}
      100%
    </span>
  )
}

function useHeatCsv(gaps: Gaps, variables: object, people: boolean): CsvTable {
  const t = useTeamTexts()
  const words = useTexts()
  const { nameOf } = useFormat()
  const subject = people
    ? [
        { title: words.code, path: 'employee.code' },
        { title: t.name, path: 'employee.name' },
        { title: words.position, path: 'employee.position.name' },
        { title: t.coverage, path: 'employee.readiness.coverage' },
        { title: `${t.needed} (min)`, path: 'employee.readiness.minutes' },
      ]
    : [
        { title: words.code, path: 'orgUnit.code' },
        { title: t.name, path: 'orgUnit.name' },
      ]
  const cells = columnsOf(gaps).flatMap((column, i) => {
    const title = column.competency ? nameOf(column.competency) : t.elsewhere
    return [
      { title, path: `cells.${i}.coverage` },
      { title: t.unmetColumn(title), path: `cells.${i}.unmet` },
    ]
  })
  return { query: mapDocument, variables, rows: people ? 'teamGaps.people' : 'teamGaps.units', columns: [...subject, ...cells], name: t.heatMap }
}
