import { Skeleton } from 'antd'
import { lazy, Suspense } from 'react'
import { Section } from '@/shared/ui/Page.tsx'
import { useCatalogTexts } from './texts.ts'

const NeighbourhoodPart = lazy(() => import('./NeighbourhoodPart.tsx'))

// AroundSection has the picture of what is around a point or a competency.
export function AroundSection({ code }: { code: string }) {
  const t = useCatalogTexts()
  return (
    <Section title={t.map} className="around">
      <Suspense fallback={<Skeleton active={false} paragraph={{ rows: 8 }} />}>
        <NeighbourhoodPart code={code} />
      </Suspense>
    </Section>
  )
}
