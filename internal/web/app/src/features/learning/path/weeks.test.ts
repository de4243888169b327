import { describe, expect, it } from 'vitest'
import { byWeek, type Timed, weeksOf } from './weeks.ts'

// steps makes a path of these minutes; `waits` names by place what a step waits for.
function steps(minutes: number[], waits: Record<number, number[]> = {}): Timed[] {
  let total = 0
  return minutes.map((m, i) => {
    total += m
    return { minutes: m, cumulativeMinutes: total, knowledgePoint: { code: `k${i}` }, waitsFor: (waits[i] ?? []).map((w) => ({ code: `k${w}` })) }
  })
}

const codes = (list: Timed[]) => list.map((s) => s.knowledgePoint.code)

describe('byWeek', () => {
  it('puts a step into the week in which it begins', () => {
    const weeks = byWeek(steps([50, 20, 30, 60]), 60)
    expect(weeks.map((w) => [w.first, w.last, w.minutes, codes(w.steps)])).toEqual([
      [1, 1, 70, ['k0', 'k1']],
      [2, 2, 90, ['k2', 'k3']],
    ])
  })
  it('says over which weeks a step goes that takes longer than one', () => {
    const weeks = byWeek(steps([30, 150, 10]), 60)
    expect(weeks.map((w) => [w.first, w.last, codes(w.steps)])).toEqual([
      [1, 3, ['k0', 'k1']],
      [4, 4, ['k2']],
    ])
  })
  it('groups steps of a minute or two, and leaves one alone where it is', () => {
    const weeks = byWeek(steps([20, 1, 2, 30, 10, 1]), 53)
    expect(weeks.map((w) => [codes(w.touchUps), codes(w.steps)])).toEqual([
      [
        ['k1', 'k2'],
        ['k0', 'k3'],
      ],
      [[], ['k4', 'k5']],
    ])
  })
  it('never moves a step before what it waits for', () => {
    const weeks = byWeek(steps([20, 1, 2, 1], { 2: [0], 3: [1] }), 60)
    expect(weeks.map((w) => [codes(w.touchUps), codes(w.steps)])).toEqual([
      [
        ['k1', 'k3'],
        ['k0', 'k2'],
      ],
    ])
  })
  it('has no week where nothing is left', () => {
    expect(byWeek([], 60)).toEqual([])
  })
})

describe('weeksOf', () => {
  it.each([
    [0, 240, 0],
    [1, 240, 1],
    [240, 240, 1],
    [241, 240, 2],
  ])('%d minutes at %d a week take %d', (minutes, week, expected) => {
    expect(weeksOf(minutes, week)).toBe(expected)
  })
})
