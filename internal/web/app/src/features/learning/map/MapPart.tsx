import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { mapFragment } from '@/shared/map/fragment.ts'
import { countMap } from '@/shared/map/geometry.ts'
import { KnowledgeMap } from '@/shared/map/KnowledgeMap.tsx'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useMapPartTexts } from './texts.ts'

const personMapDocument = graphql(
  `query PersonMap($person: String!, $position: String!) {
    positionMap(position: $position, employee: $person) { position { code name } ...MapPicture }
  }`,
  [mapFragment],
)

type Props = { person: string; position: string | null; own: boolean }

// MapPart shows the way of a person to a position as a map.
export default function MapPart({ person, position }: Props) {
  const t = useMapPartTexts()
  const variables = { person, position: position ?? '' }
  const asked = useAsk(personMapDocument, variables, { enabled: position !== null })
  if (position === null)
    return (
      <Section title={t.title}>
        <Empty title={t.noPosition} />
      </Section>
    )
  const map = asked.data?.positionMap
  const counts = map && countMap(map.nodes)
  return (
    <Section title={counts ? t.counts(counts.points, counts.toLearn, counts.next) : t.title}>
      <Answer query={{ ...asked, data: map ?? undefined }} rows={12}>
        {(map) => <KnowledgeMap map={map} csv={{ variables: { position, employee: person }, field: 'positionMap', name: t.title }} />}
      </Answer>
    </Section>
  )
}
