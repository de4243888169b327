import { hashKey, type UseQueryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { TadaDocumentNode } from 'gql.tada'
import { useRef } from 'react'
import { useLanguage } from '@/shared/format/messages.ts'
import { ask, type Fault } from './ask.ts'
import { isUnattended } from './unattended.ts'

type Options<Result> = Omit<UseQueryOptions<Result, Fault>, 'queryKey' | 'queryFn'>

// useAsk asks a question, and asks again when its variables change: what was there stays until
// the new answer has come, also where it does not come for want of a connection. The key of a
// question begins with the name of its operation.
export function useAsk<Result, Variables>(query: TadaDocumentNode<Result, Variables>, variables: Variables, options: Options<Result> = {}) {
  const language = useLanguage() // reasons and messages are in the language of the person
  const asked = useQuery<Result, Fault>({
    queryKey: [operationName(query), variables, language],
    queryFn: ({ signal, queryKey }) => ask(query, variables, { signal, background: isUnattended(hashKey(queryKey)) }),
    placeholderData: (before) => before,
    ...options,
  })
  const loaded = useLoaded(asked.data, asked.error)
  return loaded === asked.data || 'placeholderData' in options ? asked : ({ ...asked, data: loaded } as typeof asked)
}

// useLoaded returns what was loaded last where there is no connection for a new answer.
export function useLoaded<Data>(data: Data | undefined, error: Fault | null): Data | undefined {
  const last = useRef<Data>(undefined)
  if (data !== undefined) last.current = data
  return data ?? (error?.code === 'UNREACHABLE' ? last.current : undefined)
}

// useCancel returns a function that stops a question that useAsk or useAllPages is asking. The
// server stops working on it.
export function useCancel<Result, Variables>(query: TadaDocumentNode<Result, Variables>): () => void {
  const client = useQueryClient()
  return () => void client.cancelQueries({ queryKey: [operationName(query)] })
}

// UserError is a problem that the person can fix.
export type UserError = { field: string | null; message: string; code?: string }

// Refusal is thrown where a mutation was refused for what the person can fix.
export class Refusal extends Error {
  readonly userErrors: UserError[]
  constructor(userErrors: UserError[]) {
    super(userErrors.map((e) => e.message).join('\n'))
    this.userErrors = userErrors
  }
}

// act sends a mutation. A refusal is thrown as Refusal.
async function act<Result extends object, Variables>(mutation: TadaDocumentNode<Result, Variables>, variables: Variables): Promise<Result> {
  const result = await ask(mutation, variables)
  const problems = Object.values(result).flatMap((payload) => (payload as { userErrors?: UserError[] } | null)?.userErrors ?? [])
  if (problems.length > 0) throw new Refusal(problems)
  return result
}

// useAct changes something. A refusal is thrown as Refusal. Afterwards everything that is
// shown is asked for again, because one piece of evidence moves gaps, paths and teams. That is
// not awaited: what the new answers take off the page would not learn that it is done.
export function useAct<Result extends object, Variables>(mutation: TadaDocumentNode<Result, Variables>) {
  const client = useQueryClient()
  return useMutation<Result, Fault | Refusal, Variables>({
    mutationFn: (variables) => act(mutation, variables),
    onSuccess: () => void client.invalidateQueries(),
  })
}

// useSecretAct is for what is told or answered once, such as passwords and tokens. Nothing
// keeps it after reset, or after what used it has closed. It asks for nothing again by itself.
export function useSecretAct<Result extends object, Variables>(mutation: TadaDocumentNode<Result, Variables>) {
  return useMutation<Result, Fault | Refusal, Variables>({ mutationFn: (variables) => act(mutation, variables), gcTime: 0 })
}

export function operationName(query: TadaDocumentNode<never, never> | TadaDocumentNode<unknown, unknown> | object): string {
  const definitions = (query as { definitions: readonly { kind: string; name?: { value: string } }[] }).definitions
  return definitions.find((d) => d.kind === 'OperationDefinition')?.name?.value ?? ''
}
