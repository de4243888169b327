import { hasRole, isOpen, type Me, may } from './me.ts'

const listing = ['MANAGER', 'TRAINER', 'HR', 'AUDITOR', 'ADMIN']

// listsOthers reports whether the viewer may list people beside themselves.
export function listsOthers(me: Me): boolean {
  return may(me, 'PEOPLE_LIST') && (isOpen(me) || me.reports || hasRole(me, ...listing))
}

// listsEverybody reports whether a count of people is that of the whole firm, not only of those
// whom the viewer may list.
export function listsEverybody(me: Me): boolean {
  return may(me, 'PEOPLE_LIST') && (isOpen(me) || me.grants.some((g) => g.orgUnit === null && listing.includes(g.role)))
}
