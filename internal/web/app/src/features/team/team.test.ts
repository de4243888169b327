import { describe, expect, test } from 'vitest'
import type { Gaps } from './documents.ts'
import { columnsOf, elsewhere, formatSort, inColumn, parseSort, peopleRows, shade, sortRows, totalRow, weakest } from './heat.ts'

test.each([
  [0, 0],
  [0.199, 0],
  [0.2, 1],
  [0.6, 3],
  [0.999999, 4],
  [1, 5],
])('the shade of %d is %d', (coverage, expected) => expect(shade(coverage)).toBe(expected))

const person = (
  code: string,
  coverage: number,
  minutes: number,
  cells: Gaps['people'] extends (infer P)[] | null ? (P extends { cells: infer C } ? C : never) : never,
) => ({
  employee: { code, name: code, position: null, readiness: { ready: false, criticalReady: false, coverage, minutes } },
  cells,
})
const gaps: Gaps = {
  at: '2026-01-01T00:00:00Z',
  leftOut: 0,
  without: 0,
  columns: [{ competency: { code: 'C1', name: 'one', nameEn: null } }, { competency: { code: 'C2', name: 'two', nameEn: null } }, { competency: null }],
  people: [
    person('E1', 0.5, 60, [{ coverage: 0.2, unmet: 1, required: 2 }, null, null]),
    person('E2', 0.7, 30, [{ coverage: 0.9, unmet: 1, required: 2 }, { coverage: 0.1, unmet: 1, required: 1 }, null]),
    person('E3', 0.5, 90, [null, null, { coverage: 1, unmet: 0, required: 1 }]),
  ],
  units: [],
  total: [
    { people: 2, coverage: 0.55, unmet: 1, required: 2, withheld: false },
    { people: 1, coverage: 0.1, unmet: 1, required: 1, withheld: false },
    { people: 1, coverage: 1, unmet: 0, required: 1, withheld: false },
  ],
}

describe('sortRows', () => {
  const order = (text: string) => sortRows(peopleRows(gaps), columnsOf(gaps), parseSort(text)).map((r) => r.key)
  test('rows of one value keep their order', () => expect(order('!coverage')).toEqual(['E2', 'E1', 'E3']))
  test('who has no cell is last both ways', () => {
    expect(order('C1')).toEqual(['E1', 'E2', 'E3'])
    expect(order('!C1')).toEqual(['E2', 'E1', 'E3'])
  })
  test('by minutes', () => expect(order('minutes')).toEqual(['E2', 'E1', 'E3']))
  test('the address comes back', () => expect(formatSort(parseSort('!C1'))).toBe('!C1'))
})

test('the total is the mean coverage and all minutes', () => expect(totalRow(gaps)).toMatchObject({ coverage: 1.7 / 3, minutes: 180 }))
test('without people it has neither', () => expect(totalRow({ ...gaps, people: null })).toMatchObject({ coverage: null, minutes: null }))
test('the weakest have a name and are not complete', () => expect(weakest(gaps, 3).map((c) => c.code)).toEqual(['C2', 'C1']))

test('a point lies in a column at any depth, or elsewhere', () => {
  const deep = { code: 'X', parent: { code: 'C1', parent: { code: 'R' } } }
  const columns = columnsOf(gaps)
  expect(inColumn(deep, 'C1', columns)).toBe(true)
  expect(inColumn(deep, 'C2', columns)).toBe(false)
  expect(inColumn(deep, elsewhere, columns)).toBe(false)
  expect(inColumn({ code: 'R' }, elsewhere, columns)).toBe(true)
})
