import { describe, expect, it } from 'vitest'
import { chosenStatuses, sortGaps, toggleStatus } from './statuses.ts'

describe('statuses of the gap', () => {
  it('shows what is unmet where the URL says nothing', () => {
    expect([...chosenStatuses(null)]).toEqual(['BELOW', 'UNASSESSED', 'DECAYED'])
    expect([...chosenStatuses('MET,NONSENSE')]).toEqual(['MET'])
    expect([...chosenStatuses('')]).toEqual([])
  })
  it('shows and hides one', () => {
    const usual = chosenStatuses(null)
    expect(toggleStatus(usual, 'MET')).toBe('BELOW,UNASSESSED,DECAYED,MET')
    expect(toggleStatus(usual, 'BELOW')).toBe('UNASSESSED,DECAYED')
    expect(toggleStatus(chosenStatuses('UNASSESSED,DECAYED'), 'BELOW')).toBeNull()
    expect(toggleStatus(chosenStatuses('MET'), 'MET')).toBe('')
  })
  it('puts what is met last, and keeps the order otherwise', () => {
    const gaps = (['MET', 'BELOW', 'DECAYED', 'MET', 'UNASSESSED'] as const).map((status, i) => ({ status, i }))
    expect(sortGaps(gaps).map((g) => g.i)).toEqual([1, 2, 4, 0, 3])
  })
})
