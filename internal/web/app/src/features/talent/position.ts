import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useMe } from '@/shared/session/me.ts'
import { useUrl } from '@/shared/ui/url.ts'

const firstDocument = graphql(`query TalentFirstPosition { positions(first: 1) { nodes { code } } }`)

// usePosition returns the position that a view is about: the chosen one, else that of the
// viewer, else the first. It is undefined until that is known, and null where there is none.
export function usePosition(): string | null | undefined {
  const me = useMe()
  const [params] = useUrl()
  const known = params.get('position') ?? me.employee?.position?.code
  const first = useAsk(firstDocument, {}, { enabled: !known })
  if (known) return known
  return first.data && (first.data.positions.nodes[0]?.code ?? null)
}
