import { expect, test } from 'vitest'
import { changesOf } from './changes.ts'

const before = { code: 'E1', name: '林', orgUnit: 'A', position: null, manager: 'E2', targets: ['P1', 'P2'], modalities: [] }

test('only what was changed is sent', () => {
  expect(changesOf(before, { ...before })).toEqual({})
  expect(changesOf(before, { ...before, name: '林芷' })).toEqual({ name: '林芷' })
})

test('a field that was emptied is sent as null, one that is absent as before is not', () => {
  expect(changesOf(before, { ...before, manager: null })).toEqual({ manager: null })
  expect(changesOf(before, { ...before, position: undefined as unknown as null })).toEqual({})
})

test('the order of targets counts', () => {
  expect(changesOf(before, { ...before, targets: ['P2', 'P1'] })).toEqual({ targets: ['P2', 'P1'] })
})
