import { hasRole, type Me } from '@/shared/session/me.ts'

// Group is whose people are looked at: all that the viewer may ask about, those who report to
// them, or a department with all beneath it.
export type Group = 'all' | 'line' | { unit: string }

const unitPrefix = 'unit:'

// parseGroup reads a group from the address. Whoever leads people by the line alone, such as an
// expert with reports, begins with these: of all others they may read nobody.
export function parseGroup(text: string | null, me: Me): Group {
  if (text?.startsWith(unitPrefix)) return { unit: text.slice(unitPrefix.length) }
  if (me.employeeCode !== null && text === 'line') return 'line'
  if (text === 'all') return 'all'
  return me.reports && me.employeeCode !== null && !hasRole(me, 'MANAGER', 'TRAINER', 'HR') ? 'line' : 'all'
}

export function groupText(group: Group): string {
  return typeof group === 'string' ? group : unitPrefix + group.unit
}

// groupInput returns the group as the API takes it; null is everyone whom one may ask about.
export function groupInput(group: Group, me: Me): { orgUnit?: string; line?: string } | null {
  if (group === 'all') return null
  return group === 'line' ? { line: me.employeeCode ?? '' } : { orgUnit: group.unit }
}
