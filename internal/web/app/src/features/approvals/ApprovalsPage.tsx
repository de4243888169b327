import { App, Button, Popconfirm } from 'antd'
import { useUnitName } from '@/shared/access/Grant.tsx'
import { type Pending, pendingParts, useKindNames, useNeedsText, usePendingText } from '@/shared/access/Pending.tsx'
import { roles, useAccessWords } from '@/shared/access/words.ts'
import { graphql } from '@/shared/api/graphql.ts'
import { useAct, useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { FormProblem } from '@/shared/forms/FormProblem.tsx'
import { may, useMe } from '@/shared/session/me.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import type { CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { Page } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { hindranceOf } from './hindrance.ts'
import { useApprovalTexts } from './texts.ts'

const pendingDocument = graphql(`query PendingApprovals { pendingApprovals { ...PendingParts } }`, [pendingParts])
const approveDocument = graphql(
  `mutation Approve($id: ID!) { approve(input: { id: $id }) { done pending { ...PendingParts } userErrors { field message code } } }`,
  [pendingParts],
)
const refuseDocument = graphql(`mutation Refuse($id: ID!) { refuse(input: { id: $id }) { done userErrors { field message code } } }`)

// ApprovalsPage lists what waits for a second yes, and says it.
export default function ApprovalsPage() {
  const t = useApprovalTexts()
  const words = useTexts()
  const access = useAccessWords()
  const kinds = useKindNames()
  const pending = useAsk(pendingDocument, {})
  const waiting = pending.data?.pendingApprovals ?? []
  const csv: CsvTable = {
    query: pendingDocument,
    variables: {},
    rows: 'pendingApprovals',
    name: t.title,
    columns: [
      { title: t.what, path: 'kind', texts: kinds },
      { title: t.account, path: 'accountName' },
      { title: words.person, path: 'employeeCode' },
      { title: t.by, path: 'proposedBy' },
      { title: t.at, path: 'proposedAt' },
      { title: t.needs, path: 'needs', texts: Object.fromEntries(roles.map((r) => [r, access.role(r)])) },
    ],
  }
  return (
    <Page title={t.title} heading={waiting.length > 0 ? t.count(waiting.length) : t.title} lead={t.lead}>
      <section className="section" aria-label={t.title}>
        <Answer query={pending}>
          {({ pendingApprovals }) =>
            pendingApprovals && pendingApprovals.length > 0 ? (
              <Waiting pending={pendingApprovals} refreshing={pending.isFetching} csv={csv} />
            ) : (
              <Empty title={t.empty}>{t.emptyHow}</Empty>
            )
          }
        </Answer>
      </section>
    </Page>
  )
}

function Waiting({ pending, refreshing, csv }: { pending: readonly Pending[]; refreshing: boolean; csv: CsvTable }) {
  const t = useApprovalTexts()
  const words = useTexts()
  const me = useMe()
  const pendingText = usePendingText()
  const needsText = useNeedsText()
  const unitName = useUnitName()
  const { date, dateTime } = useFormat()
  const { message } = App.useApp()
  const approve = useAct(approveDocument)
  const refuse = useAct(refuseDocument)
  // Until what was said is no longer on the page, it cannot be said again.
  const saying = (act: typeof approve | typeof refuse, p: Pending) => act.variables?.id === p.id && (act.isPending || (act.isSuccess && refreshing))
  const yes = (p: Pending) => {
    refuse.reset()
    approve.mutate(
      { id: p.id },
      { onSuccess: ({ approve: { pending } }) => void (pending ? message.info(t.still(needsText(pending.needs))) : message.success(t.done)) },
    )
  }
  const no = (p: Pending) => {
    approve.reset()
    refuse.mutate({ id: p.id }, { onSuccess: () => void message.success(t.refused) })
  }
  const approveButton = (p: Pending) =>
    p.kind === 'ERASE' ? (
      <Popconfirm title={t.eraseSure} okText={t.eraseAct} okButtonProps={{ danger: true }} cancelText={words.cancel} onConfirm={() => yes(p)}>
        <Button size="small" danger loading={saying(approve, p)}>
          {t.approve}
        </Button>
      </Popconfirm>
    ) : (
      <Button size="small" type="primary" loading={saying(approve, p)} onClick={() => yes(p)}>
        {t.approve}
      </Button>
    )
  return (
    <>
      <FormProblem error={approve.error ?? refuse.error} />
      <DataTable<Pending>
        caption={t.title}
        rows={pending}
        rowKey={(p) => p.id}
        csv={csv}
        columns={[
          {
            title: t.what,
            className: 'wrapping',
            render: (_, p) => (
              <>
                {pendingText(p)}
                {p.token && (
                  <div className="quiet">
                    {[...(p.token.orgUnits.length > 0 ? [t.bound(p.token.orgUnits.map(unitName).join('、'))] : []), t.expires(date(p.token.expiresAt))].join(
                      ' · ',
                    )}
                  </div>
                )}
              </>
            ),
          },
          { title: t.by, dataIndex: 'proposedBy' },
          { title: t.at, render: (_, p) => dateTime(p.proposedAt) },
          {
            title: t.needs,
            className: 'wrapping',
            render: (_, p) => (
              <>
                {needsText(p.needs)}
                {!p.mayApprove && <div className="quiet">{t[hindranceOf(p, me)]}</div>}
              </>
            ),
          },
          {
            title: words.acts,
            fixed: 'end',
            render: (_, p) => (
              <div className="form-actions form-actions-row">
                {p.mayApprove && approveButton(p)}
                {may(me, 'APPROVE') || may(me, 'ADMINISTER') ? (
                  <Popconfirm title={t.refuseSure} okText={t.refuse} cancelText={words.cancel} onConfirm={() => no(p)}>
                    <Button size="small" loading={saying(refuse, p)}>
                      {t.refuse}
                    </Button>
                  </Popconfirm>
                ) : null}
              </div>
            ),
          },
        ]}
      />
    </>
  )
}
