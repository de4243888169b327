import type { Edge, Use } from './documents.ts'

// Clause is what must come before: one edge, or alternatives of which one is enough.
export type Clause = { name: string | null; edges: Edge[] }

// clausesOf puts edges of one strength together by clause, in the order of their first edges.
// An alternative may come from a competency above: the dependent is part of what a clause is.
export function clausesOf(edges: readonly Edge[], strength: Edge['strength']): Clause[] {
  const clauses: Clause[] = []
  const named = new Map<string, Clause>()
  for (const edge of edges) {
    if (edge.strength !== strength) continue
    const key = edge.clause === null ? null : `${edge.dependent.code}\n${edge.clause}`
    const known = key === null ? undefined : named.get(key)
    if (known) {
      known.edges.push(edge)
      continue
    }
    const clause = { name: edge.clause, edges: [edge] }
    clauses.push(clause)
    if (key !== null) named.set(key, clause)
  }
  return clauses
}

// decidingUses keeps of each position the requirement that decides: the first, because the most
// specific stands first. The critical and the highest come first.
export function decidingUses(uses: readonly Use[]): Use[] {
  const byPosition = new Map<string, Use>()
  for (const use of uses) if (!byPosition.has(use.position.code)) byPosition.set(use.position.code, use)
  return [...byPosition.values()].sort((a, b) => Number(b.critical) - Number(a.critical) || b.level - a.level || (a.position.code < b.position.code ? -1 : 1))
}

export type Nested = { code: string; name: string; nameEn: string | null; parent?: Nested | null }

// chainOf returns a competency with those above it, the highest first.
export function chainOf(competency: Nested | null | undefined): Nested[] {
  return competency ? [...chainOf(competency.parent), competency] : []
}

// webAddress returns an address that a link may lead to: of the web, and nothing that runs.
export function webAddress(url: string | null): string | null {
  if (url === null) return null
  try {
    return ['http:', 'https:'].includes(new URL(url).protocol) ? url : null
  } catch {
    return null
  }
}
