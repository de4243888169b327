import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

// What the pages about one learner ask: who they are, where they stand, and, within a budget,
// what they would do.

export const personDocument = graphql(`query LearningPerson($person: String!) {
  employee(code: $person) {
    code name orgUnit { code name }
    position { code name nameEn }
    targets { code name nameEn }
    modalities
  }
  levels { label labelEn level }
}`)

export const standingDocument = graphql(`query LearningStanding($person: String!, $position: String!, $locale: String!) {
  gapAnalysis(employee: $person, position: $position) {
    coverage ready
    position { code name nameEn }
    gaps(unmetOnly: false) { status required mastery current critical knowledgePoint { code } }
  }
  nextSteps(employee: $person, position: $position, first: 3, options: { locale: $locale }) {
    order kind minutes target mastery unlocks
    knowledgePoint { code name nameEn description }
    resource { code title url modality minutes }
    reasons { kind message chain { code name nameEn } }
  }
  learningPath(employee: $person, position: $position, options: { locale: $locale }) {
    totalMinutes
    choices { clause }
    steps {
      order kind minutes cumulativeMinutes target mastery
      knowledgePoint { code name nameEn description competency { code name nameEn } }
      resource { code title url modality }
      waitsFor { code }
    }
  }
}`)

export const budgetDocument = graphql(`query LearningBudget($person: String!, $position: String!, $locale: String!, $minutes: Int!) {
  learningPath(employee: $person, position: $position, options: { locale: $locale, budgetMinutes: $minutes }) {
    totalMinutes withinBudget
    unreached { critical knowledgePoint { code name nameEn } }
    steps {
      order kind minutes cumulativeMinutes target mastery
      knowledgePoint { code name nameEn description competency { code name nameEn } }
      resource { code title url modality }
      waitsFor { code }
    }
  }
}`)

export const updateSubscription = graphql(`subscription LearnerUpdated($person: String!) { learnerUpdated(employee: $person) { employee { code } } }`)

export type Learner = NonNullable<ResultOf<typeof personDocument>['employee']>
export type Levels = NonNullable<ResultOf<typeof personDocument>['levels']>
export type Standing = ResultOf<typeof standingDocument>
export type NextStep = NonNullable<Standing['nextSteps']>[number]
export type PathStep = NonNullable<Standing['learningPath']>['steps'][number]

// PartProps is what each part of the page is about.
export type PartProps = {
  person: string // the code of the employee
  position: string | null // the code of the position that they are led towards
  own: boolean // whether they look at themselves
}
