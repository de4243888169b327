import { expect, test } from 'vitest'
import { hindranceOf } from './hindrance.ts'

const hr = { accountId: 'a1', employeeCode: 'E1', grants: [{ role: 'HR' as const, orgUnit: null }] }
const waits = { accountId: 'a2', employeeCode: null, needs: ['HR' as const] }

test('whoever gains by it does not say it', () => {
  expect(hindranceOf({ ...waits, accountId: 'a1' }, hr)).toBe('notYours')
  expect(hindranceOf({ ...waits, accountId: null, employeeCode: 'E1' }, hr)).toBe('notYours')
})

test('nobody without an employee is taken for one about no employee', () => {
  expect(hindranceOf(waits, { ...hr, employeeCode: null })).toBe('notProposer')
})

test('it needs the role for the whole firm', () => {
  expect(hindranceOf(waits, { ...hr, grants: [{ role: 'HR', orgUnit: 'SALES' }] })).toBe('notRole')
  expect(hindranceOf({ ...waits, needs: ['AUDITOR'] }, hr)).toBe('notRole')
})

test('else it was proposed by the same person', () => {
  expect(hindranceOf(waits, hr)).toBe('notProposer')
})
