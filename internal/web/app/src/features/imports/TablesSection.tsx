import { useFormat } from '@/shared/format/values.ts'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { type Import, importDocument } from './documents.ts'
import { useImportTexts } from './texts.ts'
import { useTableWords, wordOf } from './words.ts'

// TablesSection counts, by table, what becomes of the records.
export function TablesSection({ job }: { job: Import }) {
  const t = useImportTexts()
  const words = useTableWords()
  const { number } = useFormat()
  const counts = [
    [t.given, 'given'],
    [t.created, 'created'],
    [t.changed, 'changed'],
    [t.deleted, 'deleted'],
  ] as const
  const csv: CsvTable = {
    query: importDocument,
    variables: { number: job.number },
    rows: 'importJob.tables',
    name: `${t.tables} ${job.number}`,
    columns: [{ title: t.table, path: 'table', texts: words as unknown as Record<string, string> }, ...counts.map(([title, path]) => ({ title, path }))],
  }
  return (
    <Section title={t.tables} note={job.problems.totalCount > 0 ? t.withoutWrong : undefined} actions={<CsvButton {...csv} />}>
      <DataTable<Import['tables'][number]>
        caption={t.tables}
        rows={job.tables}
        rowKey={(table) => table.table}
        columns={[
          { title: t.table, render: (_, table) => wordOf(words, table.table) },
          ...counts.map(([title, path]) => ({ title, align: 'right' as const, render: (_: unknown, table: Import['tables'][number]) => number(table[path]) })),
        ]}
      />
    </Section>
  )
}
