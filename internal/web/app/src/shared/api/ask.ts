import { print } from '@0no-co/graphql.web'
import type { TadaDocumentNode } from 'gql.tada'
import { currentLanguage } from '@/shared/format/language.ts'

// Fault is why the API gave no answer. Code is one of ErrorCode, or UNREACHABLE where no
// answer came at all.
export class Fault extends Error {
  readonly code: string
  readonly requestId?: string
  constructor(message: string, code: string, requestId?: string) {
    super(message)
    this.code = code
    this.requestId = requestId
  }
}

type Problem = { message: string; path?: (string | number)[]; extensions?: { code?: string } }

// base is the path below which the server is, with a slash at its end.
export const base = new URL(document.baseURI).pathname

// What people do keeps their session alive, and what the page does by itself does not.
export type AskOptions = { signal?: AbortSignal; background?: boolean }

// ask sends one document. A root field that failed is a Fault; one further down is null.
export async function ask<Result, Variables>(
  query: TadaDocumentNode<Result, Variables>,
  variables: Variables,
  { signal, background }: AskOptions = {},
): Promise<Result> {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    Accept: 'application/graphql-response+json',
    'Accept-Language': currentLanguage(),
  }
  if (background) headers['Zhitu-Background'] = 'true'
  let response: Response
  try {
    response = await fetch(`${base}graphql`, {
      method: 'POST',
      credentials: 'same-origin',
      headers,
      body: JSON.stringify({ query: print(query), variables }),
      signal,
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new Fault('', 'UNREACHABLE')
  }
  const requestId = response.headers.get('X-Request-Id') ?? undefined
  let answer: { data?: Result | null; errors?: Problem[] }
  try {
    answer = await response.json()
  } catch {
    throw new Fault('', 'UNREACHABLE', requestId)
  }
  const problem = answer.errors?.find((e) => !answer.data || (e.path?.length ?? 0) <= 1)
  if (problem) throw new Fault(problem.message, problem.extensions?.code ?? 'INTERNAL', requestId)
  return answer.data as Result
}
