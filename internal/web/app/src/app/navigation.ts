import { hasRole, isOpen, leadsPeople, type Me, may } from '@/shared/session/me.ts'

// Entry is an entry of the navigation: who may use its page sees it.
export type Entry = { path: string; name: keyof typeof names; shown: (me: Me) => boolean }

const names = {
  learning: 1,
  team: 1,
  talent: 1,
  positions: 1,
  catalog: 1,
  insight: 1,
  people: 1,
  imports: 1,
  approvals: 1,
  intake: 1,
  administration: 1,
  audit: 1,
}

export const entries: readonly Entry[] = [
  { path: '/learning', name: 'learning', shown: (me) => me.employeeCode !== null },
  { path: '/team', name: 'team', shown: leadsPeople },
  { path: '/talent', name: 'talent', shown: leadsPeople },
  { path: '/positions', name: 'positions', shown: (me) => may(me, 'CATALOG') },
  { path: '/catalog', name: 'catalog', shown: (me) => may(me, 'CATALOG') },
  { path: '/insight', name: 'insight', shown: (me) => may(me, 'AGGREGATE') },
  { path: '/people', name: 'people', shown: (me) => isOpen(me) || hasRole(me, 'HR') },
  { path: '/imports', name: 'imports', shown: (me) => may(me, 'IMPORT') && (leadsPeople(me) || hasRole(me, 'EXPERT')) },
  { path: '/approvals', name: 'approvals', shown: (me) => may(me, 'APPROVE') },
  { path: '/intake', name: 'intake', shown: (me) => may(me, 'UNMAPPED') },
  { path: '/administration', name: 'administration', shown: (me) => may(me, 'ADMINISTER') },
  { path: '/audit', name: 'audit', shown: (me) => may(me, 'AUDIT') },
]

// landingPath is where a person begins: what their strongest role is for. Without one, whoever
// leads people begins with them, an employee with the own next steps.
export function landingPath(me: Me): string {
  const first = hasRole(me, 'HR', 'MANAGER', 'TRAINER')
    ? '/team'
    : hasRole(me, 'AUDITOR')
      ? '/audit'
      : hasRole(me, 'EXPERT')
        ? '/catalog'
        : hasRole(me, 'ADMIN')
          ? '/administration'
          : me.reports
            ? '/team'
            : me.employeeCode !== null
              ? '/learning'
              : isOpen(me)
                ? '/positions'
                : '/account'
  return entries.find((e) => e.path === first)?.shown(me) === false ? '/account' : first
}
