import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

// The evidence page by page, and with the first page the latest effects of every point and what
// else its history begins with.
export const evidenceDocument = graphql(`query PersonEvidence($person: String!, $point: String, $after: String, $more: Boolean = false) {
  employee(code: $person) {
    code name
    states @skip(if: $more) {
      knowledgePoint { code name nameEn } mastery current assessedAt enteredMastery enteredAt confidence evidenceCount due
      effects(first: 10) { evidence { id } text }
    }
    evidence(first: 50, after: $after, knowledgePoint: $point) {
      pageInfo { hasNextPage endCursor }
      nodes { id kind score at item source retracted knowledgePoints { code name nameEn } }
    }
  }
}`)

export type Evidence = NonNullable<NonNullable<ResultOf<typeof evidenceDocument>['employee']>['evidence']>['nodes'][number]
export type State = NonNullable<NonNullable<ResultOf<typeof evidenceDocument>['employee']>['states']>[number]

export const retractDocument = graphql(`mutation RetractEvidence($id: String!) {
  retractEvidence(input: { ids: [$id] }) { results { id outcome } userErrors { field message code } }
}`)
