import type { TadaDocumentNode } from 'gql.tada'
import { useAllPages } from '@/shared/api/pages.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { More } from '@/shared/ui/More.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import type { Import, ImportProblem } from './documents.ts'
import { useImportTexts } from './texts.ts'
import { useTableWords, wordOf } from './words.ts'

type List = { nodes: readonly ImportProblem[]; totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null } }

type Props<Job extends object> = {
  job: Import
  name: 'problems' | 'warnings' | 'notices'
  title: string
  note?: string
  document: TadaDocumentNode<{ importJob: Job | null }, { number: number; after?: string | null }>
  listOf: (job: Job) => List
}

// ProblemsSection lists problems, warnings or notices by their place in the files.
export function ProblemsSection<Job extends object>({ job, name, title, note, document, listOf }: Props<Job>) {
  const t = useImportTexts()
  const tables = useTableWords()
  const pages = useAllPages(document, { number: job.number }, (answer) => answer.importJob && listOf(answer.importJob))
  const message = name === 'notices' ? t.notice : t.message
  const csv: CsvTable = {
    query: document,
    variables: { number: job.number },
    rows: `importJob.${name}.nodes`,
    name: `${title} ${job.number}`,
    columns: [
      { title: t.place, path: 'place' },
      { title: t.table, path: 'table' },
      { title: t.record, path: 'key' },
      { title: message, path: 'message' },
    ],
  }
  const placeOf = (p: ImportProblem) => p.place || [wordOf(tables, p.table), p.key].filter((part) => part).join(' ')
  return (
    <Section title={`${title} (${job[name].totalCount.toLocaleString()})`} note={note} actions={<CsvButton {...csv} />}>
      <Answer query={pages} rows={4}>
        {({ nodes }) => (
          <DataTable<ImportProblem & { at: number }>
            caption={title}
            rows={nodes.map((p, at) => ({ ...p, at }))}
            rowKey={(p) => String(p.at)}
            pageSize={100}
            columns={[
              { title: t.place, className: 'import-place', render: (_, p) => placeOf(p) },
              { title: message, className: 'wrapping', dataIndex: 'message' },
            ]}
          />
        )}
      </Answer>
      <More pages={pages} />
    </Section>
  )
}
