import { Link } from 'wouter'
import { Breadcrumbs } from '@/shared/ui/Breadcrumbs.tsx'
import { CompetencyLink } from '@/shared/ui/links.tsx'
import { chainOf, type Nested } from './edges.ts'
import { useCatalogTexts } from './texts.ts'

// CatalogCrumbs lead from the catalog down to what is right above the page.
export function CatalogCrumbs({ above }: { above?: Nested | null }) {
  const t = useCatalogTexts()
  return (
    <Breadcrumbs
      places={[
        { key: '', link: <Link href="/catalog">{t.title}</Link> },
        ...chainOf(above).map((c) => ({ key: c.code, link: <CompetencyLink competency={c} /> })),
      ]}
    />
  )
}
