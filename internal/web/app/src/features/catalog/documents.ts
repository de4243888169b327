import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const treeDocument = graphql(`query CatalogTree {
  competencyTree { depth competency { code name nameEn pointCount } }
  knowledgePoints(first: 1) { totalCount }
}`)

export const pointsDocument = graphql(`query CatalogPoints($after: String, $text: String, $competency: String, $kind: KnowledgePointKind, $tag: String) {
  knowledgePoints(first: 50, after: $after, filter: { text: $text, competency: $competency, kind: $kind, tag: $tag }) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { code name nameEn kind minutes depth competency { code name nameEn } prerequisites(inherited: true) { strength } requiredBy { position { code } } }
  }
}`)

export const pointDocument = graphql(`query Point($code: String!) {
  knowledgePoint(code: $code) {
    code name nameEn kind nature minutes difficulty tags description depth
    competency { code name nameEn parent { code name nameEn parent { code name nameEn parent { code name nameEn parent { code name nameEn } } } } }
    prerequisites(inherited: true) {
      strength clause level reason
      prerequisite { __typename code name nameEn ... on Competency { pointCount } }
      dependent { __typename code name nameEn ... on Competency { pointCount } }
    }
    dependents {
      strength clause level reason
      prerequisite { __typename code name nameEn ... on Competency { pointCount } }
      dependent { __typename code name nameEn ... on Competency { pointCount } }
    }
    related { code name nameEn }
    resources { code title url modality minutes language }
    requiredBy { level weight critical position { code name nameEn } target { __typename code name nameEn } }
  }
  levels { label labelEn level }
}`)

export const holdersDocument = graphql(`query PointHolders($code: String!, $level: Float!, $unit: String, $inUnit: Boolean!) {
  orgUnits(first: 200) { nodes { code name } }
  knowledgePoint(code: $code) {
    everyone: holders(level: $level) @skip(if: $inUnit) { level count class people(first: 20) { totalCount nodes { code name } } }
    among: holders(level: $level, group: { orgUnit: $unit }) @include(if: $inUnit) { level count class people(first: 20) { totalCount nodes { code name } } }
  }
}`)

export const competencyDocument = graphql(`query Competency($code: String!) {
  competency(code: $code) {
    code name nameEn description pointCount
    parent { code name nameEn parent { code name nameEn parent { code name nameEn parent { code name nameEn } } } }
    children { code name nameEn pointCount }
    knowledgePoints { code name nameEn kind minutes depth competency { code name nameEn } prerequisites(inherited: true) { strength } requiredBy { position { code } } }
    prerequisites {
      strength clause level reason
      prerequisite { __typename code name nameEn ... on Competency { pointCount } }
      dependent { __typename code name nameEn ... on Competency { pointCount } }
    }
    dependents {
      strength clause level reason
      prerequisite { __typename code name nameEn ... on Competency { pointCount } }
      dependent { __typename code name nameEn ... on Competency { pointCount } }
    }
    requiredBy { level weight critical position { code name nameEn } target { __typename code name nameEn } }
  }
  levels { label labelEn level }
}`)

export const resourceDocument = graphql(`query Resource($code: String!) {
  resource(code: $code) {
    code title url modality minutes language
    teaches { code name nameEn kind minutes depth competency { code name nameEn } prerequisites(inherited: true) { strength } requiredBy { position { code } } }
  }
}`)

export type ListedPoint = ResultOf<typeof pointsDocument>['knowledgePoints']['nodes'][number]
export type Point = NonNullable<ResultOf<typeof pointDocument>['knowledgePoint']>
export type Edge = Point['prerequisites'][number]
export type End = Edge['prerequisite']
export type Use = Point['requiredBy'][number]
export type Resource = Point['resources'][number]
export type Competency = NonNullable<ResultOf<typeof competencyDocument>['competency']>
export type Holders = NonNullable<NonNullable<ResultOf<typeof holdersDocument>['knowledgePoint']>['everyone']>
