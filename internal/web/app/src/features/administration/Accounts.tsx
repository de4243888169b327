import { Button, Input, Select } from 'antd'
import { useDeferredValue } from 'react'
import { Link } from 'wouter'
import { useGrantText } from '@/shared/access/Grant.tsx'
import { type Role, roles, useAccessWords } from '@/shared/access/words.ts'
import { useAllPages } from '@/shared/api/pages.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { pathOf } from '@/shared/ui/links.tsx'
import { More } from '@/shared/ui/More.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { AccountState } from './AccountState.tsx'
import { type Account, accountsDocument } from './documents.ts'
import { Invite } from './Invite.tsx'
import { useAdministrationTexts } from './texts.ts'

// Accounts lists the accounts of people.
export function Accounts() {
  const t = useAdministrationTexts()
  const words = useTexts()
  const access = useAccessWords()
  const grantText = useGrantText()
  const { dateTime } = useFormat()
  const [params, change] = useUrl()
  const text = params.get('text') ?? ''
  const role = roles.find((r) => r === params.get('role')) ?? null
  const state = params.get('state')
  const filter = { text: useDeferredValue(text.trim()), role, disabled: state === null ? null : state === 'disabled', service: false }
  const accounts = useAllPages(accountsDocument, filter, (answer) => answer.accounts)
  const csv: CsvTable = {
    query: accountsDocument,
    variables: filter,
    rows: 'accounts.nodes',
    name: t.accounts,
    columns: [
      { title: words.name, path: 'name' },
      { title: t.login, path: 'login' },
      { title: t.employee, path: 'employeeCode' },
      { title: t.roles, path: 'grants.role', texts: Object.fromEntries(roles.map((r) => [r, access.role(r)])) },
      { title: words.unit, path: 'grants.orgUnit' },
      { title: t.disabled, path: 'disabled', texts: { true: words.yes, false: words.no } },
      { title: t.created, path: 'createdAt' },
      { title: t.lastSignIn, path: 'lastSignInAt' },
    ],
  }
  return (
    <section className="section" aria-label={t.accounts}>
      <div className="filters">
        <Input.Search allowClear aria-label={t.search} placeholder={t.search} value={text} onChange={(e) => change({ text: e.target.value })} />
        <Select<Role>
          aria-label={t.role}
          placeholder={t.anyRole}
          allowClear
          value={role ?? undefined}
          onChange={(r) => change({ role: r ?? null })}
          options={roles.map((r) => ({ value: r, label: access.role(r) }))}
        />
        <Select<string>
          aria-label={t.state}
          placeholder={t.anyState}
          allowClear
          value={state ?? undefined}
          onChange={(s) => change({ state: s ?? null })}
          options={['active', 'disabled'].map((s) => ({ value: s, label: s === 'active' ? t.active : t.disabled }))}
        />
        <CsvButton {...csv} />
        {accounts.data && <span className="quiet">{t.count(accounts.data.totalCount)}</span>}
        <Invite />
      </div>
      <Answer query={accounts} rows={12}>
        {(list) =>
          list.nodes.length === 0 ? (
            <Empty title={t.none} action={<Button onClick={() => change({ text: null, role: null, state: null })}>{t.clear}</Button>} />
          ) : (
            <DataTable<Account>
              caption={t.accounts}
              rows={list.nodes}
              rowKey={(a) => a.id}
              pageSize={Number.POSITIVE_INFINITY}
              columns={[
                {
                  title: words.name,
                  render: (_, a) => (
                    <Button type="link" size="small" className="as-link" onClick={() => change({ account: a.id }, { replace: false })}>
                      {a.name}
                    </Button>
                  ),
                },
                { title: t.login, dataIndex: 'login' },
                { title: t.employee, render: (_, a) => a.employeeCode && <Link href={pathOf.person(a.employeeCode)}>{a.employeeCode}</Link> },
                { title: t.roles, className: 'wrapping', render: (_, a) => a.grants.map((g) => <div key={grantText(g)}>{grantText(g)}</div>) },
                { title: t.state, render: (_, a) => <AccountState account={a} /> },
                { title: t.lastSignIn, render: (_, a) => (a.lastSignInAt ? dateTime(a.lastSignInAt) : t.never) },
              ]}
            />
          )
        }
      </Answer>
      <More pages={accounts} />
    </section>
  )
}
