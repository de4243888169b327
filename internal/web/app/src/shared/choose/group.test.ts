import { describe, expect, test } from 'vitest'
import type { Me } from '@/shared/session/me.ts'
import { askableUnits, formatGroup, parseGroup } from './group.ts'

const me: Me = { accountId: 'a', name: 'A', login: null, employeeCode: 'E1', reports: true, classes: [], grants: [], employee: null }
const grant = (role: 'HR' | 'TRAINER' | 'EXPERT', orgUnit: string | null) => ({ role, orgUnit })

describe('groups', () => {
  test.each(['all', 'unit:D1', 'line:E1', 'holders:P:1'])('%s comes back', (text) => expect(formatGroup(parseGroup(text, me))).toBe(text))
  test('who leads by nothing else begins with the own line', () => {
    expect(parseGroup(null, me)).toEqual({ line: 'E1' })
    expect(parseGroup(null, { ...me, grants: [grant('HR', null)] })).toBeNull()
    expect(parseGroup(null, { ...me, reports: false })).toBeNull()
  })
  test('what nobody wrote is everyone', () => expect(parseGroup('unit:', me)).toBeNull())
})

describe('askableUnits', () => {
  const units = [
    { code: 'B', name: 'B', parent: { code: 'A' } },
    { code: 'C', name: 'C', parent: { code: 'B' } },
    { code: 'A', name: 'A', parent: null },
    { code: 'D', name: 'D', parent: { code: 'A' } },
  ]
  test('a granted department with all beneath', () =>
    expect(askableUnits(units, { ...me, grants: [grant('TRAINER', 'B')] }).map((u) => [u.code, u.depth])).toEqual([
      ['B', 0],
      ['C', 1],
    ]))
  test('everything for the whole firm', () =>
    expect(askableUnits(units, { ...me, grants: [grant('EXPERT', null)] }).map((u) => [u.code, u.depth])).toEqual([
      ['A', 0],
      ['B', 1],
      ['C', 2],
      ['D', 1],
    ]))
  test('nothing for a line alone', () => expect(askableUnits(units, me)).toEqual([]))
})
