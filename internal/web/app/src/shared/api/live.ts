import { print } from '@0no-co/graphql.web'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import type { TadaDocumentNode } from 'gql.tada'
import { useEffect } from 'react'
import { base } from './ask.ts'

// Live updates: the server says that something has changed, and what is shown is asked for
// again. Such questions keep no session alive, because nobody has done anything.

const settlingTime = 1000 // milliseconds, in which several changes are answered by one question

const unattended = new Set<string>() // hashes of the keys of questions that the page asks again by itself

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

// useLive asks again what is shown whenever the subscription pushes something. Without a
// connection the page stays as it is, and connects again by itself.
export function useLive<Result, Variables extends object>(subscription: TadaDocumentNode<Result, Variables>, variables: Variables, enabled = true): void {
  const client = useQueryClient()
  const query = print(subscription)
  const asked = JSON.stringify(variables)
  useEffect(() => {
    if (!enabled) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let stop: (() => void) | undefined
    let gone = false
    const push = () => {
      const moment = Date.now()
      clearTimeout(timer)
      timer = setTimeout(() => refreshBefore(client, moment), settlingTime)
    }
    void import('graphql-ws').then(({ createClient }) => {
      if (gone) return
      const socket = createClient({
        url: new URL(`${base}graphql`, location.href.replace(/^http/, 'ws')).href,
        retryAttempts: Number.POSITIVE_INFINITY,
        shouldRetry: () => true,
        retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(60_000, 1000 * 2 ** retries))),
      })
      const unsubscribe = socket.subscribe({ query, variables: JSON.parse(asked) }, { next: push, error: () => {}, complete: () => {} })
      stop = () => {
        unsubscribe()
        void socket.dispose()
      }
    })
    return () => {
      gone = true
      clearTimeout(timer)
      stop?.()
    }
  }, [client, query, asked, enabled])
}
