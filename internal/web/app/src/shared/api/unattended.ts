import { hashKey, type QueryClient } from '@tanstack/react-query'

// What a page asks again by itself keeps no session alive, because nobody has done anything.

const unattended = new Set<string>() // hashes of the keys of such questions

// isUnattended reports, once for each time, whether the page asks by itself.
export function isUnattended(queryHash: string): boolean {
  return unattended.delete(queryHash)
}

// refreshBefore asks again what is shown and was answered before that moment. The questions of
// the frame have keys without variables, and stay.
export function refreshBefore(client: QueryClient, moment: number): void {
  const stale = client.getQueryCache().findAll({ type: 'active', predicate: (q) => q.queryKey.length > 1 && q.state.dataUpdatedAt < moment })
  for (const query of stale) unattended.add(query.queryHash)
  void client.invalidateQueries({ type: 'active', predicate: (q) => stale.includes(q) })
}

// refreshUnattended asks one question again, unless it is being asked.
export function refreshUnattended(client: QueryClient, queryKey: readonly unknown[]): void {
  if (client.isFetching({ queryKey, exact: true }) > 0) return
  unattended.add(hashKey(queryKey))
  void client.refetchQueries({ queryKey, exact: true })
}
