import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

// candidatesDocument names the critical gaps of the people of one page alone.
export const candidatesDocument = graphql(`query TalentCandidates($position: String!, $group: WorkforceGroup, $after: String) {
  candidates(position: $position, group: $group, first: 20, after: $after) {
    at leftOut others totalCount pageInfo { hasNextPage endCursor }
    nodes {
      readiness { held class criticalReady coverage minutes unassessed }
      employee {
        code name position { code name nameEn } orgUnit { name }
        gapAnalysis(position: $position) { gaps { critical status knowledgePoint { code name nameEn } } }
      }
    }
  }
}`)

export type Candidate = NonNullable<ResultOf<typeof candidatesDocument>['candidates']>['nodes'][number]

// successionDocument counts them. Whoever may not read people one by one gets the coverage alone.
export const successionDocument = graphql(`query TalentSuccession($position: String!, $group: WorkforceGroup) {
  position(code: $position) {
    code name nameEn
    candidates(group: $group, first: 200) { totalCount nodes { readiness { class } } }
    coverage(group: $group) {
      at people ready criticalReady unassessed busFactor
      quantiles { share coverage }
      bins { from to people }
    }
  }
}`)

export type Succession = NonNullable<ResultOf<typeof successionDocument>['position']>
export type Coverage = NonNullable<Succession['coverage']>

export const positionsForDocument = graphql(`query TalentPositions($employee: String!, $after: String) {
  employee(code: $employee) { code name }
  positionsFor(employee: $employee, first: 50, after: $after) {
    at totalCount pageInfo { hasNextPage endCursor }
    nodes { position { code name nameEn family } held class criticalReady coverage minutes unassessed }
  }
}`)

export type PositionReadiness = NonNullable<ResultOf<typeof positionsForDocument>['positionsFor']>['nodes'][number]

export const distanceDocument = graphql(`query TalentDistance($from: String!, $to: String!) {
  there: positionDistance(from: $from, to: $to) {
    minutes similarity
    from { code name nameEn requiredPoints { level critical knowledgePoint { code name nameEn } } }
    to { code name nameEn requiredPoints { level critical knowledgePoint { code name nameEn } } }
  }
  back: positionDistance(from: $to, to: $from) { minutes }
  levels { label labelEn level }
}`)

export const peopleDocument = graphql(`query TalentTwoPeople($position: String!, $first: String!, $second: String!) {
  first: gapAnalysis(employee: $first, position: $position) {
    coverage position { code name nameEn }
    employee { code name readiness(position: $position) { class minutes unassessed held } }
    gaps(unmetOnly: false) { critical status required mastery current knowledgePoint { code name nameEn } }
  }
  second: gapAnalysis(employee: $second, position: $position) {
    coverage
    employee { code name readiness(position: $position) { class minutes unassessed held } }
    gaps(unmetOnly: false) { critical status required mastery current knowledgePoint { code name nameEn } }
  }
}`)

export type Standing = NonNullable<ResultOf<typeof peopleDocument>['second']>
