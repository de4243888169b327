import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { type Role, useAccessWords } from './words.ts'

const unitNames = graphql(`query UnitNames { orgUnits(first: 200) { nodes { code name } } }`)

// useUnitName returns the name of a department, or its code until the name is known.
export function useUnitName(): (code: string) => string {
  const { data } = useAsk(unitNames, {}, { staleTime: 60_000 })
  return (code) => data?.orgUnits.nodes.find((u) => u.code === code)?.name ?? code
}

type Grant = { role: Role; orgUnit: string | null }

// useGrantText returns a role with the department that it is for, in words.
export function useGrantText(): (grant: Grant) => string {
  const words = useAccessWords()
  const unitName = useUnitName()
  return ({ role, orgUnit }) => `${words.role(role)} · ${orgUnit === null ? words.firm : unitName(orgUnit)}`
}
