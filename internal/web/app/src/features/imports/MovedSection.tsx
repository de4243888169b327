import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { type Import, importDocument } from './documents.ts'
import { useImportTexts } from './texts.ts'
import { useFieldWords, useTableWords, wordOf } from './words.ts'

type Row = { key: string; table: string; record: string; field: string; planned: string | null; now: string | null }

// MovedSection says which records were not as the plan took them to be when it was to be applied.
export function MovedSection({ job }: { job: Import }) {
  const t = useImportTexts()
  const [tables, fields] = [useTableWords(), useFieldWords()]
  const rows = job.moved.flatMap((record) =>
    record.fields.map(
      (f): Row => ({
        key: `${record.table} ${record.key} ${f.field}`,
        table: record.table,
        record: record.key,
        field: f.field,
        planned: f.planned,
        now: f.now,
      }),
    ),
  )
  const csv: CsvTable = {
    query: importDocument,
    variables: { number: job.number },
    rows: 'importJob.moved',
    name: `${t.moved} ${job.number}`,
    columns: [
      { title: t.table, path: 'table', texts: tables as unknown as Record<string, string> },
      { title: t.record, path: 'key' },
      { title: t.fields, path: 'fields.field' },
      { title: t.plannedFor, path: 'fields.planned' },
      { title: t.now, path: 'fields.now' },
    ],
  }
  return (
    <Section title={t.moved} actions={<CsvButton {...csv} />}>
      <DataTable<Row>
        caption={t.moved}
        rows={rows}
        rowKey={(row) => row.key}
        columns={[
          { title: t.table, render: (_, row) => wordOf(tables, row.table) },
          { title: t.record, dataIndex: 'record' },
          { title: t.fields, render: (_, row) => wordOf(fields, row.field) },
          { title: t.plannedFor, render: (_, row) => row.planned ?? t.empty },
          { title: t.now, render: (_, row) => row.now ?? t.empty },
        ]}
      />
    </Section>
  )
}
