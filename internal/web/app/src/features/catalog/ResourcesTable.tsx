import { Link } from 'wouter'
import { useFormat } from '@/shared/format/values.ts'
import { Cut } from '@/shared/ui/Cut.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { pathOf } from '@/shared/ui/links.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useModalityNames } from '@/shared/words/modalities.ts'
import { pointDocument, type Resource } from './documents.ts'
import { webAddress } from './edges.ts'
import { useCatalogTexts } from './texts.ts'

// OpenLink leads to what teaches, outside this application, where its address is one of the web.
export function OpenLink({ title, url }: { title: string; url: string | null }) {
  const t = useCatalogTexts()
  const address = webAddress(url)
  if (address === null) return url
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" aria-label={t.openLong(title)}>
      {t.open} <span aria-hidden="true">↗</span>
    </a>
  )
}

export function ResourcesTable({ point, resources }: { point: string; resources: readonly Resource[] }) {
  const t = useCatalogTexts()
  const words = useTexts()
  const modalities = useModalityNames()
  const { duration, languageName } = useFormat()
  if (resources.length === 0) return <p className="quiet">{t.noResources}</p>
  return (
    <DataTable<Resource>
      caption={t.resources}
      rows={resources}
      rowKey={(r) => r.code}
      csv={{
        query: pointDocument,
        variables: { code: point },
        rows: 'knowledgePoint.resources',
        name: t.resources,
        columns: [
          { title: words.code, path: 'code' },
          { title: words.resource, path: 'title' },
          {
            title: t.form,
            path: 'modality',
            texts: modalities,
          },
          { title: words.minutes, path: 'minutes' },
          { title: t.language, path: 'language' },
          { title: t.address, path: 'url' },
        ],
      }}
      columns={[
        {
          title: words.resource,
          render: (_, r) => (
            <Cut text={r.title}>
              <Link href={pathOf.resource(r.code)}>{r.title}</Link>
            </Cut>
          ),
        },
        { title: t.form, render: (_, r) => (r.modality ? modalities[r.modality] : '') },
        { title: words.minutes, align: 'right', render: (_, r) => duration(r.minutes) },
        { title: t.language, render: (_, r) => languageName(r.language) },
        { title: t.address, render: (_, r) => <OpenLink title={r.title} url={r.url} /> },
      ]}
    />
  )
}
