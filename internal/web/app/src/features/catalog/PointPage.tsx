import { Fragment } from 'react'
import { Link } from 'wouter'
import { Fault } from '@/shared/api/ask.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { may, useMe } from '@/shared/session/me.ts'
import { Answer, FaultView } from '@/shared/ui/Answer.tsx'
import { PointLink } from '@/shared/ui/links.tsx'
import { Page, Section } from '@/shared/ui/Page.tsx'
import { usePathCode } from '@/shared/ui/path-code.ts'
import type { Scale } from '@/shared/ui/RequiredLevel.tsx'
import { AroundSection } from './AroundSection.tsx'
import { CatalogCrumbs } from './CatalogCrumbs.tsx'
import { type Point, pointDocument } from './documents.ts'
import { AfterList, BeforeList } from './EdgeList.tsx'
import { decidingUses } from './edges.ts'
import { HoldersPart } from './HoldersPart.tsx'
import { ResourcesTable } from './ResourcesTable.tsx'
import { useCatalogTexts } from './texts.ts'
import { UsesTable } from './UsesTable.tsx'
import './catalog.css'

export default function PointPage() {
  const t = useCatalogTexts()
  const code = usePathCode()
  const point = useAsk(pointDocument, { code })
  if (!point.data?.knowledgePoint)
    return (
      <Page title={t.title} choices={<CatalogCrumbs />}>
        <Answer query={point} rows={12}>
          {() => <FaultView error={new Fault('', 'NOT_FOUND')} />}
        </Answer>
      </Page>
    )
  return <PointView point={point.data.knowledgePoint} scale={point.data.levels} />
}

function PointView({ point, scale }: { point: Point; scale: Scale }) {
  const t = useCatalogTexts()
  const { nameOf } = useFormat()
  const me = useMe()
  return (
    <Page title={nameOf(point)} choices={<CatalogCrumbs above={point.competency} />} lead={<Facts point={point} />}>
      {point.description && <p className="catalog-description">{point.description}</p>}
      <div className="columns">
        <Section title={t.before} className="half">
          <BeforeList of={point.code} edges={point.prerequisites} scale={scale} />
        </Section>
        <Section title={t.after} className="half">
          <AfterList of={point.code} edges={point.dependents} scale={scale} />
        </Section>
      </div>
      <AroundSection code={point.code} />
      <div className="columns">
        <Section title={t.positions} className="half">
          <UsesTable of={point.code} uses={point.requiredBy} scale={scale} csv={{ query: pointDocument, rows: 'knowledgePoint.requiredBy' }} />
        </Section>
        <Section title={t.resources} className="half">
          <ResourcesTable point={point.code} resources={point.resources} />
        </Section>
      </div>
      {may(me, 'AGGREGATE') && <HoldersPart point={point.code} required={decidingUses(point.requiredBy).map((u) => u.level)} scale={scale} />}
      {point.related.length > 0 && (
        <Section title={t.related}>
          <ul className="inline-list">
            {point.related.map((p) => (
              <li key={p.code}>
                <PointLink point={p} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  )
}

// Facts are what a reader wants to know of a point first, in words.
function Facts({ point }: { point: Point }) {
  const t = useCatalogTexts()
  const { duration, number } = useFormat()
  return (
    <span className="facts">
      <span className="code">{point.code}</span>
      <span>
        {point.kind === 'SKILL' ? t.skill : t.knowledge} · {point.nature === 'CREATIVE' ? t.creative : t.procedural}
      </span>
      <span>{point.minutes === null ? t.timeUnknown : t.time(duration(point.minutes))}</span>
      <span>{t.depthLong(point.depth)}</span>
      {point.difficulty !== null && <span>{t.difficulty(number(point.difficulty, 2))}</span>}
      {point.tags.length > 0 && (
        <span>
          {t.tags}{' '}
          {point.tags.map((tag) => (
            <Fragment key={tag}>
              <Link href={`/catalog?${new URLSearchParams({ tag })}`}>{tag}</Link>{' '}
            </Fragment>
          ))}
        </span>
      )}
    </span>
  )
}
