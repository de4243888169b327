import { graphql, type ResultOf } from '@/shared/api/graphql.ts'
import { defineMessages } from '@/shared/format/messages.ts'
import { useGrantText } from './Grant.tsx'
import { useAccessWords } from './words.ts'

export const pendingParts = graphql(`fragment PendingParts on PendingApproval {
  id kind accountId accountName grant { role orgUnit } employeeCode subject proposedBy proposedAt needs mayApprove
  token { id name scopes orgUnits expiresAt }
}`)
export type Pending = ResultOf<typeof pendingParts>

const usePendingTexts = defineMessages(
  {
    GRANT: (account: string, grant: string) => `${account} becomes ${grant}`,
    REVOKE: (account: string, grant: string) => `${account} is no longer ${grant}, the last of this role`,
    LINK: (account: string, employee: string) => `The account ${account} is linked to employee ${employee}`,
    UNLINK: (account: string) => `The account ${account}, the last of its role, is linked to nobody any more`,
    DISABLE: (account: string) => `The account ${account}, the last of its role, is disabled`,
    REINVITE: (account: string) => `${account} gets a new link for the password; all sessions and tokens end`,
    TOKEN: (account: string, token: string, scopes: string) => `The token “${token}” of ${account} becomes valid, to: ${scopes}`,
    ERASE: (employee: string) => `Everything about employee ${employee} is erased. This cannot be undone`,
    JOIN: (account: string, subject: string) => `${account} signs in at the identity provider as ${subject}`,
    firmHR: 'HR of the whole firm',
  },
  {
    GRANT: (account: string, grant: string) => `授予“${account}”角色：${grant}`,
    REVOKE: (account: string, grant: string) => `收回“${account}”的角色：${grant}（该角色的最后一人）`,
    LINK: (account: string, employee: string) => `将账号“${account}”关联到工号 ${employee}`,
    UNLINK: (account: string) => `解除账号“${account}”与员工的关联（该角色的最后一人）`,
    DISABLE: (account: string) => `停用账号“${account}”（该角色的最后一人）`,
    REINVITE: (account: string) => `为“${account}”重新生成设置密码的链接，其全部会话和令牌随之失效`,
    TOKEN: (account: string, token: string, scopes: string) => `“${account}”的令牌“${token}”生效，权限范围：${scopes}`,
    ERASE: (employee: string) => `彻底清除工号 ${employee} 的全部个人信息，且无法撤销`,
    JOIN: (account: string, subject: string) => `将“${account}”与身份提供方的 ${subject} 绑定`,
    firmHR: '全公司的人力资源',
  },
)

// usePendingText returns what will happen with the second yes, in words.
export function usePendingText(): (pending: Pending) => string {
  const t = usePendingTexts()
  const grantText = useGrantText()
  const access = useAccessWords()
  return (p) => {
    const account = p.accountName ?? p.accountId ?? ''
    switch (p.kind) {
      case 'GRANT':
      case 'REVOKE':
        return t[p.kind](account, p.grant ? grantText(p.grant) : '')
      case 'LINK':
        return t.LINK(account, p.employeeCode ?? '')
      case 'TOKEN':
        return t.TOKEN(account, p.token?.name ?? '', p.token?.scopes.map(access.scope).join(' · ') ?? '')
      case 'ERASE':
        return t.ERASE(p.employeeCode ?? '')
      case 'JOIN':
        return t.JOIN(account, p.subject ?? '')
      default:
        return t[p.kind](account)
    }
  }
}

// useKindNames names the kinds of what waits, in a word or two.
export const useKindNames = defineMessages(
  {
    GRANT: 'Give a role',
    REVOKE: 'Take a role',
    LINK: 'Link an employee',
    UNLINK: 'Unlink',
    DISABLE: 'Disable',
    REINVITE: 'New link',
    TOKEN: 'Token',
    ERASE: 'Erase a person',
    JOIN: 'Join an identity',
  },
  {
    GRANT: '授予角色',
    REVOKE: '收回角色',
    LINK: '关联员工',
    UNLINK: '解除关联',
    DISABLE: '停用账号',
    REINVITE: '重新生成链接',
    TOKEN: '令牌生效',
    ERASE: '彻底清除个人信息',
    JOIN: '绑定身份提供方',
  },
)

// useNeedsText returns whose yes is missing, in words.
export function useNeedsText(): (needs: Pending['needs']) => string {
  const t = usePendingTexts()
  const access = useAccessWords()
  return (needs) => needs.map((role) => (role === 'HR' ? t.firmHR : access.role(role))).join('、')
}
