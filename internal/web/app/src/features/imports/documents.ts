import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const importsDocument = graphql(`query Imports($after: String) {
  importLimits { bytes files seconds }
  importJobs(first: 20, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { number state createdAt expiresAt files { name size } tables { created changed deleted } problems(first: 1) { totalCount } }
  }
}`)

export const importDocument = graphql(`query Import($number: Int!) {
  importJob(number: $number) {
    number state createdAt endedAt expiresAt revision needsConfirmation planPath markedPath
    files { name size } options { replace prune encoding timeZone } progress { stage done total } failure { code message }
    tables { table given created changed deleted } moved { table key fields: movedFields { field planned now } }
    problems(first: 1) { totalCount } warnings(first: 1) { totalCount } notices(first: 1) { totalCount } changes(first: 1) { totalCount }
  }
}`)

export const problemsDocument = graphql(`query ImportProblems($number: Int!, $after: String) {
  importJob(number: $number) { problems(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { place table key message } } }
}`)

export const warningsDocument = graphql(`query ImportWarnings($number: Int!, $after: String) {
  importJob(number: $number) { warnings(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { place table key message } } }
}`)

export const noticesDocument = graphql(`query ImportNotices($number: Int!, $after: String) {
  importJob(number: $number) { notices(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { place table key message } } }
}`)

export const changesDocument = graphql(`query ImportChanges($number: Int!, $table: String, $after: String) {
  importJob(number: $number) {
    changes(first: 100, after: $after, table: $table) { totalCount pageInfo { hasNextPage endCursor } nodes { table kind key fields: fieldChanges { field before after } } }
  }
}`)

export const planDocument = graphql(`mutation PlanImport($input: PlanImportInput!) {
  planImport(input: $input) { job { number } userErrors { field message code } }
}`)

export const applyDocument = graphql(`mutation ApplyPlan($number: Int!, $confirmDeletions: Boolean!) {
  applyPlan(input: { number: $number, confirmDeletions: $confirmDeletions }) { job { number state } userErrors { field message code } }
}`)

export const cancelDocument = graphql(`mutation CancelImport($number: Int!) {
  cancelImport(input: { number: $number }) { job { number state } userErrors { field message code } }
}`)

export type ListedImport = NonNullable<ResultOf<typeof importsDocument>['importJobs']>['nodes'][number]
export type Import = NonNullable<ResultOf<typeof importDocument>['importJob']>
export type ImportState = Import['state']
export type ImportProblem = NonNullable<ResultOf<typeof problemsDocument>['importJob']>['problems']['nodes'][number]
export type ImportChange = NonNullable<ResultOf<typeof changesDocument>['importJob']>['changes']['nodes'][number]
