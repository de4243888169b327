import { expect, test } from 'vitest'
import { codeOf } from './path-code.ts'

test.each(['POS-DA', '岗位-1', 'A/B', '100%', '%2F', 'a?b#c', 'a+b&c'])('the code %s survives its path', (code) => {
  expect(codeOf(`/positions/${encodeURIComponent(code)}`)).toBe(code)
  expect(codeOf(`/zhitu/catalog/points/${encodeURIComponent(code)}/`)).toBe(code)
})

test('a malformed path is a code that nothing has', () => {
  expect(codeOf('/positions/%E4%B8')).toBe('%E4%B8')
})
