import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Popconfirm } from 'antd'
import { useSecretAct } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { FormProblem } from '@/shared/forms/FormProblem.tsx'
import type { CsvTable } from '@/shared/ui/CsvButton.tsx'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { endSessionDocument, everywhereDocument, ownAccountDocument, type Session } from './documents.ts'
import { leave } from './leave.ts'
import { useAccountTexts } from './texts.ts'

// Sessions lists where one is signed in, and ends one of them or all. Where the session that
// asks ends, nothing is asked again: the page for signing in comes next.
export function Sessions({ sessions }: { sessions: readonly Session[] }) {
  const t = useAccountTexts()
  const words = useTexts()
  const { dateTime } = useFormat()
  const client = useQueryClient()
  const { message } = App.useApp()
  const end = useSecretAct(endSessionDocument)
  const everywhere = useSecretAct(everywhereDocument)
  const endOne = (session: Session) =>
    end.mutate(
      { id: session.id },
      {
        onSuccess: () => {
          if (session.current) return leave()
          message.success(t.ended)
          void client.invalidateQueries()
        },
      },
    )
  const csv: CsvTable = {
    query: ownAccountDocument,
    variables: {},
    rows: 'sessions',
    name: t.sessions,
    columns: [
      { title: t.browser, path: 'browser' },
      { title: t.address, path: 'address' },
      { title: t.since, path: 'createdAt' },
      { title: t.lastUse, path: 'lastUseAt' },
      { title: t.current, path: 'current', texts: { true: words.yes, false: words.no } },
    ],
  }
  return (
    <Section
      title={t.sessions}
      note={t.sessionsHow}
      actions={
        sessions.length > 0 && (
          <>
            <CsvButton {...csv} />
            <Popconfirm
              title={t.everywhereSure}
              okText={t.everywhere}
              cancelText={words.cancel}
              onConfirm={() => everywhere.mutate({}, { onSuccess: () => leave() })}
            >
              <Button>{t.everywhere}</Button>
            </Popconfirm>
          </>
        )
      }
    >
      <FormProblem error={end.error ?? everywhere.error} />
      {sessions.length === 0 ? (
        <p className="quiet">{t.noSession}</p>
      ) : (
        <DataTable<Session>
          caption={t.sessions}
          rows={sessions}
          rowKey={(s) => s.id}
          columns={[
            {
              title: t.browser,
              render: (_, s) => (
                <>
                  {s.browser ?? t.unknown} {s.current && <strong>({t.current})</strong>}
                </>
              ),
            },
            { title: t.address, render: (_, s) => s.address ?? '–' },
            { title: t.since, render: (_, s) => dateTime(s.createdAt) },
            { title: t.lastUse, render: (_, s) => dateTime(s.lastUseAt) },
            { title: t.until, render: (_, s) => dateTime(s.expiresAt) },
            {
              title: words.acts,
              fixed: 'end',
              align: 'right',
              render: (_, s) => (
                <Button size="small" onClick={() => endOne(s)}>
                  {s.current ? t.signOut : t.end}
                </Button>
              ),
            },
          ]}
        />
      )}
    </Section>
  )
}
