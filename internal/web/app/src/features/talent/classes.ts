import type { ReadinessClass } from './Readiness.tsx'

export const classes: readonly ReadinessClass[] = ['READY', 'NEAR', 'FAR', 'LATER']

export type ClassCounts = Record<ReadinessClass, number> & { exact: boolean }

type Page = { totalCount: number; nodes: readonly { readiness: { class: ReadinessClass } }[] }

// countClasses counts candidates by class. The first page is ordered by class, so READY and
// NEAR are exact where it is the whole list or reaches beyond them.
export function countClasses({ totalCount, nodes }: Page): ClassCounts {
  const counts = { READY: 0, NEAR: 0, FAR: 0, LATER: 0 }
  for (const node of nodes) counts[node.readiness.class]++
  return { ...counts, exact: nodes.length >= totalCount || counts.FAR + counts.LATER > 0 }
}
