type Requirement = { level: number; critical: boolean; knowledgePoint: { code: string; name: string; nameEn: string | null } }

// What the second of two positions requires of a point, seen from the first.
export const kinds = ['onlyTo', 'higher', 'lower', 'same', 'onlyFrom'] as const
export type Kind = (typeof kinds)[number]

export type ComparedRequirement = {
  knowledgePoint: Requirement['knowledgePoint']
  kind: Kind
  from: Requirement | null
  to: Requirement | null
}

function kindOf(from: Requirement | null, to: Requirement | null): Kind {
  if (!from) return 'onlyTo'
  if (!to) return 'onlyFrom'
  return to.level > from.level ? 'higher' : to.level < from.level ? 'lower' : 'same'
}

// compareRequirements puts what two positions require side by side: what is new first, then what
// is required at another level. Within that what is critical for the second position comes
// first, and then the order stays as it was.
export function compareRequirements(from: readonly Requirement[], to: readonly Requirement[]): ComparedRequirement[] {
  const before = new Map(from.map((r) => [r.knowledgePoint.code, r]))
  const codes = new Set(to.map((r) => r.knowledgePoint.code))
  const pairs: [Requirement | null, Requirement | null][] = [
    ...to.map((r): [Requirement | null, Requirement] => [before.get(r.knowledgePoint.code) ?? null, r]),
    ...from.filter((r) => !codes.has(r.knowledgePoint.code)).map((r): [Requirement, null] => [r, null]),
  ]
  const critical = (row: ComparedRequirement) => Number((row.to ?? row.from)?.critical ?? false)
  return pairs
    .map(([a, b]) => ({ knowledgePoint: ((b ?? a) as Requirement).knowledgePoint, kind: kindOf(a, b), from: a, to: b }))
    .sort((x, y) => kinds.indexOf(x.kind) - kinds.indexOf(y.kind) || critical(y) - critical(x))
}
