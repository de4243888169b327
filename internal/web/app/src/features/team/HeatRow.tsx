import { memo } from 'react'
import { Link } from 'wouter'
import { useFormat } from '@/shared/format/values.ts'
import { pathOf } from '@/shared/ui/links.tsx'
import { type Cell, type Column, type Row, shade } from './heat.ts'
import { useTeamTexts } from './texts.ts'

type Props = {
  row: Row
  index: number // among the rows of the grid; 0 is the head
  columns: readonly Column[]
  extras: boolean // whether coverage and what is still needed have columns
  focused: number | null // which of its cells is in the order of Tab
  pathOfUnit: (code: string) => string
}

// HeatRow is a row of the heat map. It is drawn again only when it changes, because there may be
// a thousand.
export const HeatRow = memo(function HeatRow({ row, index, columns, extras, focused, pathOfUnit }: Props) {
  const { percent, duration } = useFormat()
  const first = extras ? 2 : 1
  const place = (column: number) => ({ 'data-row': index, 'data-column': column })
  const tab = (column: number) => (focused === column ? 0 : -1)
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: its cells have the focus
    <div role="row" aria-rowindex={index + 1} className={`heat-row heat-row-${row.kind}`}>
      <div role="rowheader" className="heat-name" tabIndex={tab(0)} {...place(0)}>
        <Subject row={row} pathOfUnit={pathOfUnit} />
      </div>
      {extras && (
        <div role="gridcell" className="heat-figure" tabIndex={tab(1)} {...place(1)}>
          {percent(row.coverage)}
        </div>
      )}
      {columns.map((column, i) => (
        <HeatCell key={column.code} cell={row.cells[i] ?? null} column={column} kind={row.kind} tabIndex={tab(first + i)} place={place(first + i)} />
      ))}
      {extras && (
        <div role="gridcell" className="heat-figure" tabIndex={tab(first + columns.length)} {...place(first + columns.length)}>
          {duration(row.kind === 'total' && row.minutes !== null ? Math.round(row.minutes / 60) * 60 : row.minutes)}
        </div>
      )}
    </div>
  )
})

function Subject({ row, pathOfUnit }: { row: Row; pathOfUnit: (code: string) => string }) {
  const t = useTeamTexts()
  const { nameOf } = useFormat()
  if (row.kind === 'total') return t.total
  if (!row.subject) return t.directly
  const href = row.kind === 'person' ? pathOf.person(row.subject.code) : pathOfUnit(row.subject.code)
  return (
    <>
      <Link href={href} tabIndex={-1}>
        {row.subject.name}
      </Link>
      {row.position && <small>{nameOf(row.position)}</small>}
    </>
  )
}

type CellProps = { cell: Cell; column: Column; kind: Row['kind']; tabIndex: number; place: object }

function HeatCell({ cell, column, kind, tabIndex, place }: CellProps) {
  const t = useTeamTexts()
  const { percent, number, nameOf } = useFormat()
  const name = column.competency ? nameOf(column.competency) : t.elsewhere
  if (cell?.withheld)
    return (
      <div role="gridcell" className="heat-cell heat-withheld" title={t.withheld(name)} tabIndex={tabIndex} {...place}>
        <small>{t.withheldShort}</small>
      </div>
    )
  if (cell === null || cell.coverage === null)
    return (
      <div role="gridcell" className="heat-cell heat-none" title={kind === 'person' ? t.nothing(name) : t.nobody(name)} tabIndex={tabIndex} {...place}>
        –
      </div>
    )
  const figures = [name, percent(cell.coverage), number(cell.unmet, 1), number(cell.required, 1)] as const
  return (
    <div
      role="gridcell"
      className={`heat-cell heat-${shade(cell.coverage)}`}
      title={kind === 'person' ? t.cell(...figures) : t.means(...figures)}
      {...(kind === 'total' ? {} : { 'data-opens': '' })}
      tabIndex={tabIndex}
      {...place}
    >
      <b>{figures[1]}</b>
      <small>{t.unmet(figures[2])}</small>
    </div>
  )
}
