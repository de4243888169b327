import { expect, test } from 'vitest'
import { withFiles, wrongWith } from './files.ts'

const file = (name: string, text = '') => new File([text], name)

test('a file of the same name takes the place of the earlier one', () => {
  const [first, second] = [file('a.csv', 'old'), file('a.csv', 'new')]
  expect(withFiles([first, file('b.csv')], [second, file('c.csv')]).map((f) => f.name)).toEqual(['a.csv', 'b.csv', 'c.csv'])
  expect(withFiles([first], [second])).toEqual([second])
})

test('limits are of all files together', () => {
  const limits = { bytes: 6, files: 2 }
  expect(wrongWith([file('a', '123'), file('b', '456')], limits)).toBeNull()
  expect(wrongWith([file('a', '123'), file('b', '4567')], limits)).toBe('tooLarge')
  expect(wrongWith([file('a'), file('b'), file('c')], limits)).toBe('tooMany')
})
