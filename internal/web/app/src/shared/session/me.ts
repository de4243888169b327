import { createContext, useContext } from 'react'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const meDocument = graphql(`query Me {
  me { accountId name login employeeCode reports classes grants { role orgUnit } employee { code name position { code name nameEn } orgUnit { code name } } }
}`)

export type Me = NonNullable<ResultOf<typeof meDocument>['me']>

// Class is a class of permissions. The names are those of docs/access.md.
export type Class = string

const context = createContext<Me | null>(null)
export const MeProvider = context.Provider

// useMe returns who asks, and what they may do. Every page below the shell has somebody.
export function useMe(): Me {
  const me = useContext(context)
  if (!me) throw new Error('no page is shown before it is known who asks')
  return me
}

export function may(me: Me, action: Class): boolean {
  return me.classes.includes(action)
}

export function hasRole(me: Me, ...roles: string[]): boolean {
  return me.grants.some((g) => roles.includes(g.role))
}

// isOpen reports whether everybody on the machine of the server may do everything.
export function isOpen(me: Me): boolean {
  return me.accountId === 'open-loopback'
}

// leadsPeople reports whether the viewer may read what others have mastered.
export function leadsPeople(me: Me): boolean {
  return isOpen(me) || me.reports || hasRole(me, 'MANAGER', 'TRAINER', 'HR')
}
