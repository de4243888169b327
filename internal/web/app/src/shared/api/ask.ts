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

// bodyOf returns a request as JSON or, where its variables have files, as a form of parts by the
// GraphQL multipart request specification.
function bodyOf(request: { query: string; variables: unknown }): string | FormData {
  const files: File[] = []
  const map: Record<string, string[]> = {}
  const withoutFiles = (value: unknown, path: string): unknown => {
    if (value instanceof File) {
      map[files.push(value) - 1] = [path]
      return null
    }
    if (Array.isArray(value)) return value.map((item, i) => withoutFiles(item, `${path}.${i}`))
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutFiles(inner, `${path}.${name}`)]))
  }
  const operations = JSON.stringify({ ...request, variables: withoutFiles(request.variables, 'variables') })
  if (files.length === 0) return operations
  const form = new FormData()
  form.set('operations', operations)
  form.set('map', JSON.stringify(map))
  files.forEach((file, i) => {
    form.set(String(i), file, file.name)
  })
  return form
}

// What people do keeps their session alive, and what the page does by itself does not.
export type AskOptions = { signal?: AbortSignal; background?: boolean }

// ask sends one document. A root field that failed is a Fault; one further down is null.
export async function ask<Result, Variables>(
  query: TadaDocumentNode<Result, Variables>,
  variables: Variables,
  { signal, background }: AskOptions = {},
): Promise<Result> {
  const headers: Record<string, string> = { Accept: 'application/graphql-response+json', 'Accept-Language': currentLanguage() }
  const body = bodyOf({ query: print(query), variables })
  if (typeof body === 'string') headers['Content-Type'] = 'application/json'
  if (background) headers['Zhitu-Background'] = 'true'
  let response: Response
  try {
    response = await fetch(`${base}graphql`, { method: 'POST', credentials: 'same-origin', headers, body, signal })
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
