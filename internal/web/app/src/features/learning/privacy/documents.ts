import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const auditDocument = graphql(`query WhoLooked($after: String) {
  myAuditLog(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes { at action verb by } }
}`)

export type AuditEntry = NonNullable<ResultOf<typeof auditDocument>['myAuditLog']>['nodes'][number]

export const objectionsDocument = graphql(`query MyObjections($person: String!) {
  employee(code: $person) {
    objections { id knowledgePointCode reason at answer answeredAt }
    states { knowledgePoint { code name nameEn } mastery }
  }
}`)

export const objectDocument = graphql(`mutation ObjectToState($point: String!, $reason: String!) {
  objectToState(input: { knowledgePoint: $point, reason: $reason }) { objection { id } userErrors { field message code } }
}`)

export const withdrawDocument = graphql(`mutation WithdrawObjection($id: ID!) {
  withdrawObjection(input: { id: $id }) { userErrors { field message code } }
}`)
