import { Button, Input, Select, Tag } from 'antd'
import { useDeferredValue } from 'react'
import { Link, useSearchParams } from 'wouter'
import { useAllPages } from '@/shared/api/pages.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { pathOf } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { pointsDocument } from './documents.ts'
import { PointsTable, usePointsCsv } from './PointsTable.tsx'
import { useCatalogTexts } from './texts.ts'

type Props = { competency: { code: string; name: string; nameEn: string | null } | null }

// FoundPoints are the points of the competency that is chosen, or those in the whole catalog
// that have a text or a tag. The address of the page has what is looked for.
export function FoundPoints({ competency }: Props) {
  const t = useCatalogTexts()
  const words = useTexts()
  const { nameOf } = useFormat()
  const [params, setParams] = useSearchParams()
  const text = params.get('text') ?? ''
  const tag = params.get('tag')
  const kind = (['KNOWLEDGE', 'SKILL'] as const).find((k) => k === params.get('kind')) ?? null
  const variables = { text: useDeferredValue(text), competency: params.get('competency'), kind, tag }
  const points = useAllPages(pointsDocument, variables, (answer) => answer.knowledgePoints)
  const set = (changes: { [name: string]: string | null }) =>
    setParams(
      (before) => {
        for (const [name, value] of Object.entries(changes)) {
          if (value) before.set(name, value)
          else before.delete(name)
        }
        return before
      },
      { replace: true },
    )
  const found = points.data?.totalCount
  const title = found === undefined ? t.all : variables.text === '' ? t.found(found) : t.foundText(found, variables.text)
  const csv = usePointsCsv({ query: pointsDocument, variables, rows: 'knowledgePoints.nodes', name: competency ? nameOf(competency) : t.title })
  return (
    <Section
      title={
        <>
          {competency && <Link href={pathOf.competency(competency.code)}>{nameOf(competency)}</Link>} {title}
        </>
      }
      actions={
        <>
          <div className="catalog-filters">
            <Input
              allowClear
              aria-label={t.search}
              placeholder={t.search}
              value={text}
              onChange={(e) => set({ text: e.target.value, ...(e.target.value ? { competency: null } : {}) })}
            />
            <Select
              aria-label={t.kind}
              placeholder={t.anyKind}
              allowClear
              value={kind}
              onChange={(v) => set({ kind: v ?? null })}
              options={[
                { value: 'KNOWLEDGE' as const, label: t.knowledge },
                { value: 'SKILL' as const, label: t.skill },
              ]}
            />
          </div>
          <CsvButton {...csv} />
        </>
      }
      note={t.depthNote}
    >
      {tag && (
        <p className="catalog-tag">
          <Tag closable={{ 'aria-label': t.removeTag }} onClose={() => set({ tag: null })}>
            {t.tag(tag)}
          </Tag>
        </p>
      )}
      <Answer query={points} rows={12}>
        {(list) =>
          list.nodes.length > 0 ? (
            <>
              <PointsTable caption={t.all} points={list.nodes} />
              {list.hasMore && (
                <p className="catalog-more">
                  <Button onClick={() => void points.loadMore()}>{words.more}</Button>{' '}
                  <span className="quiet">{words.shown(list.nodes.length, list.totalCount)}</span>
                </p>
              )}
            </>
          ) : text === '' && kind === null && tag === null ? (
            <Empty title={t.noneHere} />
          ) : (
            <Empty title={t.none} action={<Button onClick={() => setParams({}, { replace: true })}>{t.clear}</Button>} />
          )
        }
      </Answer>
    </Section>
  )
}
