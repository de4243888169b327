import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const recordLevelsDocument = graphql(`query RecordLevels { levels { label labelEn digit level } }`)

export const recordPointsDocument = graphql(`query RecordPoints($text: String) {
  knowledgePoints(first: 20, filter: { text: $text }) { nodes { code name nameEn } }
}`)

export const recordEvidenceDocument = graphql(`mutation RecordResult($evidence: [EvidenceInput!]!) {
  recordEvidence(input: { evidence: $evidence }) {
    results { id outcome superseded }
    learners { employee { code } states { knowledgePoint { code name nameEn } mastery effects(first: 1) { before after } } }
    userErrors { field message code }
  }
}`)

export const takeBackDocument = graphql(`mutation TakeResultBack($ids: [String!]!) {
  retractEvidence(input: { ids: $ids }) { results { id outcome } userErrors { field message code } }
}`)

export const enterMasteryDocument = graphql(`mutation EnterMastery($input: SetMasteryInput!) {
  setMastery(input: $input) { revision userErrors { field message code } }
}`)

export const takeMasteryBackDocument = graphql(`mutation TakeMasteryBack($employee: String!, $knowledgePoint: String!, $assessedAt: Time) {
  deleteMastery(input: { employee: $employee, knowledgePoint: $knowledgePoint, expectedAssessedAt: $assessedAt }) { userErrors { field message code } }
}`)

export type Level = NonNullable<ResultOf<typeof recordLevelsDocument>['levels']>[number]
export type Recorded = ResultOf<typeof recordEvidenceDocument>['recordEvidence']
