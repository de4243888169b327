import { describe, expect, it } from 'vitest'
import { around, box, clampZoom, countMap, cutText, fitZoom, type Layout, neighboursOf, placeMap, walk } from './geometry.ts'

// a(0,0) → c(1,0) → e(3,0); b(0,2) → d(1,2); b → e over rows 1 and 1; f(3,2) has no edge
const map: Layout = {
  layers: 4,
  rows: 3,
  lanes: [
    { row: 2, rows: 1 },
    { row: 0, rows: 2 },
  ],
  nodes: [
    { layer: 0, row: 0 },
    { layer: 0, row: 2 },
    { layer: 1, row: 0 },
    { layer: 1, row: 2 },
    { layer: 3, row: 0 },
    { layer: 3, row: 2 },
  ],
  edges: [
    { from: 0, to: 2, rows: [] },
    { from: 2, to: 4, rows: [0] },
    { from: 1, to: 3, rows: [] },
    { from: 1, to: 4, rows: [1, 1] },
  ],
}
const [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5]
const neighbours = neighboursOf(map)

describe('placeMap', () => {
  const geometry = placeMap(map)
  it('stacks lanes by their rows, each below its title', () => {
    expect(geometry.lanes[1]).toEqual({ y: 8, height: 24 + 2 * 36 })
    expect(geometry.lanes[0]).toEqual({ y: 8 + 96 + 8, height: 24 + 36 })
    expect(geometry.boxes[a]).toEqual({ x: 8, y: 32 })
    expect(geometry.boxes[b]).toEqual({ x: 8, y: 136 })
    expect(geometry.boxes[e]).toEqual({ x: 8 + 3 * 220, y: 32 })
  })
  it('has room for all layers and lanes', () => {
    expect(geometry.width).toBe(8 + 4 * box.width + 3 * box.columnGap + 8)
    expect(geometry.height).toBe(136 + 36 + 8)
  })
  it('draws a straight line within a row', () => {
    expect(geometry.paths[0]).toBe('M184 46H228')
  })
  it('leads an edge through the rows between, straight within each layer', () => {
    expect(geometry.paths[3]).toBe('M184 150C206 150 206 82 228 82H404H448H624C646 82 646 46 668 46')
  })
})

describe('around', () => {
  it('follows edges backward and forward, without turning round', () => {
    expect(around(map.edges, neighbours, c, 2)).toEqual({ nodes: new Set([c, a, e]), edges: new Set([0, 1]) })
    expect(around(map.edges, neighbours, e, 1).nodes).toEqual(new Set([e, c, b]))
    expect(around(map.edges, neighbours, e, 2).nodes).toEqual(new Set([e, c, b, a]))
    expect(around(map.edges, neighbours, f, 2)).toEqual({ nodes: new Set([f]), edges: new Set() })
  })
})

describe('walk', () => {
  it.each([
    [a, 'right', c],
    [e, 'left', c],
    [a, 'down', b],
    [b, 'up', a],
    [a, 'up', a],
    [b, 'right', d],
    [d, 'right', f], // no edge: nearest of the next layer that has a node
    [f, 'left', d],
    [a, 'left', a],
    [e, 'right', e],
  ] as const)('from %i %s to %i', (from, direction, to) => expect(walk(map, neighbours, from, direction)).toBe(to))
})

describe('cutText', () => {
  const wide = (text: string) => [...text].reduce((sum, c) => sum + (c > '\u2fff' ? 12 : 6), 0)
  it.each([
    ['窗口函数', 48, '窗口函数'],
    ['用窗口函数计算排名', 60, '用窗口函…'],
    ['Use WHERE to filter', 60, 'Use WHERE…'],
    ['用 JOIN 关联', 48, '用 JOIN…'],
    ['窗口', 3, '…'],
    ['', 10, ''],
  ])('%s in %i', (text, width, cut) => expect(cutText(text, width, wide)).toBe(cut))
})

describe('zoom', () => {
  it('fits the longer side and does not enlarge', () => {
    expect(fitZoom({ width: 2000, height: 500 }, { width: 1000, height: 500 })).toBe(0.5)
    expect(fitZoom({ width: 200, height: 100 }, { width: 1000, height: 500 })).toBe(1)
    expect(fitZoom({ width: 1e6, height: 1 }, { width: 100, height: 100 })).toBe(0.1)
    expect(clampZoom(9)).toBe(2)
  })
})

describe('countMap', () => {
  it('counts a review that is due as something to do', () => {
    const nodes = [
      { need: 0.7, next: true, status: 'BELOW' },
      { need: 0.7, next: false, status: 'UNASSESSED' },
      { need: null, next: true, status: 'DECAYED' },
      { need: null, next: false, status: 'MET' },
    ]
    expect(countMap(nodes)).toEqual({ points: 4, toLearn: 3, next: 2, statuses: { BELOW: 1, UNASSESSED: 1, DECAYED: 1, MET: 1 } })
    expect(countMap([{ need: null, next: false, status: null }]).statuses).toEqual({})
  })
})
