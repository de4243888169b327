import { Descriptions, Drawer } from 'antd'
import { Link } from 'wouter'
import { useNeedsText, usePendingText } from '@/shared/access/Pending.tsx'
import { TokenTable } from '@/shared/access/TokenTable.tsx'
import type { ResultOf } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { pathOf } from '@/shared/ui/links.tsx'
import { AccountActs } from './AccountActs.tsx'
import { AccountState } from './AccountState.tsx'
import { accountDocument } from './documents.ts'
import { Grants } from './Grants.tsx'
import { useAdministrationTexts } from './texts.ts'

type Details = ResultOf<typeof accountDocument>

// AccountDrawer shows one account, with everything that an administrator may do about it. It
// has an address of its own (?account=ID).
export function AccountDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const t = useAdministrationTexts()
  const details = useAsk(accountDocument, { id: id ?? '' }, { enabled: id !== null, placeholderData: undefined })
  return (
    <Drawer open={id !== null} size={720} title={details.data?.account?.name ?? t.account} onClose={onClose} destroyOnHidden>
      <Answer query={details}>{(found) => found.account && <AccountDetails key={id} details={found} account={found.account} />}</Answer>
    </Drawer>
  )
}

function AccountDetails({ details, account }: { details: Details; account: NonNullable<Details['account']> }) {
  const t = useAdministrationTexts()
  const { dateTime } = useFormat()
  const pendingText = usePendingText()
  const needsText = useNeedsText()
  const waiting = (details.pendingApprovals ?? []).filter((p) => p.accountId === account.id)
  const facts = [
    { label: t.state, children: <AccountState account={account} /> },
    ...(account.service ? [] : [{ label: t.login, children: account.login ?? '–' }]),
    ...(account.service
      ? []
      : [{ label: t.employee, children: account.employeeCode ? <Link href={pathOf.person(account.employeeCode)}>{account.employeeCode}</Link> : t.nobody }]),
    ...(account.subject ? [{ label: t.subject, children: account.subject }] : []),
    { label: t.created, children: dateTime(account.createdAt) },
    ...(account.service ? [] : [{ label: t.lastSignIn, children: account.lastSignInAt ? dateTime(account.lastSignInAt) : t.never }]),
  ]
  return (
    <>
      <Descriptions size="small" column={1} items={facts.map((f) => ({ key: f.label, ...f }))} />
      {waiting.length > 0 && (
        <section className="part">
          <h3>{t.waiting}</h3>
          <ul>
            {waiting.map((p) => (
              <li key={p.id}>
                {pendingText(p)} <span className="quiet">{t.waitsFor(needsText(p.needs))}</span>
              </li>
            ))}
          </ul>
          <Link href="/approvals">{t.toApprovals}</Link>
        </section>
      )}
      {!account.service && <Grants account={account} />}
      <AccountActs account={account} />
      <section className="part">
        <h3>{t.tokens}</h3>
        <TokenTable tokens={details.tokens ?? []} />
      </section>
    </>
  )
}
