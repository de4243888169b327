import { describe, expect, test } from 'vitest'
import { ancestorsOf, initiallyOpen, type TreeNode, visibleRows } from './tree.ts'

// Written as an outline: each character of the indent is one tier.
function outline(text: string): TreeNode[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const code = line.trim()
      return { depth: line.length - line.trimStart().length, competency: { code, name: code, nameEn: null, pointCount: 0 } }
    })
}

const tree = outline('A\n B\n  C\n  D\n E\nF\n G')

const seen = (...open: string[]) => visibleRows(tree, new Set(open)).map((r) => r.node.competency.code)

describe('visibleRows', () => {
  test('shows what is below open ones alone', () => {
    expect(seen()).toEqual(['A', 'F'])
    expect(seen('A')).toEqual(['A', 'B', 'E', 'F'])
    expect(seen('A', 'B')).toEqual(['A', 'B', 'C', 'D', 'E', 'F'])
    expect(seen('B', 'F')).toEqual(['A', 'F', 'G']) // B is open within A, which is closed
  })

  test('knows places among siblings, and the row above', () => {
    expect(visibleRows(tree, new Set(['A', 'B'])).map((r) => [r.node.competency.code, r.parent, r.place, r.siblings, r.hasChildren, r.open])).toEqual([
      ['A', null, 1, 2, true, true],
      ['B', 0, 1, 2, true, true],
      ['C', 1, 1, 2, false, false],
      ['D', 1, 2, 2, false, false],
      ['E', 0, 2, 2, false, false],
      ['F', null, 2, 2, true, false],
    ])
  })

  test('has no rows of nothing', () => {
    expect(visibleRows([], new Set())).toEqual([])
  })
})

test('ancestorsOf names those above, the highest first', () => {
  expect(ancestorsOf(tree, 'D')).toEqual(['A', 'B'])
  expect(ancestorsOf(tree, 'E')).toEqual(['A'])
  expect(ancestorsOf(tree, 'G')).toEqual(['F'])
  expect(ancestorsOf(tree, 'A')).toEqual([])
  expect(ancestorsOf(tree, 'X')).toEqual([])
})

test('a large tree opens the way to what is chosen', () => {
  const large = [...tree, ...outline(Array.from({ length: 60 }, (_, i) => `H${i}`).join('\n'))]
  expect(initiallyOpen(large, null)).toEqual(new Set())
  expect(initiallyOpen(large, 'C')).toEqual(new Set(['A', 'B']))
  expect(initiallyOpen(tree, null).has('F')).toBe(true)
})
