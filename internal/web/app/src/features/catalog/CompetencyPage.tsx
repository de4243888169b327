import { Link } from 'wouter'
import { Fault } from '@/shared/api/ask.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, FaultView } from '@/shared/ui/Answer.tsx'
import { CompetencyLink } from '@/shared/ui/links.tsx'
import { Page, Section } from '@/shared/ui/Page.tsx'
import { usePathCode } from '@/shared/ui/path-code.ts'
import type { Scale } from '@/shared/ui/RequiredLevel.tsx'
import { AroundSection } from './AroundSection.tsx'
import { CatalogCrumbs } from './CatalogCrumbs.tsx'
import { type Competency, competencyDocument } from './documents.ts'
import { AfterList, BeforeList } from './EdgeList.tsx'
import { PointsTable } from './PointsTable.tsx'
import { useCatalogTexts } from './texts.ts'
import { UsesTable } from './UsesTable.tsx'
import './catalog.css'

export default function CompetencyPage() {
  const t = useCatalogTexts()
  const code = usePathCode()
  const competency = useAsk(competencyDocument, { code })
  if (!competency.data?.competency)
    return (
      <Page title={t.title} choices={<CatalogCrumbs />}>
        <Answer query={competency} rows={12}>
          {() => <FaultView error={new Fault('', 'NOT_FOUND')} />}
        </Answer>
      </Page>
    )
  return <CompetencyView competency={competency.data.competency} scale={competency.data.levels} />
}

function CompetencyView({ competency, scale }: { competency: Competency; scale: Scale }) {
  const t = useCatalogTexts()
  const { nameOf } = useFormat()
  return (
    <Page
      title={nameOf(competency)}
      choices={<CatalogCrumbs above={competency.parent} />}
      lead={
        <span className="facts">
          <span className="code">{competency.code}</span>
          <Link href={`/catalog?${new URLSearchParams({ competency: competency.code })}`}>{t.pointCount(competency.pointCount)}</Link>
        </span>
      }
    >
      {competency.description && <p className="catalog-description">{competency.description}</p>}
      {competency.children.length > 0 && (
        <Section title={t.children}>
          <ul className="inline-list">
            {competency.children.map((c) => (
              <li key={c.code}>
                <CompetencyLink competency={c} /> <span className="quiet">{t.pointCount(c.pointCount)}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {(competency.knowledgePoints.length > 0 || competency.children.length === 0) && (
        <Section title={t.points}>
          {competency.knowledgePoints.length > 0 ? (
            <PointsTable
              caption={t.points}
              points={competency.knowledgePoints}
              withoutCompetency
              csv={{ query: competencyDocument, variables: { code: competency.code }, rows: 'competency.knowledgePoints', name: nameOf(competency) }}
            />
          ) : (
            <p className="quiet">{t.noPoints}</p>
          )}
        </Section>
      )}
      <div className="columns">
        <Section title={t.before} className="half">
          <BeforeList of={competency.code} edges={competency.prerequisites} scale={scale} />
        </Section>
        <Section title={t.after} className="half">
          <AfterList of={competency.code} edges={competency.dependents} scale={scale} />
        </Section>
      </div>
      <AroundSection code={competency.code} />
      <Section title={t.positions}>
        <UsesTable of={competency.code} uses={competency.requiredBy} scale={scale} csv={{ query: competencyDocument, rows: 'competency.requiredBy' }} />
      </Section>
    </Page>
  )
}
