import { print } from '@0no-co/graphql.web'
import { Button } from 'antd'
import type { TadaDocumentNode } from 'gql.tada'
import { base } from '@/shared/api/ask.ts'
import { currentLanguage } from '@/shared/format/language.ts'
import { useTexts } from './texts.ts'

export type CsvColumn = { title: string; path: string; texts?: Record<string, string> }

export type CsvTable = {
  // biome-ignore lint/suspicious/noExplicitAny: any document will do
  query: TadaDocumentNode<any, any>
  variables: object
  rows: string // paths of lists in the answer, with commas between them
  joinBy?: string // the path by which their rows are joined; in columns 0 is then the row of either list, 1 that of the first one
  columns: CsvColumn[]
  name: string
}

// CsvButton lets the server write a table: it asks the same question as the person, reads all
// pages, and takes care that no spreadsheet takes a text for a formula.
export function CsvButton(table: CsvTable) {
  const t = useTexts()
  return (
    <Button size="small" onClick={() => downloadCsv(table)} aria-label={`${t.exportLong}: ${table.name}`}>
      {t.export}
    </Button>
  )
}

export function downloadCsv({ query, variables, rows, joinBy = '', columns, name }: CsvTable): void {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = `${base}csv`
  const fields = {
    query: print(query),
    variables: JSON.stringify(variables),
    rows,
    key: joinBy,
    columns: JSON.stringify(columns),
    name,
    lang: currentLanguage(),
  }
  for (const [field, value] of Object.entries(fields)) {
    const input = document.createElement('input')
    input.type = 'hidden'
    input.name = field
    input.value = value
    form.append(input)
  }
  document.body.append(form)
  form.submit()
  form.remove()
}
