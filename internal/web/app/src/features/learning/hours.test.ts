import { describe, expect, it } from 'vitest'
import { parseHours, parseMinutes } from './hours.ts'

describe('parseHours', () => {
  it.each([
    ['4', 4],
    ['1', 1],
    ['20', 20],
    ['0', null],
    ['21', null],
    ['2.5', null],
    ['x', null],
    ['', null],
    [null, null],
  ])('%s is %s', (text, hours) => {
    expect(parseHours(text)).toBe(hours)
  })
})

describe('parseMinutes', () => {
  it.each([
    ['90', 90],
    ['0', null],
    ['-5', null],
    ['1e9', null],
    [null, null],
  ])('%s is %s', (text, minutes) => {
    expect(parseMinutes(text)).toBe(minutes)
  })
})
