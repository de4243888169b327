// A path in weeks: what begins within the hours of a week belongs to it.

export type Timed = { minutes: number; cumulativeMinutes: number; knowledgePoint: { code: string }; waitsFor: readonly { code: string }[] }

export type Week<Step> = {
  first: number // from 1
  last: number // later than first where a step takes longer than a week
  minutes: number
  touchUps: Step[] // steps of a minute or two, which are done in one go at the start of the week
  steps: Step[]
}

const touchUpMinutes = 2

// byWeek divides the steps of a path, in their order, into weeks of so many minutes. A step of
// a minute or two goes ahead within its week, unless it waits for another step of that week.
export function byWeek<Step extends Timed>(steps: readonly Step[], weekMinutes: number): Week<Step>[] {
  const weeks: Week<Step>[] = []
  for (const step of steps) {
    const first = Math.floor((step.cumulativeMinutes - step.minutes) / weekMinutes) + 1
    const last = Math.max(first, Math.ceil(step.cumulativeMinutes / weekMinutes))
    const before = weeks.at(-1)
    if (before && before.first === first) {
      before.steps.push(step)
      before.minutes += step.minutes
      if (step.minutes > weekMinutes) before.last = last
    } else {
      weeks.push({ first, last: step.minutes > weekMinutes ? last : first, minutes: step.minutes, touchUps: [], steps: [step] })
    }
  }
  return weeks.map(withTouchUps)
}

function withTouchUps<Step extends Timed>(week: Week<Step>): Week<Step> {
  const kept = new Set<string>()
  const touchUps: Step[] = []
  const steps: Step[] = []
  for (const step of week.steps) {
    if (step.minutes <= touchUpMinutes && !step.waitsFor.some((p) => kept.has(p.code))) {
      touchUps.push(step)
    } else {
      kept.add(step.knowledgePoint.code)
      steps.push(step)
    }
  }
  return touchUps.length > 1 ? { ...week, touchUps, steps } : week // one alone needs no group
}

// weeksOf returns how many weeks the path takes.
export function weeksOf(minutes: number, weekMinutes: number): number {
  return Math.ceil(minutes / weekMinutes)
}
