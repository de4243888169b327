import { Link } from 'wouter'
import { useFormat } from '@/shared/format/values.ts'
import { Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { More } from '@/shared/ui/More.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { importsDocument, type ListedImport } from './documents.ts'
import { StateTag } from './StateTag.tsx'
import { useImportTexts } from './texts.ts'
import { totals } from './totals.ts'

type Pages = { data: { nodes: readonly ListedImport[]; totalCount: number; hasMore: boolean } | undefined; isFetching: boolean; loadMore: () => unknown }

// EarlierImports lists what the person has imported, the newest first.
export function EarlierImports({ pages }: { pages: Pages }) {
  const t = useImportTexts()
  const { dateTime } = useFormat()
  const rows = pages.data?.nodes ?? []
  const resultOf = (job: ListedImport) => {
    if (job.state === 'REFUSED') return t.problemCount(job.problems.totalCount)
    return t.planned(...totals(job.tables))
  }
  const csv: CsvTable = {
    query: importsDocument,
    variables: {},
    rows: 'importJobs.nodes',
    name: t.earlier,
    columns: [
      { title: t.number, path: 'number' },
      { title: t.files, path: 'files.name' },
      { title: t.when, path: 'createdAt' },
      { title: t.state, path: 'state', texts: t as unknown as Record<string, string> },
      { title: t.problems, path: 'problems.totalCount' },
    ],
  }
  return (
    <Section title={t.earlier} note={t.earlierHow} actions={rows.length > 0 && <CsvButton {...csv} />}>
      {rows.length === 0 ? (
        <Empty title={t.none} />
      ) : (
        <DataTable<ListedImport>
          caption={t.earlier}
          rows={rows}
          rowKey={(job) => String(job.number)}
          pageSize={Number.POSITIVE_INFINITY}
          columns={[
            { title: t.number, render: (_, job) => <Link href={`/imports/${job.number}`}>{t.importOf(job.number)}</Link> },
            { title: t.files, className: 'wrapping', render: (_, job) => job.files.map((f) => f.name).join(', ') },
            { title: t.when, render: (_, job) => dateTime(job.createdAt) },
            { title: t.state, render: (_, job) => <StateTag state={job.state} /> },
            { title: t.result, render: (_, job) => resultOf(job) },
          ]}
        />
      )}
      <More pages={pages} />
    </Section>
  )
}
