import { describe, expect, test } from 'vitest'
import type { RequiredPoint } from './documents.ts'
import { beyond, byCompetency, minutesOf } from './points.ts'

function point(code: string, competency: string | null, level: number, critical = false, minutes: number | null = null): RequiredPoint {
  return {
    level,
    weight: 0.5,
    critical,
    knowledgePoint: { code, name: code, nameEn: null, minutes, competency: competency === null ? null : { code: competency, name: competency, nameEn: null } },
  }
}

describe('byCompetency', () => {
  test('keeps the order of first points, and of points within', () => {
    const groups = byCompetency([point('a', 'X', 0.7), point('b', 'Y', 0.7, true), point('c', null, 0.5), point('d', 'X', 0.9, true)])
    expect(groups.map((g) => [g.competency?.code ?? null, g.points.map((p) => p.knowledgePoint.code), g.critical, g.weight])).toEqual([
      ['X', ['a', 'd'], 1, 1],
      ['Y', ['b'], 1, 0.5],
      [null, ['c'], 0, 0.5],
    ])
  })

  test('has no group of nothing', () => {
    expect(byCompetency([])).toEqual([])
  })
})

test('beyond has what is missing or asked for at a lower level', () => {
  const found = beyond([point('a', 'X', 0.7), point('b', 'X', 0.7)], [point('a', 'X', 0.7), point('b', 'X', 0.85), point('c', 'Y', 0.3)])
  expect(found.map((r) => [r.knowledgePoint.code, r.here, r.level])).toEqual([
    ['b', 0.7, 0.85],
    ['c', null, 0.3],
  ])
})

test('a point without minutes counts thirty', () => {
  expect(minutesOf([point('a', null, 0.7, false, 45), point('b', null, 0.7), point('c', null, 0.7, false, 0)])).toBe(75)
})
