import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const gapDocument = graphql(`query PersonGap($person: String!, $position: String!) {
  gapAnalysis(employee: $person, position: $position) {
    coverage ready
    gaps(unmetOnly: false) { knowledgePoint { code name nameEn competency { name nameEn } } required mastery current shortfall weight critical status }
    foundations { knowledgePoint { code name nameEn } required mastery neededFor { code name nameEn } }
    competencies { competency { code name nameEn } coverage unmet total }
    inferred { knowledgePoint { code } probability known uncertain }
  }
}`)

export type Gap = NonNullable<ResultOf<typeof gapDocument>['gapAnalysis']>
export type GapCsv = { query: typeof gapDocument; variables: { person: string; position: string } }
