import { expect, it } from 'vitest'
import { dayOf, momentOf } from './day.ts'

const now = new Date(2026, 2, 4, 8, 30)

it('writes the day of the person', () => {
  expect(dayOf(now)).toBe('2026-03-04')
  expect(dayOf(new Date(2026, 11, 31, 23, 59))).toBe('2026-12-31')
})

it('takes today for now, and another day for its noon', () => {
  expect(momentOf('2026-03-04', now)).toBe(now)
  expect(momentOf('2026-03-03', now)).toEqual(new Date(2026, 2, 3, 12))
})
