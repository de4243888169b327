// Where the parts of a map are drawn, in pixels at a zoom of 1, and how one walks through it.
// The server has chosen layers and rows; nothing here moves a box.

export const box = { width: 176, height: 28, columnGap: 44, rowGap: 8, laneHead: 24, laneGap: 8, margin: 8 }

type Place = { layer: number; row: number }
type Edge = { from: number; to: number; rows: readonly number[] }
export type Layout = { layers: number; rows: number; lanes: readonly { row: number; rows: number }[]; nodes: readonly Place[]; edges: readonly Edge[] }

export type Geometry = {
  width: number
  height: number
  boxes: { x: number; y: number }[] // the left upper corner of each node
  lanes: { y: number; height: number }[]
  paths: string[] // the curve of each edge, as the attribute d of an SVG path
}

export function placeMap(map: Layout): Geometry {
  const lanes: Geometry['lanes'] = []
  const rowTops: number[] = []
  let y = box.margin
  for (const lane of [...map.lanes].sort((a, b) => a.row - b.row)) {
    const top = y
    y += box.laneHead
    for (let row = lane.row; row < lane.row + lane.rows; row++, y += box.height + box.rowGap) rowTops[row] = y
    lanes[map.lanes.indexOf(lane)] = { y: top, height: y - top }
    y += box.laneGap
  }
  const left = (layer: number) => box.margin + layer * (box.width + box.columnGap)
  const top = (row: number) => rowTops[row] ?? box.margin
  return {
    width: left(map.layers) - box.columnGap + box.margin,
    height: y - box.laneGap + box.margin,
    boxes: map.nodes.map((n) => ({ x: left(n.layer), y: top(n.row) })),
    lanes,
    paths: map.edges.map((e) => edgePath(map, e, left, top)),
  }
}

// edgePath leads from the right side of one box to the left side of another. In each layer
// between it runs along a row that is kept free, so that it crosses no box.
function edgePath(map: Layout, edge: Edge, left: (layer: number) => number, top: (row: number) => number): string {
  const from = map.nodes[edge.from]!
  const to = map.nodes[edge.to]!
  const middle = (row: number) => top(row) + box.height / 2
  let [x, y] = [left(from.layer) + box.width, middle(from.row)]
  let path = `M${x} ${y}`
  const curveTo = (nextX: number, nextY: number) => {
    const half = (x + nextX) / 2
    path += y === nextY ? `H${nextX}` : `C${half} ${y} ${half} ${nextY} ${nextX} ${nextY}`
    ;[x, y] = [nextX, nextY]
  }
  edge.rows.forEach((row, i) => {
    const start = left(from.layer + 1 + i)
    curveTo(start, middle(row))
    x = start + box.width
    path += `H${x}`
  })
  curveTo(left(to.layer), middle(to.row))
  return path
}

// Neighbours has for each node the edges that lead to it and those that leave it.
export type Neighbours = { before: number[][]; after: number[][] }

export function neighboursOf({ nodes, edges }: Pick<Layout, 'nodes' | 'edges'>): Neighbours {
  const before: number[][] = nodes.map(() => [])
  const after: number[][] = nodes.map(() => [])
  edges.forEach((e, i) => {
    before[e.to]!.push(i)
    after[e.from]!.push(i)
  })
  return { before, after }
}

// around returns what leads to a node and what follows from it, so many steps far, itself included.
export function around(edges: readonly Edge[], neighbours: Neighbours, start: number, steps: number): { nodes: Set<number>; edges: Set<number> } {
  const found = { nodes: new Set([start]), edges: new Set<number>() }
  for (const [side, end] of [
    [neighbours.before, 'from'],
    [neighbours.after, 'to'],
  ] as const) {
    let frontier = [start]
    for (let step = 0; step < steps; step++) {
      const next = new Set<number>()
      for (const node of frontier) {
        for (const edge of side[node]!) {
          found.edges.add(edge)
          next.add(edges[edge]![end])
        }
      }
      for (const node of next) found.nodes.add(node)
      frontier = [...next]
    }
  }
  return found
}

export type Direction = 'left' | 'right' | 'up' | 'down'

// walk returns the node to go to from one: along an edge to the left or right, to the one
// nearest in height, and to the next one of the layer up or down. Where no edge leads on, it
// is the nearest one of the next layer that has any, so that the keyboard reaches every node.
export function walk(map: Layout, neighbours: Neighbours, at: number, direction: Direction): number {
  const here = map.nodes[at]!
  const sign = direction === 'left' || direction === 'up' ? -1 : 1
  if (direction === 'up' || direction === 'down') {
    const further = indices(map.nodes, (n) => n.layer === here.layer && (n.row - here.row) * sign > 0)
    return nearest(map.nodes, further, here) ?? at
  }
  const along = direction === 'left' ? neighbours.before[at]!.map((e) => map.edges[e]!.from) : neighbours.after[at]!.map((e) => map.edges[e]!.to)
  if (along.length > 0) return nearest(map.nodes, along, here) ?? at
  for (let layer = here.layer + sign; layer >= 0 && layer < map.layers; layer += sign) {
    const found = nearest(
      map.nodes,
      indices(map.nodes, (n) => n.layer === layer),
      here,
    )
    if (found !== undefined) return found
  }
  return at
}

function indices(nodes: readonly Place[], holds: (node: Place) => boolean): number[] {
  return nodes.flatMap((n, i) => (holds(n) ? [i] : []))
}

function nearest(nodes: readonly Place[], among: readonly number[], to: Place): number | undefined {
  const distance = (i: number) => Math.abs(nodes[i]!.row - to.row) + Math.abs(nodes[i]!.layer - to.layer) / 1000
  return among.reduce<number | undefined>((best, i) => (best === undefined || distance(i) < distance(best) ? i : best), undefined)
}

// cutText returns as much of a text as is that wide, with … where something is left out.
export function cutText(text: string, width: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= width) return text
  const characters = [...text]
  let [fits, tooLong] = [0, characters.length]
  const first = (n: number) => `${characters.slice(0, n).join('').trimEnd()}…`
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    if (widthOf(first(middle)) <= width) fits = middle
    else tooLong = middle
  }
  return first(fits)
}

// fitZoom is the zoom at which all of a picture is in the window, and never larger than life.
export function fitZoom(picture: { width: number; height: number }, window: { width: number; height: number }): number {
  return clampZoom(Math.min(1, window.width / picture.width, window.height / picture.height))
}

export function clampZoom(zoom: number): number {
  return Math.min(2, Math.max(0.1, zoom))
}

type Counted = { need: number | null; next: boolean; status: string | null }

// countMap counts what a map shows: all points, those still to be learned or reviewed, and
// those of them that wait for nothing.
export function countMap(nodes: readonly Counted[]) {
  const statuses: Record<string, number> = {}
  for (const n of nodes) if (n.status) statuses[n.status] = (statuses[n.status] ?? 0) + 1
  return {
    points: nodes.length,
    toLearn: nodes.filter((n) => n.need !== null || n.next).length,
    next: nodes.filter((n) => n.next).length,
    statuses,
  }
}
