import { type KeyboardEvent, type MouseEvent, type RefObject, useCallback, useEffect } from 'react'
import type { MapData } from './fragment.ts'
import { around, type Direction, type Neighbours, walk } from './geometry.ts'

const directions: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }

type Options = {
  svg: RefObject<SVGSVGElement | null>
  map: MapData
  neighbours: Neighbours
  chosen: number
  choose: (node: number) => void
  open?: (node: number) => void
}

// useMapKeys makes a drawn map answer to mouse and keyboard. It has one tab stop, which walks.
// What is chosen stands out by classes of what is drawn already.
export function useMapKeys({ svg, map, neighbours, chosen, choose, open }: Options) {
  const boxOf = useCallback((node: number) => svg.current?.querySelector<SVGGElement>(`[data-node="${node}"]`) ?? null, [svg])

  const focus = useCallback(
    (node: number) => {
      for (const stop of svg.current?.querySelectorAll('[data-node][tabindex="0"]') ?? []) stop.setAttribute('tabindex', '-1')
      const box = boxOf(node)
      box?.setAttribute('tabindex', '0')
      box?.focus({ preventScroll: true })
      box?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    },
    [svg, boxOf],
  )

  useEffect(() => {
    const root = svg.current
    if (!root) return
    for (const element of root.querySelectorAll('.map-near, .map-chosen')) element.classList.remove('map-near', 'map-chosen')
    root.querySelector('[aria-pressed]')?.removeAttribute('aria-pressed')
    root.classList.toggle('map-focused', chosen >= 0)
    if (chosen < 0 || !map.nodes[chosen]) return
    const near = around(map.edges, neighbours, chosen, 2)
    for (const element of root.querySelectorAll<SVGElement>('[data-node], [data-edge]')) {
      const { node, edge } = element.dataset
      if (node !== undefined ? near.nodes.has(Number(node)) : near.edges.has(Number(edge))) element.classList.add('map-near')
    }
    const box = boxOf(chosen)
    box?.classList.add('map-chosen')
    box?.setAttribute('aria-pressed', 'true')
    if (box) reveal(box, root.parentElement!)
  }, [svg, boxOf, map, neighbours, chosen])

  const onKeyDown = (e: KeyboardEvent) => {
    const at = nodeAt(e.target)
    if (e.key === 'Escape') return choose(-1)
    if (at < 0) return
    const direction = directions[e.key]
    if (direction) {
      e.preventDefault()
      focus(walk(map, neighbours, at, direction))
    } else if (e.key === 'Enter' || e.key === ' ') {
      e.preventDefault()
      if (at === chosen && e.key === 'Enter' && open) open(at)
      else choose(at)
    }
  }
  const onClick = (e: MouseEvent) => {
    const node = nodeAt(e.target)
    choose(node)
    if (node >= 0) focus(node)
  }
  const onDoubleClick = (e: MouseEvent) => {
    const node = nodeAt(e.target)
    if (node >= 0) open?.(node)
  }
  return { focus, handlers: { onKeyDown, onClick, onDoubleClick } }
}

// reveal scrolls a window, and never the page, until a box is in its middle, where it is not in sight.
function reveal(box: Element, window: Element): void {
  const [inner, outer] = [box.getBoundingClientRect(), window.getBoundingClientRect()]
  if (inner.left < outer.left || inner.right > outer.right) window.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2
  if (inner.top < outer.top || inner.bottom > outer.bottom) window.scrollTop += (inner.top + inner.bottom - outer.top - outer.bottom) / 2
}

function nodeAt(target: EventTarget): number {
  const box = (target as Element).closest('[data-node]')
  return box ? Number(box.getAttribute('data-node')) : -1
}
