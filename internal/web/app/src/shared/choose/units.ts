import { useQuery } from '@tanstack/react-query'
import { ask } from '@/shared/api/ask.ts'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

const unitsDocument = graphql(`query ChooseUnits($after: String) {
  orgUnits(first: 200, after: $after) { nodes { code name parent { code } } pageInfo { hasNextPage endCursor } }
}`)

export type Unit = ResultOf<typeof unitsDocument>['orgUnits']['nodes'][number]

// useUnits asks for every department, where it is needed: there are hundreds, and people
// choose among them by typing.
export function useUnits(enabled: boolean) {
  return useQuery({ queryKey: ['ChooseUnits'], queryFn: allUnits, staleTime: 60_000, enabled })
}

async function allUnits(): Promise<Unit[]> {
  const all: Unit[] = []
  for (let after: string | null = null; ; ) {
    const { orgUnits }: ResultOf<typeof unitsDocument> = await ask(unitsDocument, { after })
    all.push(...orgUnits.nodes)
    if (!orgUnits.pageInfo.hasNextPage) return all
    after = orgUnits.pageInfo.endCursor
  }
}
