import { type KeyboardEvent, type MouseEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useFormat } from '@/shared/format/values.ts'
import { ancestorsOf, initiallyOpen, type TreeNode, visibleRows } from './tree.ts'

type Props = { nodes: readonly TreeNode[]; chosen: string | null; onChoose: (code: string) => void; label: string }

const rowHeight = 32
const margin = 10 // rows that are drawn beyond each edge

// CompetencyTree is a tree view as the ARIA practices describe it: arrows walk and open, Enter
// chooses. Only rows near the window are drawn, because there may be thousands.
export function CompetencyTree({ nodes, chosen, onChoose, label }: Props) {
  const { nameOf, number } = useFormat()
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(() => initiallyOpen(nodes, chosen))
  const [active, setActive] = useState<string | null>(chosen)
  const [view, setView] = useState({ top: 0, height: 800 })
  const rows = useMemo(() => visibleRows(nodes, open), [nodes, open])
  const found = rows.findIndex((r) => r.node.competency.code === active)
  const at = Math.max(0, found)

  useEffect(() => {
    if (chosen === null) return
    setActive(chosen)
    setOpen((before) => {
      const missing = ancestorsOf(nodes, chosen).filter((code) => !before.has(code))
      return missing.length === 0 ? before : new Set([...before, ...missing])
    })
  }, [chosen, nodes])

  useEffect(() => {
    const element = box.current
    if (!element || found < 0) return
    if (found * rowHeight < element.scrollTop) element.scrollTop = found * rowHeight
    else if ((found + 1) * rowHeight > element.scrollTop + element.clientHeight) element.scrollTop = (found + 1) * rowHeight - element.clientHeight
  }, [found])

  const look = () => box.current && setView({ top: box.current.scrollTop, height: box.current.clientHeight })
  const toggle = (code: string, to: boolean) =>
    setOpen((before) => {
      const after = new Set(before)
      if (to) after.add(code)
      else after.delete(code)
      return after
    })
  const walk = (row: number) => setActive(rows[Math.min(Math.max(row, 0), rows.length - 1)]?.node.competency.code ?? null)

  const press = (event: KeyboardEvent) => {
    const row = rows[at]
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return
    const code = row.node.competency.code
    const keys: { [key: string]: () => void } = {
      ArrowDown: () => walk(found < 0 ? 0 : at + 1),
      ArrowUp: () => walk(at - 1),
      Home: () => walk(0),
      End: () => walk(rows.length - 1),
      ArrowRight: () => (row.open ? walk(at + 1) : row.hasChildren && toggle(code, true)),
      ArrowLeft: () => (row.open ? toggle(code, false) : row.parent !== null && walk(row.parent)),
      Enter: () => onChoose(code),
      ' ': () => onChoose(code),
    }
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  const click = (event: MouseEvent) => {
    const item = (event.target as HTMLElement).closest<HTMLElement>('[role=treeitem]')
    const row = rows[Number(item?.dataset.row)]
    if (!item || !row) return
    box.current?.focus({ preventScroll: true })
    const { code } = row.node.competency
    setActive(code)
    if ((event.target as HTMLElement).classList.contains('tree-toggle') && row.hasChildren) toggle(code, !row.open)
    else onChoose(code)
  }

  const first = Math.max(0, Math.floor(view.top / rowHeight) - margin)
  const shown = rows.slice(first, Math.ceil((view.top + view.height) / rowHeight) + margin)
  const drawn = at >= first && at < first + shown.length
  return (
    <div
      ref={box}
      role="tree"
      aria-label={label}
      tabIndex={0}
      className="tree"
      aria-activedescendant={found >= 0 && drawn ? `${id}-${at}` : undefined}
      onKeyDown={press}
      onClick={click}
      onScroll={look}
    >
      <div role="presentation" className="tree-rows" style={{ height: rows.length * rowHeight }}>
        {shown.map((row, i) => {
          const index = first + i
          const { competency, depth } = row.node
          return (
            <div
              key={competency.code}
              id={`${id}-${index}`}
              role="treeitem"
              tabIndex={-1}
              data-row={index}
              aria-level={depth + 1}
              aria-posinset={row.place}
              aria-setsize={row.siblings}
              aria-expanded={row.hasChildren ? row.open : undefined}
              aria-selected={competency.code === chosen}
              className={index === at && found >= 0 ? 'tree-row tree-active' : 'tree-row'}
              style={{ top: index * rowHeight, paddingLeft: depth * 16 }}
            >
              <span className="tree-toggle" aria-hidden="true">
                {row.hasChildren ? (row.open ? '▾' : '▸') : ''}
              </span>
              <span className="tree-name">{nameOf(competency)}</span>
              <span className="tree-count">{number(competency.pointCount)}</span>
            </div>
          )
        })}
      </div>
    </div>
  )
}
