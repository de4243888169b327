import { describe, expect, it } from 'vitest'
import { nextQuestion, progressOf } from './questions.ts'

const conclusion = (code: string, probability: number, uncertain: boolean) => ({ knowledgePoint: { code }, probability, uncertain, known: probability > 0.5 })
const conclusions = [conclusion('sure', 0.97, false), conclusion('a', 0.7, true), conclusion('b', 0.45, true), conclusion('no', 0.02, false)]

describe('nextQuestion', () => {
  it('is what the server asks', () => {
    expect(nextQuestion({ knowledgePoint: { code: 'a' }, conclusions }, ['b'])).toEqual({ code: 'a' })
  })
  it('is the open point closest to even where that was skipped', () => {
    expect(nextQuestion({ knowledgePoint: { code: 'a' }, conclusions }, ['a'])).toEqual({ code: 'b' })
  })
  it('ends where all that is open was skipped, or nothing is asked', () => {
    expect(nextQuestion({ knowledgePoint: { code: 'a' }, conclusions }, ['a', 'b'])).toBeUndefined()
    expect(nextQuestion({ knowledgePoint: null, conclusions }, [])).toBeUndefined()
  })
})

it('counts what is concluded', () => {
  expect(progressOf(conclusions)).toEqual({ known: 1, unknown: 1, open: 2 })
})
