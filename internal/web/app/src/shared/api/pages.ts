import { hashKey, useInfiniteQuery } from '@tanstack/react-query'
import type { TadaDocumentNode } from 'gql.tada'
import { useLanguage } from '@/shared/format/messages.ts'
import { ask, type Fault } from './ask.ts'
import { operationName, useLoaded } from './hooks.ts'
import { isUnattended } from './unattended.ts'

type Connection<Node> = { nodes: readonly Node[]; totalCount?: number; pageInfo: { hasNextPage: boolean; endCursor: string | null } }

// Cursor is where a page begins. A document that asks for other things beside the connection
// has more, and leaves them out of the further pages.
type Cursor = { after?: string | null; more?: boolean | null }

// useAllPages reads a connection page by page, as far as the person asks for it (loadMore).
export function useAllPages<Result, Variables extends Cursor, Node>(
  query: TadaDocumentNode<Result, Variables>,
  variables: Omit<Variables, keyof Cursor>,
  connectionOf: (answer: Result) => Connection<Node> | null,
) {
  const language = useLanguage()
  const pages = useInfiniteQuery<Result, Fault, { pages: Result[] }, unknown[], string | null>({
    queryKey: [operationName(query), 'pages', variables, language],
    queryFn: ({ pageParam, signal, queryKey }) =>
      ask(query, { ...variables, after: pageParam, ...(pageParam !== null && { more: true }) } as unknown as Variables, {
        signal,
        background: isUnattended(hashKey(queryKey)),
      }),
    initialPageParam: null,
    getNextPageParam: (last) => {
      const info = connectionOf(last)?.pageInfo
      return info?.hasNextPage ? info.endCursor : null
    },
    placeholderData: (before) => before,
  })
  const loaded = useLoaded(pages.data, pages.error)
  const connections = loaded?.pages.map(connectionOf).filter((c) => c !== null)
  const nodes = connections?.flatMap((c) => c.nodes)
  return {
    data: nodes && { nodes, totalCount: connections?.[0]?.totalCount ?? nodes.length, hasMore: pages.hasNextPage, first: loaded?.pages[0] },
    error: pages.error,
    isFetching: pages.isFetching,
    isPlaceholderData: pages.isPlaceholderData,
    refetch: pages.refetch,
    loadMore: pages.fetchNextPage,
  }
}
