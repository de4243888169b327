// What a placement asks next where the person skips questions.

type Conclusion<Point> = { known: boolean; uncertain: boolean; probability: number; knowledgePoint: Point }
type Placement<Point> = { knowledgePoint: Point | null; conclusions: readonly Conclusion<Point>[] }

// nextQuestion is what the server asks, or, where that was skipped, the open point that is
// closest to even. It is undefined where enough is known of all that was not skipped.
export function nextQuestion<Point extends { code: string }>({ knowledgePoint, conclusions }: Placement<Point>, skipped: readonly string[]): Point | undefined {
  if (knowledgePoint === null || !skipped.includes(knowledgePoint.code)) return knowledgePoint ?? undefined
  const even = (c: Conclusion<Point>) => Math.abs(c.probability - 0.5)
  const open = conclusions.filter((c) => c.uncertain && !skipped.includes(c.knowledgePoint.code))
  return open.sort((a, b) => even(a) - even(b))[0]?.knowledgePoint
}

export function progressOf(conclusions: readonly { known: boolean; uncertain: boolean }[]) {
  const certain = conclusions.filter((c) => !c.uncertain)
  const known = certain.filter((c) => c.known).length
  return { known, unknown: certain.length - known, open: conclusions.length - certain.length }
}
