import { Button } from 'antd'
import { useAllPages } from '@/shared/api/pages.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { More } from '@/shared/ui/More.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { AccountState } from './AccountState.tsx'
import { type Account, accountsDocument } from './documents.ts'
import { NewToken } from './NewToken.tsx'
import { useAdministrationTexts } from './texts.ts'

// Services lists the accounts of programs. Their tokens are in the drawer of each.
export function Services() {
  const t = useAdministrationTexts()
  const words = useTexts()
  const { dateTime } = useFormat()
  const [, change] = useUrl()
  const variables = { service: true }
  const services = useAllPages(accountsDocument, variables, (answer) => answer.accounts)
  const csv: CsvTable = {
    query: accountsDocument,
    variables,
    rows: 'accounts.nodes',
    name: t.services,
    columns: [
      { title: t.program, path: 'name' },
      { title: t.subject, path: 'subject' },
      { title: t.disabled, path: 'disabled', texts: { true: words.yes, false: words.no } },
      { title: t.created, path: 'createdAt' },
    ],
  }
  const add = () => change({ token: '1' }, { replace: false })
  return (
    <section className="section" aria-label={t.services}>
      <p className="form-note">{t.servicesHow}</p>
      <div className="filters">
        <CsvButton {...csv} />
        <Button type="primary" className="filters-act" onClick={add}>
          {t.newToken}
        </Button>
      </div>
      <Answer query={services}>
        {(list) =>
          list.nodes.length === 0 ? (
            <Empty title={t.noServices} action={<Button onClick={add}>{t.newToken}</Button>} />
          ) : (
            <DataTable<Account>
              caption={t.services}
              rows={list.nodes}
              rowKey={(a) => a.id}
              pageSize={Number.POSITIVE_INFINITY}
              columns={[
                {
                  title: t.program,
                  render: (_, a) => (
                    <Button type="link" size="small" className="as-link" onClick={() => change({ account: a.id }, { replace: false })}>
                      {a.name}
                    </Button>
                  ),
                },
                { title: t.state, render: (_, a) => <AccountState account={a} /> },
                { title: t.subject, render: (_, a) => a.subject ?? '–' },
                { title: t.created, render: (_, a) => dateTime(a.createdAt) },
              ]}
            />
          )
        }
      </Answer>
      <More pages={services} />
      <NewToken services={services.data?.nodes ?? []} />
    </section>
  )
}
