import { expect, test } from 'vitest'
import { endOf, startOf } from './days.ts'

test('a day is from midnight to midnight where the person is', () => {
  expect(startOf('2026-11-30')).toBe(new Date(2026, 10, 30).toISOString())
  expect(endOf('2026-11-30')).toBe(new Date(2026, 11, 1).toISOString())
  expect(endOf('2026-12-31')).toBe(new Date(2027, 0, 1).toISOString())
})

test('what is no day bounds nothing', () => {
  for (const text of [null, '', '30.11.2026', '2026-11']) expect(startOf(text)).toBeNull()
})
