import { hasRole, isOpen, type Me, may } from '@/shared/session/me.ts'

export const kinds = ['SUPERVISOR_RATING', 'EXAM', 'PRACTICE', 'COURSE_COMPLETION', 'DEFENCE', 'CERTIFICATE', 'PEER_RATING', 'SELF_ASSESSMENT'] as const
export type Kind = (typeof kinds)[number]

// recordableKinds returns the kinds of evidence that the roles of a viewer offer for a person.
// For which people each holds is judged by the server alone.
export function recordableKinds(me: Me, person: string): Kind[] {
  if (me.employeeCode === person) return ['SELF_ASSESSMENT']
  if (isOpen(me)) return [...kinds]
  const rates = me.reports || hasRole(me, 'MANAGER', 'HR')
  const results = hasRole(me, 'TRAINER', 'HR')
  return kinds.filter((k) => (k === 'SUPERVISOR_RATING' ? rates : k !== 'SELF_ASSESSMENT' && results))
}

// usualKind returns the kind that a form begins with: an exam, or what there is.
export function usualKind(offered: readonly Kind[]): Kind | undefined {
  return offered.includes('EXAM') ? 'EXAM' : offered[0]
}

// mayEnterMastery reports whether the viewer may enter what a person has mastered, in place of
// evidence.
export function mayEnterMastery(me: Me, person: string): boolean {
  return me.employeeCode !== person && may(me, 'ASSESS')
}

// mayRecord reports whether there is anything that the viewer could record about a person.
export function mayRecord(me: Me, person: string): boolean {
  return may(me, 'RECORD') && recordableKinds(me, person).length > 0
}

// isRating reports whether a result is said of each point by itself. Of other kinds one result
// is of a task that asks for all its points together.
export function isRating(kind: Kind): boolean {
  return kind === 'SUPERVISOR_RATING' || kind === 'PEER_RATING' || kind === 'SELF_ASSESSMENT'
}
