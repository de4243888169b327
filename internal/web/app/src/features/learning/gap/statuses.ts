import type { Status } from '@/shared/ui/Status.tsx'

// The order of statuses in the URL.
const order: readonly Status[] = ['BELOW', 'UNASSESSED', 'DECAYED', 'MET']
const unmet = 'BELOW,UNASSESSED,DECAYED'

// chosenStatuses reads which statuses are shown from the URL: all unmet ones where it says nothing.
export function chosenStatuses(parameter: string | null): Set<Status> {
  const named = (parameter ?? unmet).split(',')
  return new Set(order.filter((s) => named.includes(s)))
}

// toggleStatus returns the parameter of the URL after a status was shown or hidden, null for the usual one.
export function toggleStatus(chosen: ReadonlySet<Status>, status: Status): string | null {
  const value = order.filter((s) => (s === status) !== chosen.has(s)).join(',')
  return value === unmet ? null : value
}

// sortGaps puts what is met last, and otherwise keeps the order of the server: critical first,
// then what most is missing of.
export function sortGaps<G extends { status: Status }>(gaps: readonly G[]): G[] {
  return [...gaps.filter((g) => g.status !== 'MET'), ...gaps.filter((g) => g.status === 'MET')]
}
