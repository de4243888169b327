import type { Pending } from '@/shared/access/Pending.tsx'
import type { Me } from '@/shared/session/me.ts'

// hindranceOf tells why a person may not say the second yes to what waits: the server has said
// that they may not. Whoever has the role and is not concerned has proposed it, or said it already.
export function hindranceOf(p: Pick<Pending, 'accountId' | 'employeeCode' | 'needs'>, me: Pick<Me, 'accountId' | 'employeeCode' | 'grants'>) {
  if (p.accountId === me.accountId || (p.employeeCode !== null && p.employeeCode === me.employeeCode)) return 'notYours'
  const hasRole = me.grants.some((g) => g.orgUnit === null && p.needs.includes(g.role))
  return hasRole ? 'notProposer' : 'notRole'
}
