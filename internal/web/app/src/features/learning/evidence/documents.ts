import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const evidenceDocument = graphql(`query PersonEvidence($person: String!, $point: String, $after: String) {
  employee(code: $person) {
    evidence(first: 50, after: $after, knowledgePoint: $point) {
      pageInfo { hasNextPage endCursor }
      nodes { id kind score at item source retracted knowledgePoints { code name nameEn } }
    }
  }
}`)

export type Evidence = NonNullable<NonNullable<ResultOf<typeof evidenceDocument>['employee']>['evidence']>['nodes'][number]

// The latest effects of every point, and everything else that its history begins with.
export const statesDocument = graphql(`query PersonStates($person: String!) {
  employee(code: $person) {
    code name
    states {
      knowledgePoint { code name nameEn } mastery current assessedAt enteredMastery enteredAt confidence evidenceCount due
      effects(first: 10) { evidence { id } text }
    }
  }
}`)

export type State = NonNullable<NonNullable<ResultOf<typeof statesDocument>['employee']>['states']>[number]

export const retractDocument = graphql(`mutation RetractEvidence($id: String!) {
  retractEvidence(input: { ids: [$id] }) { results { id outcome } userErrors { field message code } }
}`)
