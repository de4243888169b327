import { Select } from 'antd'
import { useAllPages } from '@/shared/api/pages.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { More } from '@/shared/ui/More.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useUrl } from '@/shared/ui/url.ts'
import { changesDocument, type Import, type ImportChange } from './documents.ts'
import { FieldChanges } from './FieldChanges.tsx'
import { useImportTexts } from './texts.ts'
import { useTableWords, wordOf } from './words.ts'

const signs = { CREATE: ['+', 'MET'], CHANGE: ['Δ', 'DECAYED'], DELETE: ['−', 'BELOW'] } as const

// ChangesSection lists what a plan changes, record by record and field by field.
export function ChangesSection({ job }: { job: Import }) {
  const t = useImportTexts()
  const words = useTableWords()
  const [params, set] = useUrl()
  const table = params.get('table')
  const variables = { number: job.number, table }
  const pages = useAllPages(changesDocument, variables, (answer) => answer.importJob?.changes ?? null)
  const csv: CsvTable = {
    query: changesDocument,
    variables,
    rows: 'importJob.changes.nodes',
    name: `${t.changes} ${job.number}`,
    columns: [
      { title: t.table, path: 'table', texts: words as unknown as Record<string, string> },
      { title: t.kind, path: 'kind', texts: { CREATE: t.CREATE, CHANGE: t.CHANGE, DELETE: t.DELETE } },
      { title: t.record, path: 'key' },
      { title: t.fields, path: 'fields.field' },
      { title: t.before, path: 'fields.before' },
      { title: t.after, path: 'fields.after' },
    ],
  }
  const changing = job.tables.filter((c) => c.created + c.changed + c.deleted > 0)
  return (
    <Section
      title={`${t.changes} (${job.changes.totalCount.toLocaleString()})`}
      note={job.problems.totalCount > 0 ? t.withoutWrong : undefined}
      actions={
        <>
          <Select
            aria-label={t.table}
            value={table ?? ''}
            onChange={(v) => set({ table: v || null })}
            options={[{ value: '', label: t.allTables }, ...changing.map((c) => ({ value: c.table, label: wordOf(words, c.table) }))]}
            popupMatchSelectWidth={false}
          />
          <CsvButton {...csv} />
        </>
      }
    >
      <Answer query={pages} rows={6}>
        {({ nodes }) => (
          <DataTable<ImportChange & { at: number }>
            caption={t.changes}
            rows={nodes.map((c, at) => ({ ...c, at }))}
            rowKey={(c) => String(c.at)}
            pageSize={100}
            columns={[
              {
                title: t.kind,
                render: (_, c) => (
                  <span className={`status status-${signs[c.kind][1]}`}>
                    <span aria-hidden="true">{signs[c.kind][0]}</span> {t[c.kind]}
                  </span>
                ),
              },
              {
                title: t.record,
                className: 'import-place',
                render: (_, c) => (
                  <>
                    <span className="quiet">{wordOf(words, c.table)}</span> {c.key}
                  </>
                ),
              },
              { title: t.fields, className: 'wrapping', render: (_, c) => <FieldChanges change={c} /> },
            ]}
          />
        )}
      </Answer>
      <More pages={pages} />
    </Section>
  )
}
