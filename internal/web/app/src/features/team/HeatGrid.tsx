import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react'
import { useFormat } from '@/shared/format/values.ts'
import { HeatRow } from './HeatRow.tsx'
import type { Column, Row, Sort } from './heat.ts'
import { moved } from './keys.ts'
import { useTeamTexts } from './texts.ts'

type Props = {
  rows: readonly Row[]
  total: Row
  columns: readonly Column[]
  extras: boolean
  sort: Sort
  onSort: (by: string) => void
  onOpen: (row: Row, column: Column | null) => void // column is null for the name of the row
  pathOfUnit: (code: string) => string
}

// HeatGrid is the heat map as a grid with numbers: its own table. One cell at a time is in the
// order of Tab, and arrow keys move within. Its head and first column stay in sight.
export function HeatGrid({ rows, total, columns, extras, sort, onSort, onOpen, pathOfUnit }: Props) {
  const t = useTeamTexts()
  const { nameOf } = useFormat()
  const grid = useRef<HTMLDivElement>(null)
  const byKey = useRef(false)
  const [wanted, setAt] = useState({ row: 2, column: extras ? 2 : 1 })
  const heads = [
    { by: 'name', text: t.name },
    ...(extras ? [{ by: 'coverage', text: t.coverage }] : []),
    ...columns.map((c) => ({ by: c.code, text: c.competency ? nameOf(c.competency) : t.elsewhere })),
    ...(extras ? [{ by: 'minutes', text: t.needed }] : []),
  ]
  const all = [total, ...rows]
  // What is shown may have become smaller than where one stood.
  const at = { row: Math.min(wanted.row, all.length), column: Math.min(wanted.column, heads.length - 1) }
  useEffect(() => {
    if (!byKey.current) return
    byKey.current = false
    grid.current?.querySelector<HTMLElement>(`[data-row="${at.row}"][data-column="${at.column}"]`)?.focus()
  }, [at.row, at.column])

  const activate = (row: number, column: number) => {
    const head = heads[column]
    if (row === 0) return head && onSort(head.by)
    const target = all[row - 1]
    if (!target || target.kind === 'total') return
    const index = column - (extras ? 2 : 1)
    if (column === 0) onOpen(target, null)
    else if (target.cells[index]?.coverage != null) onOpen(target, columns[index] ?? null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      return activate(at.row, at.column)
    }
    const next = moved(at, event.key, all.length, heads.length - 1)
    if (!next) return
    event.preventDefault()
    byKey.current = true
    setAt(next)
  }
  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement
    const cell = target.closest<HTMLElement>('[data-row]')
    if (!cell) return
    const [row, column] = [Number(cell.dataset.row), Number(cell.dataset.column)]
    setAt({ row, column })
    if (!target.closest('a') && (column > 0 || row === 0)) activate(row, column)
  }
  const style = { '--heat-columns': columns.length } as React.CSSProperties
  return (
    <div
      ref={grid}
      role="grid"
      aria-label={t.heatMap}
      aria-rowcount={all.length + 1}
      aria-colcount={heads.length}
      className={extras ? 'heat heat-people' : 'heat heat-units'}
      style={style}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div role="rowgroup" className="heat-head">
        {/* biome-ignore lint/a11y/useFocusableInteractive: its cells have the focus */}
        <div role="row" aria-rowindex={1} className="heat-row heat-row-head">
          {heads.map((head, i) => (
            <div
              key={head.by}
              role="columnheader"
              className={head.by === 'name' ? 'heat-name' : head.by === 'coverage' || head.by === 'minutes' ? 'heat-figure' : 'heat-column'}
              data-row={0}
              data-column={i}
              data-opens=""
              tabIndex={at.row === 0 && at.column === i ? 0 : -1}
              aria-sort={head.by === sort.by ? (sort.descending ? 'descending' : 'ascending') : 'none'}
              title={head.text}
            >
              <span>{head.text}</span>
              {head.by === sort.by && <span aria-hidden="true">{sort.descending ? '↓' : '↑'}</span>}
            </div>
          ))}
        </div>
        <HeatRow row={total} index={1} columns={columns} extras={extras} focused={at.row === 1 ? at.column : null} pathOfUnit={pathOfUnit} />
      </div>
      <div role="rowgroup">
        {rows.map((row, i) => (
          <HeatRow
            key={row.key}
            row={row}
            index={i + 2}
            columns={columns}
            extras={extras}
            focused={at.row === i + 2 ? at.column : null}
            pathOfUnit={pathOfUnit}
          />
        ))}
      </div>
    </div>
  )
}
