import { describe, expect, it } from 'vitest'
import { countClasses } from './classes.ts'
import { barsOf } from './histogram.ts'
import type { ReadinessClass } from './Readiness.tsx'
import { compareRequirements } from './requirements.ts'
import { filterPairs, pairGaps } from './standings.ts'

const point = (code: string) => ({ code, name: code, nameEn: null })

describe('compareRequirements', () => {
  const required = (code: string, level: number, critical = false) => ({ knowledgePoint: point(code), level, critical })
  it('puts what is new first, then other levels, and critical ones before others', () => {
    const from = [required('gone', 0.7), required('same', 0.7), required('up', 0.5), required('down', 0.9)]
    const to = [required('down', 0.7), required('new', 0.7), required('up', 0.7), required('same', 0.7, true), required('key', 0.7, true)]
    expect(compareRequirements(from, to).map((row) => [row.knowledgePoint.code, row.kind, row.from?.level ?? null, row.to?.level ?? null])).toEqual([
      ['key', 'onlyTo', null, 0.7],
      ['new', 'onlyTo', null, 0.7],
      ['up', 'higher', 0.5, 0.7],
      ['down', 'lower', 0.9, 0.7],
      ['same', 'same', 0.7, 0.7],
      ['gone', 'onlyFrom', 0.7, null],
    ])
  })
})

describe('pairGaps', () => {
  type Gap = Parameters<typeof pairGaps>[0][number]
  const gap = (code: string, status: Gap['status'], critical = false): Gap => ({
    knowledgePoint: point(code),
    status,
    critical,
    required: 0.7,
    mastery: null,
    current: null,
  })
  const first = [gap('both', 'MET'), gap('neither', 'BELOW'), gap('differ', 'MET'), gap('critical', 'MET', true)]
  const second = [gap('critical', 'MET', true), gap('differ', 'DECAYED'), gap('neither', 'UNASSESSED'), gap('both', 'MET')]
  const pairs = pairGaps(first, second)
  it('matches by point: critical ones first, then where one alone meets it', () => {
    expect(pairs.map((p) => [p.knowledgePoint.code, p.first.status, p.second.status])).toEqual([
      ['critical', 'MET', 'MET'],
      ['differ', 'MET', 'DECAYED'],
      ['neither', 'BELOW', 'UNASSESSED'],
      ['both', 'MET', 'MET'],
    ])
  })
  it('filters where they differ, and what both miss', () => {
    expect(filterPairs(pairs, 'differ').map((p) => p.knowledgePoint.code)).toEqual(['differ', 'neither'])
    expect(filterPairs(pairs, 'missing').map((p) => p.knowledgePoint.code)).toEqual(['neither'])
  })
})

describe('barsOf', () => {
  it('draws people as area, so that joined bins are lower', () => {
    const bars = barsOf(
      [
        { from: 0, to: 0.05, people: 8 },
        { from: 0.05, to: 0.15, people: 8 },
      ],
      400,
      100,
    )
    expect(bars.map((b) => [b.x, b.height])).toEqual([
      [0, 100],
      [20, expect.closeTo(50)],
    ])
    expect(bars[1]?.width).toBeCloseTo(40)
  })
  it('has no heights where there is nobody', () => {
    expect(barsOf([{ from: 0, to: 1, people: 0 }], 400, 100).map((b) => b.height)).toEqual([0])
  })
})

describe('countClasses', () => {
  const nodes = (...classes: ReadinessClass[]) => classes.map((c) => ({ readiness: { class: c } }))
  it('is exact where the page reaches beyond the near ones', () => {
    expect(countClasses({ totalCount: 300, nodes: nodes('READY', 'NEAR', 'FAR') })).toMatchObject({ READY: 1, NEAR: 1, exact: true })
    expect(countClasses({ totalCount: 300, nodes: nodes('READY', 'NEAR') }).exact).toBe(false)
    expect(countClasses({ totalCount: 2, nodes: nodes('READY', 'NEAR') }).exact).toBe(true)
  })
})
