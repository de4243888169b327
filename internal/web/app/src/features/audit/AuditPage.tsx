import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'wouter'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'
import { useAllPages } from '@/shared/api/pages.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { pathOf } from '@/shared/ui/links.tsx'
import { More } from '@/shared/ui/More.tsx'
import { Page } from '@/shared/ui/Page.tsx'
import { useUrl } from '@/shared/ui/url.ts'
import { useVerbNames, useVerbText } from '@/shared/words/audit.ts'
import { AuditFilters } from './AuditFilters.tsx'
import { endOf, startOf } from './days.ts'
import { useAuditTexts } from './texts.ts'
import { useClassNames, useOutcomeNames, useOutcomeText, useQuestionNames } from './words.ts'

const auditDocument = graphql(`query AuditLog($after: String, $account: String, $employee: String, $action: String, $from: Time, $to: Time, $outcome: String) {
  auditLog(first: 100, after: $after, filter: { account: $account, employee: $employee, action: $action, from: $from, to: $to, outcome: $outcome }) {
    pageInfo { hasNextPage endCursor }
    nodes { chain number at account accountName token systemUser action verb subjects subjectCount filter object outcome revision requestId address }
  }
}`)

type Entry = NonNullable<ResultOf<typeof auditDocument>['auditLog']>['nodes'][number]

// AuditPage reads the audit. What is chosen stands in the address.
export default function AuditPage() {
  const t = useAuditTexts()
  const [params, change] = useUrl()
  const filter = {
    account: params.get('account'),
    employee: params.get('employee'),
    action: params.get('class'),
    from: startOf(params.get('from')),
    to: endOf(params.get('to')),
    outcome: params.get('outcome'),
  }
  const entries = useAllPages(auditDocument, filter, (answer) => answer.auditLog)
  const chosen = Object.values(filter).some((part) => part !== null)
  const csv = useAuditCsv(filter)
  return (
    <Page title={t.title} lead={t.lead}>
      <section className="section" aria-label={t.title}>
        <AuditFilters>
          <CsvButton {...csv} />
        </AuditFilters>
        <Answer query={entries} rows={20}>
          {(list) =>
            list.nodes.length === 0 ? (
              <Empty
                title={chosen ? t.none : t.empty}
                action={
                  chosen && (
                    <Button onClick={() => change({ account: null, employee: null, class: null, from: null, to: null, outcome: null })}>{t.clear}</Button>
                  )
                }
              />
            ) : (
              <Entries entries={list.nodes} />
            )
          }
        </Answer>
        <More pages={entries} counted={false} />
      </section>
    </Page>
  )
}

function useAuditCsv(variables: object): CsvTable {
  const t = useAuditTexts()
  const classNames = useClassNames()
  const verbNames = useVerbNames()
  const outcomeNames = useOutcomeNames()
  return {
    query: auditDocument,
    variables,
    rows: 'auditLog.nodes',
    name: t.title,
    columns: [
      { title: t.at, path: 'at' },
      { title: t.who, path: 'accountName' },
      { title: t.account, path: 'account' },
      { title: t.token, path: 'token' },
      { title: t.class, path: 'action', texts: classNames },
      { title: t.what, path: 'verb', texts: verbNames },
      { title: t.about, path: 'subjects' },
      { title: t.count, path: 'subjectCount' },
      { title: t.object, path: 'object' },
      { title: t.outcome, path: 'outcome', texts: outcomeNames },
      { title: t.revision, path: 'revision' },
      { title: t.request, path: 'requestId' },
      { title: t.address, path: 'address' },
    ],
  }
}

function Entries({ entries }: { entries: readonly Entry[] }) {
  const t = useAuditTexts()
  const classNames: Record<string, string> = useClassNames()
  const verbText = useVerbText()
  const outcomeText = useOutcomeText()
  const { dateTimeSeconds } = useFormat()
  const [, change] = useUrl()
  return (
    <DataTable<Entry>
      caption={t.title}
      rows={entries}
      rowKey={(e) => `${e.chain} ${e.number}`}
      pageSize={Number.POSITIVE_INFINITY}
      columns={[
        { title: t.at, className: 'moment', render: (_, e) => <time dateTime={e.at}>{dateTimeSeconds(e.at)}</time> },
        {
          title: t.who,
          className: 'audit-who',
          render: (_, e) => (
            <>
              {e.account ? (
                <Button
                  type="link"
                  size="small"
                  className="as-link"
                  title={t.onlyThis(e.accountName)}
                  onClick={() => change({ account: e.account }, { replace: false })}
                >
                  {e.accountName}
                </Button>
              ) : (
                '–'
              )}
              {e.systemUser && <span className="quiet"> {t.system(e.systemUser)}</span>}
              {e.token && (
                <span className="quiet">
                  {' '}
                  {t.token} <span className="code">{e.token}</span>
                </span>
              )}
            </>
          ),
        },
        {
          title: t.what,
          className: 'audit-what',
          render: (_, e) => (
            <>
              {verbText(e.verb)} <small>{classNames[e.action] ?? e.action}</small>
            </>
          ),
        },
        {
          title: t.outcome,
          render: (_, e) => (e.outcome === 'OK' ? `✓ ${outcomeText(e.outcome)}` : <strong>✗ {outcomeText(e.outcome)}</strong>),
        },
        {
          title: t.about,
          className: 'audit-about',
          render: (_, e) => (
            <>
              <Subjects entry={e} /> <span className="code">{e.object}</span>
              {e.revision !== null && <small> {t.revisionOf(e.revision)}</small>}
            </>
          ),
        },
        { title: t.request, className: 'audit-request', render: (_, e) => <Request entry={e} /> },
      ]}
    />
  )
}

// Request is where it came from, and the number that the log of the server has of it.
function Request({ entry: { address, requestId } }: { entry: Entry }) {
  return (
    <>
      {address} <span className="code">{requestId}</span>
    </>
  )
}

const namedAtFirst = 3 // of up to 20

function Subjects({ entry }: { entry: Entry }) {
  const t = useAuditTexts()
  const questions = useQuestionNames()
  const [all, setAll] = useState(false)
  if (entry.subjectCount > 0) return <>{t.people(entry.subjectCount, entry.filter && (questions[entry.filter] ?? entry.filter))}</>
  const more = all ? 0 : entry.subjects.length - namedAtFirst
  return (
    <>
      {entry.subjects.slice(0, more > 0 ? namedAtFirst : undefined).map((code, i) => (
        <span key={code}>
          {i > 0 && t.comma}
          {code.startsWith('#') ? <span className="quiet">{code}</span> : <Link href={pathOf.person(code)}>{code}</Link>}
        </span>
      ))}
      {more > 0 && (
        <>
          {' '}
          <Button type="link" size="small" className="as-link" onClick={() => setAll(true)}>
            {t.more(more)}
          </Button>
        </>
      )}
    </>
  )
}
