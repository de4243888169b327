import { graphql, type ResultOf } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useLanguage } from '@/shared/format/messages.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useLearningTexts } from '../texts.ts'

const routesDocument = graphql(`query LearningRoutes($person: String!, $position: String!, $locale: String!) {
  learningPath(employee: $person, position: $position, options: { locale: $locale }) {
    routes(first: 3) {
      totalMinutes
      detour {
        minutes
        choice { knowledgePoint { code name nameEn } taken { code name nameEn } }
        adds { code name nameEn }
        spares { code name nameEn }
      }
    }
  }
}`)

type Route = NonNullable<ResultOf<typeof routesDocument>['learningPath']>['routes'][number]
type Point = { code: string; name: string; nameEn: string | null }

// Routes compares the ways where prerequisites offer alternatives.
export default function Routes({ person, position }: { person: string; position: string }) {
  const t = useLearningTexts()
  const words = useTexts()
  const format = useFormat()
  const locale = useLanguage()
  const name = locale === 'en' ? 'nameEn' : 'name'
  const variables = { person, position, locale }
  const query = useAsk(routesDocument, variables)
  const names = (points: readonly Point[] | undefined) => points?.map(format.nameOf).join(locale === 'en' ? ', ' : '、') || t.noneOf
  const signed = (minutes: number) => `${minutes < 0 ? '−' : '+'}${format.duration(Math.abs(minutes))}`
  return (
    <div className="routes">
      <Answer query={query} rows={4}>
        {({ learningPath: path }) => {
          const routes = (path?.routes ?? []).map((route, i) => ({ ...route, number: i + 1 }))
          if (routes.length < 2) return <p>{t.onlyRoute}</p>
          return (
            <>
              <p className="note">{t.routesNote}</p>
              <DataTable<Route & { number: number }>
                caption={t.routes}
                rows={routes}
                rowKey={(r) => String(r.number)}
                csv={{
                  query: routesDocument,
                  variables,
                  rows: 'learningPath.routes',
                  name: t.routes,
                  columns: [
                    { title: words.minutes, path: 'totalMinutes' },
                    { title: t.difference, path: 'detour.minutes' },
                    { title: t.choice, path: `detour.choice.knowledgePoint.${name}` },
                    { title: t.route, path: `detour.choice.taken.${name}` },
                    { title: t.adds, path: `detour.adds.${name}` },
                    { title: t.spares, path: `detour.spares.${name}` },
                  ],
                }}
                columns={[
                  { title: t.route, render: (_, r) => (r.detour ? t.routeOther(r.number) : t.routeFirst) },
                  { title: words.minutes, align: 'right', render: (_, r) => format.duration(r.totalMinutes) },
                  { title: t.difference, align: 'right', render: (_, r) => (r.detour ? signed(r.detour.minutes) : t.noneOf) },
                  {
                    title: t.choice,
                    render: (_, r) => (r.detour ? t.instead(format.nameOf(r.detour.choice.knowledgePoint), format.nameOf(r.detour.choice.taken)) : t.noneOf),
                  },
                  { title: t.adds, render: (_, r) => names(r.detour?.adds) },
                  { title: t.spares, render: (_, r) => names(r.detour?.spares) },
                ]}
              />
            </>
          )
        }}
      </Answer>
    </div>
  )
}
