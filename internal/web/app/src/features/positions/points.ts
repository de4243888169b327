import type { RequiredPoint } from './documents.ts'

type Competency = NonNullable<RequiredPoint['knowledgePoint']['competency']>

export type Group = { competency: Competency | null; points: RequiredPoint[]; critical: number; weight: number }

// byCompetency puts what is required together by competency. Competencies stand in the order of
// their first points; the points keep their order, in which they may be learned.
export function byCompetency(points: readonly RequiredPoint[]): Group[] {
  const groups = new Map<string | null, Group>()
  for (const point of points) {
    const { competency } = point.knowledgePoint
    const key = competency?.code ?? null
    const group = groups.get(key) ?? { competency, points: [], critical: 0, weight: 0 }
    groups.set(key, group)
    group.points.push(point)
    group.critical += point.critical ? 1 : 0
    group.weight += point.weight
  }
  return [...groups.values()]
}

export type Beyond = RequiredPoint & { here: number | null }

// beyond returns what another position requires of points that this one does not require, or
// requires at a lower level. Here is the level of this one.
export function beyond(here: readonly RequiredPoint[], there: readonly RequiredPoint[]): Beyond[] {
  const levels = new Map(here.map((r) => [r.knowledgePoint.code, r.level]))
  return there.map((r) => ({ ...r, here: levels.get(r.knowledgePoint.code) ?? null })).filter((r) => r.here === null || r.here < r.level)
}

// A point counts 30 minutes where nobody knows how many it takes, as everywhere.
const unknownMinutes = 30

export function minutesOf(points: readonly RequiredPoint[]): number {
  return points.reduce((sum, r) => sum + (r.knowledgePoint.minutes ?? unknownMinutes), 0)
}
