import { App, Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'
import { useAct } from '@/shared/api/hooks.ts'
import { useAllPages } from '@/shared/api/pages.ts'
import { useFormat } from '@/shared/format/values.ts'
import { FormProblem } from '@/shared/forms/FormProblem.tsx'
import { may, useMe } from '@/shared/session/me.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { More } from '@/shared/ui/More.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { StatementContent } from './StatementContent.tsx'
import { useIntakeTexts } from './texts.ts'

// The content names people and is read on demand alone, which the audit notes. The id may be
// in it, so it is asked for only by whoever may read the content.
const listDocument = graphql(`query SetAside($after: String, $content: Boolean!) {
  setAside(first: 50, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { cursor } nodes { id @include(if: $content) receivedAt reason }
  }
}`)
const retryDocument = graphql(`mutation RetrySetAside($ids: [String!]) { retrySetAside(input: { ids: $ids }) { done left userErrors { field message code } } }`)
const discardDocument = graphql(`mutation DiscardSetAside($ids: [String!]!) {
  discardSetAside(input: { ids: $ids }) { done left userErrors { field message code } }
}`)

type Page = ResultOf<typeof listDocument>['setAside']
type Statement = { key: string; id: string | null; receivedAt: string; reason: string; before: string | null }

// Statements lists the results that could not be assigned to a person and a point.
export function Statements() {
  const t = useIntakeTexts()
  const words = useTexts()
  const me = useMe()
  const content = may(me, 'UNMAPPED_CONTENT')
  const { dateTime } = useFormat()
  const { message } = App.useApp()
  const [chosen, setChosen] = useState<string[]>([])
  const list = useAllPages(listDocument, { content }, (answer) => withPlaces(answer.setAside))
  const retry = useAct(retryDocument)
  const discard = useAct(discardDocument)
  const tryAgain = (ids: string[] | null) => {
    discard.reset()
    retry.mutate({ ids }, { onSuccess: ({ retrySetAside: { done, left } }) => void message.info(t.retried(done, left)) })
  }
  const drop = (ids: string[]) => {
    retry.reset()
    discard.mutate(
      { ids },
      {
        onSuccess: ({ discardSetAside: { done } }) => {
          setChosen([])
          message.success(t.discarded(done))
        },
      },
    )
  }
  const csv: CsvTable = {
    query: listDocument,
    variables: { content },
    rows: 'setAside.nodes',
    name: t.statements,
    columns: [{ title: t.received, path: 'receivedAt' }, { title: t.why, path: 'reason' }, ...(content ? [{ title: t.id, path: 'id' }] : [])],
  }
  const total = list.data?.totalCount ?? 0
  return (
    <Section
      title={total > 0 ? `${t.statements} (${t.count(total)})` : t.statements}
      note={content ? t.statementsHow : t.reasonsOnly}
      actions={
        total > 0 && (
          <>
            {content && chosen.length > 0 && (
              <>
                <span className="quiet">{t.chosen(chosen.length)}</span>
                <Button size="small" loading={retry.isPending} onClick={() => tryAgain(chosen)}>
                  {t.retry}
                </Button>
                <Popconfirm
                  title={t.discardSure(chosen.length)}
                  okText={t.discard}
                  okButtonProps={{ danger: true }}
                  cancelText={words.cancel}
                  onConfirm={() => drop(chosen)}
                >
                  <Button size="small" danger loading={discard.isPending}>
                    {t.discard}
                  </Button>
                </Popconfirm>
              </>
            )}
            {content && (
              <Button size="small" onClick={() => setChosen(chosen.length > 0 ? [] : (list.data?.nodes.flatMap((s) => s.id ?? []) ?? []))}>
                {chosen.length > 0 ? t.chooseNone : t.chooseAll}
              </Button>
            )}
            {content && (
              <Button size="small" loading={retry.isPending} onClick={() => tryAgain(null)}>
                {t.retryAll}
              </Button>
            )}
            <CsvButton {...csv} />
          </>
        )
      }
    >
      <FormProblem error={retry.error ?? discard.error} />
      <Answer query={list} rows={6}>
        {({ nodes }) =>
          nodes.length === 0 ? (
            <Empty title={t.noStatements} />
          ) : (
            <DataTable<Statement>
              caption={t.statements}
              rows={nodes}
              rowKey={(s) => s.key}
              pageSize={Number.POSITIVE_INFINITY}
              rowSelection={
                content
                  ? {
                      hideSelectAll: true,
                      columnTitle: t.select,
                      selectedRowKeys: nodes.filter((s) => s.id && chosen.includes(s.id)).map((s) => s.key),
                      onChange: (_, rows) => setChosen(rows.flatMap((s) => s.id ?? [])),
                      getCheckboxProps: (s) => ({ 'aria-label': t.choose(s.id ?? '') }) as object,
                    }
                  : undefined
              }
              expandable={content ? { columnTitle: t.content, expandedRowRender: (s) => <StatementContent id={s.id} before={s.before} /> } : undefined}
              columns={[
                { title: t.received, render: (_, s) => dateTime(s.receivedAt) },
                { title: t.why, className: 'wrapping', dataIndex: 'reason' },
                ...(content ? [{ title: t.id, className: 'code', render: (_: unknown, s: Statement) => s.id }] : []),
              ]}
            />
          )
        }
      </Answer>
      <More pages={list} />
    </Section>
  )
}

// withPlaces notes, with each statement of a page, what comes before it: the place from which
// it alone is read.
function withPlaces(page: Page) {
  return {
    ...page,
    nodes: page.nodes.map((node, i): Statement => {
      const cursor = page.edges[i]?.cursor ?? String(i)
      return { key: cursor, id: node.id ?? null, receivedAt: node.receivedAt, reason: node.reason, before: page.edges[i - 1]?.cursor ?? null }
    }),
  }
}
