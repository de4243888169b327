import { useQueryClient } from '@tanstack/react-query'
import type { TadaDocumentNode } from 'gql.tada'
import { useEffect } from 'react'
import { useLanguage } from '@/shared/format/messages.ts'
import { operationName } from './hooks.ts'
import { refreshUnattended } from './unattended.ts'

const interval = 700 // milliseconds

// usePoll asks a question of useAsk again and again while something is going on at the server.
// That keeps no session alive.
export function usePoll<Result, Variables>(query: TadaDocumentNode<Result, Variables>, variables: Variables, active: boolean): void {
  const client = useQueryClient()
  const language = useLanguage()
  const name = operationName(query)
  const asked = JSON.stringify(variables)
  useEffect(() => {
    if (!active) return
    const timer = setInterval(() => refreshUnattended(client, [name, JSON.parse(asked), language]), interval)
    return () => clearInterval(timer)
  }, [client, name, asked, language, active])
}
