import { hasRole, isOpen, type Me } from '@/shared/session/me.ts'

// Group is as in the API: a department, a line, who holds a position; null for everyone whom
// the viewer may ask about.
export type Group = { orgUnit?: string; line?: string; incumbentsOf?: string } | null

const kinds = { unit: 'orgUnit', line: 'line', holders: 'incumbentsOf' } as const

// parseGroup reads a group from the address of the page: all, unit:CODE, line:CODE, holders:CODE.
// Where there is none, or one that nobody wrote, it is that where the viewer begins.
export function parseGroup(text: string | null, me: Me): Group {
  const [, kind, code] = /^(unit|line|holders):(.+)$/.exec(text ?? defaultGroup(me)) ?? []
  return kind && code ? { [kinds[kind as keyof typeof kinds]]: code } : null
}

export function formatGroup(group: Group): string {
  for (const [kind, field] of Object.entries(kinds)) if (group?.[field]) return `${kind}:${group[field]}`
  return 'all'
}

// defaultGroup is the own line for whoever leads by nothing else, and everyone for others.
export function defaultGroup(me: Me): string {
  return me.reports && me.employeeCode && !hasRole(me, 'HR', 'MANAGER', 'TRAINER') ? `line:${me.employeeCode}` : 'all'
}

type Unit = { code: string; name: string; parent: { code: string } | null }

export type UnitInTree = { code: string; name: string; depth: number }

// askableUnits returns the departments that the viewer may ask about, in tree order: all for
// an expert or a role for the whole firm, else those granted with all beneath.
export function askableUnits(units: readonly Unit[], me: Me): UnitInTree[] {
  const grants = me.grants.filter((g) => ['HR', 'MANAGER', 'TRAINER', 'EXPERT'].includes(g.role))
  const whole = isOpen(me) || grants.some((g) => g.orgUnit === null)
  const granted = new Set(grants.map((g) => g.orgUnit))
  const known = new Set(units.map((u) => u.code))
  const found: UnitInTree[] = []
  const walk = (parent: string | null, depth: number, reached: boolean) => {
    for (const u of units) {
      const above = u.parent && known.has(u.parent.code) ? u.parent.code : null
      if (above !== parent) continue
      const shown = reached || granted.has(u.code)
      if (shown) found.push({ code: u.code, name: u.name, depth })
      walk(u.code, shown ? depth + 1 : depth, shown)
    }
  }
  walk(null, 0, whole)
  return found
}
