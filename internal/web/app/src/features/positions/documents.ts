import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const positionDocument = graphql(`query Position($code: String!, $people: Boolean!) {
  position(code: $code) {
    code name nameEn family grade description
    requirements { level weight critical target { __typename code name nameEn ... on Competency { pointCount } } }
    requiredPoints { level weight critical knowledgePoint { code name nameEn minutes competency { code name nameEn } } }
    incumbents(first: 1) @include(if: $people) { totalCount }
  }
  levels { label labelEn level }
}`)

export const peopleDocument = graphql(`query PositionPeople($code: String!, $after: String) {
  position(code: $code) {
    incumbents(first: 100, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { code name orgUnit { code name } }
    }
  }
}`)

export const distanceDocument = graphql(`query PositionDistances($here: String!, $there: String!) {
  there: positionDistance(from: $here, to: $there) { minutes similarity }
  back: positionDistance(from: $there, to: $here) { minutes similarity }
  position(code: $there) {
    code name nameEn
    requiredPoints { level weight critical knowledgePoint { code name nameEn minutes competency { code name nameEn } } }
  }
}`)

// What both positions require, which the server writes side by side.
export const beyondTable = graphql(`query PositionBeyondTable($here: String!, $there: String!) {
  here: position(code: $here) { requiredPoints { level knowledgePoint { code name minutes competency { name } } } }
  there: position(code: $there) { requiredPoints { level critical knowledgePoint { code name minutes competency { name } } } }
}`)

export type PositionAnswer = ResultOf<typeof positionDocument>
export type Position = NonNullable<PositionAnswer['position']>
export type Requirement = Position['requirements'][number]
export type RequiredPoint = Position['requiredPoints'][number]
export type Incumbent = NonNullable<NonNullable<ResultOf<typeof peopleDocument>['position']>['incumbents']>['nodes'][number]
