import { print } from '@0no-co/graphql.web'
import { useQueryClient } from '@tanstack/react-query'
import type { TadaDocumentNode } from 'gql.tada'
import { useEffect } from 'react'
import { base } from './ask.ts'
import { refreshBefore } from './unattended.ts'

// Live updates: the server says that something has changed, and what is shown is asked for
// again.

const settlingTime = 1000 // milliseconds, in which several changes are answered by one question

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
