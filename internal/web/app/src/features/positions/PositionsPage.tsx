import { Button, Input, Select } from 'antd'
import { useDeferredValue } from 'react'
import { useSearchParams } from 'wouter'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useAllPages } from '@/shared/api/pages.ts'
import { useFormat } from '@/shared/format/values.ts'
import { useMe } from '@/shared/session/me.ts'
import { listsOthers } from '@/shared/session/people.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PositionLink } from '@/shared/ui/links.tsx'
import { Page, Section } from '@/shared/ui/Page.tsx'
import { Sentence } from '@/shared/ui/Sentence.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { importCommand, usePositionTexts } from './texts.ts'
import './positions.css'

const positionsDocument = graphql(`query Positions($after: String, $text: String, $family: String, $grade: String, $people: Boolean!) {
  positions(first: 100, after: $after, filter: { text: $text, family: $family, grade: $grade }) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { code name nameEn family grade requiredPoints { critical } incumbents(first: 1) @include(if: $people) { totalCount } }
  }
}`)

// What the filters offer is what the first 200 positions have.
const filtersDocument = graphql(`query PositionFilters { positions(first: 200) { nodes { family grade } } }`)

type Position = ResultOf<typeof positionsDocument>['positions']['nodes'][number]

export default function PositionsPage() {
  const t = usePositionTexts()
  const words = useTexts()
  const { number } = useFormat()
  const me = useMe()
  const [params, setParams] = useSearchParams()
  const text = params.get('text') ?? ''
  const [family, grade] = [params.get('family'), params.get('grade')]
  const filtered = text !== '' || family !== null || grade !== null
  const people = listsOthers(me)
  const variables = { text: useDeferredValue(text), family, grade, people }
  const positions = useAllPages(positionsDocument, variables, (answer) => answer.positions)
  const filters = useAsk(filtersDocument, {}, { staleTime: 60_000 })
  const set = (name: string, value: string | null | undefined) =>
    setParams(
      (before) => {
        if (value) before.set(name, value)
        else before.delete(name)
        return before
      },
      { replace: true },
    )
  const csv: CsvTable = {
    query: positionsDocument,
    variables,
    rows: 'positions.nodes',
    name: t.title,
    columns: [
      { title: words.code, path: 'code' },
      { title: words.name, path: 'name' },
      { title: t.family, path: 'family' },
      { title: t.grade, path: 'grade' },
      ...(people ? [{ title: t.holders, path: 'incumbents.totalCount' }] : []),
    ],
  }
  const offered = (name: 'family' | 'grade') => {
    const values = new Set((filters.data?.positions.nodes ?? []).map((p) => p[name]).filter((v) => v !== null))
    return [...values].sort((a, b) => a.localeCompare(b, 'zh-CN', { numeric: true })).map((value) => ({ value, label: value }))
  }
  return (
    <Page title={t.title} heading={positions.data && !filtered ? t.count(positions.data.totalCount) : t.title} lead={t.lead}>
      <Section
        title={t.list}
        actions={
          <>
            <div className="position-filters">
              <Input allowClear aria-label={t.search} placeholder={t.search} value={text} onChange={(e) => set('text', e.target.value)} />
              <Select
                aria-label={t.family}
                placeholder={t.anyFamily}
                allowClear
                value={family}
                onChange={(v) => set('family', v)}
                options={offered('family')}
                popupMatchSelectWidth={false}
              />
              <Select
                aria-label={t.grade}
                placeholder={t.anyGrade}
                allowClear
                value={grade}
                onChange={(v) => set('grade', v)}
                options={offered('grade')}
                popupMatchSelectWidth={false}
              />
            </div>
            <CsvButton {...csv} />
          </>
        }
      >
        <Answer query={positions} rows={8}>
          {(list) =>
            list.nodes.length > 0 ? (
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
                    { title: t.points, align: 'right', render: (_, p) => number(p.requiredPoints.length) },
                    { title: t.critical, align: 'right', render: (_, p) => number(p.requiredPoints.filter((r) => r.critical).length) },
                    ...(people ? [{ title: t.holders, align: 'right' as const, render: (_: unknown, p: Position) => number(p.incumbents?.totalCount) }] : []),
                  ]}
                />
                {list.hasMore && <Button onClick={() => void positions.loadMore()}>{words.more}</Button>}
              </>
            ) : filtered ? (
              <Empty title={t.none} action={<Button onClick={() => setParams({}, { replace: true })}>{t.clear}</Button>} />
            ) : (
              <Empty title={t.empty}>
                <Sentence text={t.emptyHow} parts={{ command: <code>{importCommand}</code> }} />
              </Empty>
            )
          }
        </Answer>
      </Section>
    </Page>
  )
}
