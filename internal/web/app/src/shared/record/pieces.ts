import type { UserError } from '@/shared/api/hooks.ts'
import { isRating, type Kind } from './kinds.ts'

// RecordValues is what was typed. A result is a share, from a word of the scale or in percent.
export type RecordValues = {
  what: 'evidence' | 'mastery'
  kind?: Kind
  points: { value: string; label: React.ReactNode }[]
  by: 'level' | 'percent'
  level?: number
  percent?: number | null
  at?: string
  item?: string
  source?: string
}

export type Piece = { id: string; employee: string; knowledgePoints: string[]; kind: Kind; score: number; at: string; item?: string; source?: string }

export function scoreOf(values: Pick<RecordValues, 'by' | 'level' | 'percent'>): number {
  return values.by === 'level' ? (values.level ?? 0) : (values.percent ?? 0) / 100
}

// piecesOf returns the evidence to send. Sent again it has the same ids, so that no result
// counts twice. A rating of several points is one piece a point.
export function piecesOf(id: string, employee: string, values: RecordValues, now: Date): Piece[] {
  const kind = values.kind as Kind
  const points = values.points.map((p) => p.value)
  const rest = {
    employee,
    kind,
    score: scoreOf(values),
    at: timeOf(values.at, now),
    item: values.item?.trim() || undefined,
    source: values.source?.trim() || undefined,
  }
  if (!isRating(kind) || points.length === 1) return [{ id, knowledgePoints: points, ...rest }]
  return points.map((point, i) => ({ id: `${id}-${i + 1}`, knowledgePoints: [point], ...rest }))
}

// timeOf reads what a field for date and time holds, in the time zone of the person.
export function timeOf(typed: string | undefined, now: Date): string {
  return (typed ? new Date(typed) : now).toISOString()
}

// localTime writes a time as such a field wants it.
export function localTime(time: Date): string {
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

const fields: Record<string, string> = {
  knowledgePoint: 'points',
  knowledgePoints: 'points',
  kind: 'kind',
  item: 'item',
  source: 'source',
  at: 'at',
  assessedAt: 'at',
  score: 'result',
  mastery: 'result',
}

// fieldOf returns the field of the form that a message of the server is about, such as
// evidence.0.score; null for none.
function fieldOf(field: string | null, by: RecordValues['by']): string | null {
  const name = field?.split('.').findLast((part) => part in fields)
  const found = name === undefined ? null : fields[name]
  return found === 'result' ? by : (found ?? null)
}

// withFields names the fields of the form in place of those of the input. What is said of
// several pieces is said once.
export function withFields(errors: readonly UserError[], by: RecordValues['by']): UserError[] {
  const named = errors.map((e) => ({ ...e, field: fieldOf(e.field, by) }))
  return named.filter((e, i) => named.findIndex((other) => other.field === e.field && other.message === e.message) === i)
}
