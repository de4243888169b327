import { useLocation } from 'wouter'
import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { mapFragment } from '@/shared/map/fragment.ts'
import { KnowledgeMap } from '@/shared/map/KnowledgeMap.tsx'
import { Answer } from '@/shared/ui/Answer.tsx'
import { pathOf } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import type { Position } from './documents.ts'
import { usePositionTexts } from './texts.ts'

const mapDocument = graphql(`query MapOfPosition($code: String!) { positionMap(position: $code) { ...MapPicture } }`, [mapFragment])

// MapPart draws what a position requires and what that rests on, without anybody's mastery.
export default function MapPart({ position }: { position: Position }) {
  const t = usePositionTexts()
  const { nameOf } = useFormat()
  const [, go] = useLocation()
  const map = useAsk(mapDocument, { code: position.code })
  return (
    <Section title={t.tabMap}>
      <Answer query={map} rows={12}>
        {(answer) =>
          answer.positionMap && (
            <KnowledgeMap
              map={answer.positionMap}
              onOpen={(point) => go(pathOf.point(point))}
              csv={{ variables: { position: position.code }, name: `${nameOf(position)} ${t.tabMap}`, field: 'positionMap' }}
            />
          )
        }
      </Answer>
    </Section>
  )
}
