import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

// mapFragment is what KnowledgeMap draws. A page asks for it with positionMap or neighbourhood.
export const mapFragment = graphql(`fragment MapPicture on KnowledgeMap {
  layers rows omitted
  lanes { competency { code name nameEn } row rows }
  nodes {
    knowledgePoint { code name nameEn minutes competency { code name nameEn } resources { code title url } }
    layer row required critical status mastery current need next
  }
  edges { from to strength clause level rows }
}`)

export type MapData = ResultOf<typeof mapFragment>
export type MapNode = MapData['nodes'][number]
