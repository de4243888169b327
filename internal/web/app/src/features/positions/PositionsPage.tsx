import { Button, Input } from 'antd'
import { useDeferredValue } from 'react'
import { useSearchParams } from 'wouter'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'
import { useAllPages } from '@/shared/api/pages.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PositionLink } from '@/shared/ui/links.tsx'
import { Page, Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { usePositionTexts } from './texts.ts'

const positionsDocument = graphql(`query Positions($after: String, $text: String) {
  positions(first: 100, after: $after, filter: { text: $text }) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { code name nameEn family grade requiredPoints { weight } }
  }
}`)

type Position = ResultOf<typeof positionsDocument>['positions']['nodes'][number]

export default function PositionsPage() {
  const t = usePositionTexts()
  const words = useTexts()
  const [params, setParams] = useSearchParams()
  const text = params.get('text') ?? ''
  const asked = useDeferredValue(text)
  const positions = useAllPages(positionsDocument, { text: asked }, (answer) => answer.positions)
  const csv: CsvTable = {
    query: positionsDocument,
    variables: { text: asked },
    rows: 'positions.nodes',
    name: t.title,
    columns: [
      { title: words.code, path: 'code' },
      { title: words.name, path: 'name' },
      { title: t.family, path: 'family' },
      { title: t.grade, path: 'grade' },
    ],
  }
  return (
    <Page title={t.title} heading={positions.data && asked === '' ? t.count(positions.data.totalCount) : t.title} lead={t.lead}>
      <Section
        title={
          <Input.Search
            allowClear
            aria-label={t.search}
            placeholder={t.search}
            value={text}
            onChange={(e) => setParams(e.target.value ? { text: e.target.value } : {}, { replace: true })}
          />
        }
        actions={<CsvButton {...csv} />}
      >
        <Answer query={positions}>
          {(list) =>
            list.nodes.length === 0 ? (
              asked === '' ? (
                <Empty title={t.empty}>{t.emptyHow}</Empty>
              ) : (
                <Empty title={t.none} />
              )
            ) : (
              <>
                <DataTable<Position>
                  caption={t.title}
                  rows={list.nodes}
                  rowKey={(p) => p.code}
                  columns={[
                    { title: words.name, render: (_, p) => <PositionLink position={p} /> },
                    { title: words.code, dataIndex: 'code', className: 'code' },
                    { title: t.family, dataIndex: 'family' },
                    { title: t.grade, dataIndex: 'grade' },
                    { title: t.points, align: 'right', render: (_, p) => p.requiredPoints.length },
                  ]}
                />
                {list.hasMore && <Button onClick={() => void positions.loadMore()}>{words.more}</Button>}
              </>
            )
          }
        </Answer>
      </Section>
    </Page>
  )
}
