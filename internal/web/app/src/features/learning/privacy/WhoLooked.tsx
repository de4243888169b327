import { Button } from 'antd'
import type { useAllPages } from '@/shared/api/pages.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useVerbNames, useVerbText } from '@/shared/words/audit.ts'
import { type AuditEntry, privacyDocument } from './documents.ts'
import { useClassNames, usePrivacyTexts } from './texts.ts'

type Entries = ReturnType<typeof useAllPages<unknown, object, AuditEntry>>

// WhoLooked lists what others did about the own data.
export function WhoLooked({ person, entries }: { person: string; entries: Entries }) {
  const t = usePrivacyTexts()
  const words = useTexts()
  const { dateTime } = useFormat()
  const verbs = useVerbNames()
  const verbText = useVerbText()
  const classes = useClassNames()
  return (
    <Section
      title={t.whoTitle}
      note={t.who}
      actions={
        <CsvButton
          query={privacyDocument}
          variables={{ person, more: true }}
          rows="myAuditLog.nodes"
          name={t.whoTitle}
          columns={[
            { title: t.when, path: 'at' },
            { title: t.what, path: 'verb', texts: verbs },
            { title: '', path: 'action', texts: classes },
            { title: t.by, path: 'by' },
          ]}
        />
      }
    >
      <Answer query={entries}>
        {(list) =>
          list.nodes.length === 0 ? (
            <Empty title={t.nobody} />
          ) : (
            <>
              <DataTable<AuditEntry & { key: string }>
                caption={t.whoTitle}
                rows={list.nodes.map((e, i) => ({ ...e, key: `${i}` }))}
                rowKey={(e) => e.key}
                pageSize={list.nodes.length}
                columns={[
                  { title: t.when, className: 'moment', render: (_, e) => dateTime(e.at) },
                  { title: t.what, render: (_, e) => [verbText(e.verb), classes[e.action]].filter(Boolean).join(' · ') },
                  { title: t.by, dataIndex: 'by' },
                ]}
              />
              {list.hasMore && <Button onClick={() => void entries.loadMore()}>{words.more}</Button>}
            </>
          )
        }
      </Answer>
    </Section>
  )
}
