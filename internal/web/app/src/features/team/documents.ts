import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const mapDocument =
  graphql(`query TeamMap($group: WorkforceGroup, $position: String, $tier: Int!, $compared: Boolean!, $code: String!, $inUnit: Boolean!, $unit: String!) {
  teamGaps(group: $group, position: $position, tier: $tier) {
    at leftOut without
    columns { competency { code name nameEn } }
    people {
      employee { code name position { code name nameEn } readiness(position: $position) { ready criticalReady coverage minutes } }
      cells { coverage unmet required }
    }
    units { orgUnit { code name } cells { people coverage unmet required withheld } }
    total { people coverage unmet required withheld }
  }
  position(code: $code) @include(if: $compared) { code name nameEn coverage(group: $group) { people ready criticalReady } }
  orgUnit(code: $unit) @include(if: $inUnit) { code name }
}`)

export const unblockingDocument = graphql(`query TeamUnblocking($group: WorkforceGroup, $minGroup: Int!) {
  unblocking(group: $group, minGroup: $minGroup, first: 20) {
    points { knowledgePoint { code name nameEn } minutes size people(first: 50) { totalCount nodes { code name } } }
  }
}`)

const reviewFragment = graphql(`fragment TeamReview on ReviewDue @_unmask { employee { code name } knowledgePoint { code name nameEn } level due }`)

// What is overdue and what is due later are asked for one by one: each has its first 200.
export const dueDocument = graphql(
  `query TeamDue($group: WorkforceGroup, $now: Time!, $until: Time!, $named: Boolean!) {
  overdue: reviewsDue(group: $group, until: $now, first: 200) @include(if: $named) { totalCount nodes { ...TeamReview } }
  coming: reviewsDue(group: $group, from: $now, until: $until, first: 200) @include(if: $named) { totalCount nodes { ...TeamReview } }
  risks(group: $group, first: 200) {
    totalCount
    nodes { knowledgePoint { code name nameEn } level class affected people(first: 1) @include(if: $named) { nodes { code name } } }
  }
}`,
  [reviewFragment],
)

// The tables of a group in full, which the server reads page by page.
export const dueTable = graphql(`query TeamDueTable($group: WorkforceGroup, $until: Time!, $after: String) {
  reviewsDue(group: $group, until: $until, first: 200, after: $after) {
    nodes { employee { code name } knowledgePoint { code name } level due } pageInfo { hasNextPage endCursor }
  }
}`)
export const risksTable = graphql(`query TeamRisksTable($group: WorkforceGroup, $named: Boolean!, $after: String) {
  risks(group: $group, first: 200, after: $after) {
    nodes { knowledgePoint { code name } level class affected people(first: 1) @include(if: $named) { nodes { name } } } pageInfo { hasNextPage endCursor }
  }
}`)

export const trainingDocument =
  graphql(`query TeamTraining($position: String!, $group: WorkforceGroup, $holders: Int!, $pool: TrainingPool!, $maxMinutes: Int) {
  trainingSet(position: $position, group: $group, holders: $holders, pool: $pool, maxMinutes: $maxMinutes) {
    position { code name nameEn } minutes bound feasible
    plans { employee { code name } minutes goals { code name nameEn } }
    missing { knowledgePoint { code name nameEn } count }
  }
}`)

export const pointsDocument = graphql(`query TeamPoints($employee: String!, $position: String) {
  employee(code: $employee) {
    code name
    gapAnalysis(position: $position) {
      position { code name nameEn } coverage
      gaps(unmetOnly: false) {
        knowledgePoint { code name nameEn competency { code parent { code parent { code parent { code parent { code parent { code } } } } } } }
        required mastery current critical status
      }
    }
    evidence(first: 200) { nodes { id kind score at source item retracted knowledgePoints { code } } }
  }
}`)

export type TeamMap = ResultOf<typeof mapDocument>
export type Gaps = NonNullable<TeamMap['teamGaps']>
export type Gap = NonNullable<NonNullable<NonNullable<ResultOf<typeof pointsDocument>['employee']>['gapAnalysis']>['gaps']>[number]
export type Reviews = NonNullable<ResultOf<typeof dueDocument>['overdue']>
export type Due = Reviews['nodes'][number]
export type Risk = NonNullable<ResultOf<typeof dueDocument>['risks']>['nodes'][number]
