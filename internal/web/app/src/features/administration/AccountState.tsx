import { Tag } from 'antd'
import type { Account } from './documents.ts'
import { useAdministrationTexts } from './texts.ts'

export function AccountState({ account }: { account: Pick<Account, 'disabled' | 'invited'> }) {
  const t = useAdministrationTexts()
  if (account.disabled) return <Tag>{t.disabled}</Tag>
  return account.invited ? <Tag>{t.invited}</Tag> : t.active
}
