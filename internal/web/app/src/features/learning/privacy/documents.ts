import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

// Who looked, page by page, and with the first page the own objections.
export const privacyDocument = graphql(`query Privacy($person: String!, $after: String, $more: Boolean = false) {
  myAuditLog(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes { at action verb by } }
  employee(code: $person) @skip(if: $more) {
    objections { id knowledgePointCode reason at answer answeredAt }
    states { knowledgePoint { code name nameEn } mastery }
  }
}`)

export type AuditEntry = NonNullable<ResultOf<typeof privacyDocument>['myAuditLog']>['nodes'][number]
export type Objector = NonNullable<ResultOf<typeof privacyDocument>['employee']>

export const objectDocument = graphql(`mutation ObjectToState($point: String!, $reason: String!) {
  objectToState(input: { knowledgePoint: $point, reason: $reason }) { objection { id } userErrors { field message code } }
}`)

export const withdrawDocument = graphql(`mutation WithdrawObjection($id: ID!) {
  withdrawObjection(input: { id: $id }) { userErrors { field message code } }
}`)
