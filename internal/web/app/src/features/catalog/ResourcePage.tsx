import { Fault } from '@/shared/api/ask.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, FaultView } from '@/shared/ui/Answer.tsx'
import { Page, Section } from '@/shared/ui/Page.tsx'
import { usePathCode } from '@/shared/ui/path-code.ts'
import { useModalityNames } from '@/shared/words/modalities.ts'
import { CatalogCrumbs } from './CatalogCrumbs.tsx'
import { resourceDocument } from './documents.ts'
import { PointsTable } from './PointsTable.tsx'
import { OpenLink } from './ResourcesTable.tsx'
import { useCatalogTexts } from './texts.ts'
import './catalog.css'

export default function ResourcePage() {
  const t = useCatalogTexts()
  const modalities = useModalityNames()
  const { duration, languageName } = useFormat()
  const code = usePathCode()
  const query = useAsk(resourceDocument, { code })
  const resource = query.data?.resource
  if (!resource)
    return (
      <Page title={t.resourceTitle} choices={<CatalogCrumbs />}>
        <Answer query={query}>{() => <FaultView error={new Fault('', 'NOT_FOUND')} />}</Answer>
      </Page>
    )
  return (
    <Page
      title={resource.title}
      choices={<CatalogCrumbs />}
      lead={
        <span className="facts">
          <span className="code">{resource.code}</span>
          <span>{resource.modality ? modalities[resource.modality] : t.noForm}</span>
          {resource.minutes !== null && <span>{duration(resource.minutes)}</span>}
          {resource.language && <span>{languageName(resource.language)}</span>}
          {resource.url ? <OpenLink title={resource.title} url={resource.url} /> : <span>{t.noUrl}</span>}
        </span>
      }
    >
      <Section title={t.teaches}>
        {resource.teaches.length > 0 ? (
          <PointsTable
            caption={t.teaches}
            points={resource.teaches}
            csv={{ query: resourceDocument, variables: { code: resource.code }, rows: 'resource.teaches', name: resource.title }}
          />
        ) : (
          <p className="quiet">{t.noTeaches}</p>
        )}
      </Section>
    </Page>
  )
}
