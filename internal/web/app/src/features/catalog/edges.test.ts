import { describe, expect, test } from 'vitest'
import type { Edge, Use } from './documents.ts'
import { chainOf, clausesOf, decidingUses, webAddress } from './edges.ts'

const end = (code: string) => ({ __typename: 'KnowledgePoint' as const, code, name: code, nameEn: null })

function edge(prerequisite: string, clause: string | null = null, strength: Edge['strength'] = 'HARD', dependent = 'z'): Edge {
  return { strength, clause, level: 0.7, reason: null, prerequisite: end(prerequisite), dependent: end(dependent) }
}

describe('clausesOf', () => {
  const codes = (edges: Edge[], strength: Edge['strength']) =>
    clausesOf(edges, strength).map((c) => [c.name, c.edges.map((e) => e.prerequisite.code).join(' ')])

  test('puts alternatives together at the place of the first', () => {
    expect(codes([edge('a', 'files'), edge('b'), edge('c', 'files'), edge('d')], 'HARD')).toEqual([
      ['files', 'a c'],
      [null, 'b'],
      [null, 'd'],
    ])
  })

  test('keeps strengths apart', () => {
    const edges = [edge('a'), edge('b', null, 'SOFT')]
    expect(codes(edges, 'HARD')).toEqual([[null, 'a']])
    expect(codes(edges, 'SOFT')).toEqual([[null, 'b']])
  })

  test('keeps clauses of different dependents apart though they have one name', () => {
    expect(codes([edge('a', 'x'), edge('b', 'x', 'HARD', 'competency')], 'HARD')).toEqual([
      ['x', 'a'],
      ['x', 'b'],
    ])
  })
})

function use(position: string, level: number, critical = false, target = 'z'): Use {
  return { level, weight: 1, critical, position: { code: position, name: position, nameEn: null }, target: end(target) }
}

test('decidingUses takes the most specific of each position, the gravest first', () => {
  const uses = decidingUses([use('P1', 0.5), use('P2', 0.7, true), use('P3', 0.9), use('P1', 0.95, true, 'competency')])
  expect(uses.map((u) => [u.position.code, u.level])).toEqual([
    ['P2', 0.7],
    ['P3', 0.9],
    ['P1', 0.5],
  ])
})

test('chainOf begins at the top', () => {
  const top = { code: 'A', name: 'A', nameEn: null, parent: null }
  expect(chainOf({ code: 'B', name: 'B', nameEn: null, parent: top }).map((c) => c.code)).toEqual(['A', 'B'])
  expect(chainOf(null)).toEqual([])
})

test.each([
  ['https://example.com/x', true],
  ['http://intranet/kb?id=1', true],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['K:\\共享\\课件.pptx', false],
  ['', false],
])('webAddress of %s', (url, allowed) => {
  expect(webAddress(url)).toBe(allowed ? url : null)
})
