import { expect, it } from 'vitest'
import { adviceOn } from './advice.ts'

it.each([
  [{ share: 0.8, expected: 0.4, contradiction: 1.2 }, 'reversed'],
  [{ share: 0.4, expected: 0.4, contradiction: 0.5 }, 'unneeded'],
  [{ share: 0.4, expected: 0.35, contradiction: 1 }, 'unneeded'],
  [{ share: 0.3, expected: 0.5, contradiction: 0.4 }, 'weak'],
])('says what to check: %o', (suspect, advice) => {
  expect(adviceOn(suspect)).toBe(advice)
})
