import { useSearchParams } from 'wouter'
import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useMe } from '@/shared/session/me.ts'

// useAddress reads what is chosen from the address of the page, and writes it there: a view can
// be sent to others, and the back button undoes a choice. null takes a choice away.
export function useAddress() {
  const [params, setParams] = useSearchParams()
  const choose = (chosen: Record<string, string | null>) =>
    setParams((before) => {
      const after = new URLSearchParams(before)
      for (const [name, value] of Object.entries(chosen)) value === null ? after.delete(name) : after.set(name, value)
      return after
    })
  return { get: (name: string) => params.get(name), choose }
}

const firstDocument = graphql(`query TalentFirstPosition { positions(first: 1) { nodes { code } } }`)

// usePosition returns the position that a view is about: the chosen one, else that of the
// viewer, else the first. It is undefined until that is known, and null where there is none.
export function usePosition(name = 'position'): string | null | undefined {
  const me = useMe()
  const { get } = useAddress()
  const known = get(name) ?? me.employee?.position?.code
  const first = useAsk(firstDocument, {}, { enabled: !known })
  if (known) return known
  return first.data && (first.data.positions.nodes[0]?.code ?? null)
}
