import type { Standing } from './documents.ts'

type Gap = Standing['gaps'][number]

export type PairedGap = { knowledgePoint: Gap['knowledgePoint']; required: number; critical: boolean; first: Gap; second: Gap }

export const isMet = (gap: { status: string }) => gap.status === 'MET'

// pairGaps puts how two people stand to the same requirements side by side: critical ones
// first, then those that one of them alone meets, then those that both miss, then by code.
export function pairGaps(first: readonly Gap[], second: readonly Gap[]): PairedGap[] {
  const others = new Map(second.map((gap) => [gap.knowledgePoint.code, gap]))
  const rank = (row: PairedGap) => (isMet(row.first) !== isMet(row.second) ? 0 : isMet(row.first) ? 2 : 1)
  return first
    .flatMap((gap) => {
      const other = others.get(gap.knowledgePoint.code)
      return other ? [{ knowledgePoint: gap.knowledgePoint, required: gap.required, critical: gap.critical, first: gap, second: other }] : []
    })
    .sort(
      (a, b) =>
        Number(b.critical) - Number(a.critical) ||
        rank(a) - rank(b) ||
        (a.knowledgePoint.code < b.knowledgePoint.code ? -1 : a.knowledgePoint.code > b.knowledgePoint.code ? 1 : 0),
    )
}

export type PeopleFilter = 'all' | 'differ' | 'missing'

export function filterPairs(pairs: readonly PairedGap[], filter: PeopleFilter): PairedGap[] {
  if (filter === 'differ') return pairs.filter((p) => p.first.status !== p.second.status)
  if (filter === 'missing') return pairs.filter((p) => !isMet(p.first) && !isMet(p.second))
  return [...pairs]
}
