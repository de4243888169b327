import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const insightDocument = graphql(`query Insight($filter: InsightFilter, $points: Int!) {
  insight(filter: $filter) {
    people evidenceCount
    points(first: $points) {
      knowledgePoint { code name nameEn competency { name nameEn } }
      people evidenceCount errorRate firstAttemptRate correctionRate growth meanMastery
    }
    suspectPrerequisites(first: 50) {
      people contradicting share lowerBound expected contradiction
      prerequisites {
        clause
        prerequisite { __typename code name nameEn }
        dependent { __typename code name nameEn }
      }
    }
  }
}`)

// The names of what is chosen, in one question.
export const choiceDocument =
  graphql(`query InsightChoice($position: String!, $competency: String!, $unit: String!, $hasPosition: Boolean!, $hasCompetency: Boolean!, $hasUnit: Boolean!) {
  position(code: $position) @include(if: $hasPosition) { code name nameEn }
  competency(code: $competency) @include(if: $hasCompetency) { code name nameEn }
  orgUnit(code: $unit) @include(if: $hasUnit) { code name }
}`)
export const treeDocument = graphql(`query InsightCompetencies { competencyTree { depth competency { code name nameEn } } }`)

export type Insight = NonNullable<ResultOf<typeof insightDocument>['insight']>
export type Choice = ResultOf<typeof choiceDocument>
export type PointInsight = Insight['points'][number]
export type Suspect = Insight['suspectPrerequisites'][number]
