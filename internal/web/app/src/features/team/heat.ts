import type { Gaps } from './documents.ts'

type Named = { code: string; name: string; nameEn?: string | null }

export type Column = { code: string; competency: Named | null }

// Cell is what a row says of a column: of a group means, which may be withheld. Null where
// nothing is required.
export type Cell = { coverage: number | null; unmet: number | null; required: number | null; people?: number | null; withheld?: boolean } | null

export type Row = {
  key: string
  kind: 'total' | 'person' | 'unit'
  subject: Named | null // null for the total, and for who is directly in a group
  position: Named | null
  cells: Cell[]
  coverage: number | null
  minutes: number | null
}

// elsewhere is the code of the column for points in no other column.
export const elsewhere = '-'

export function columnsOf(gaps: Gaps): Column[] {
  return gaps.columns.map((c) => ({ code: c.competency?.code ?? elsewhere, competency: c.competency }))
}

export function peopleRows(gaps: Gaps): Row[] {
  return (gaps.people ?? []).map(({ employee, cells }) => ({
    key: employee.code,
    kind: 'person',
    subject: employee,
    position: employee.position,
    cells: [...cells],
    coverage: employee.readiness?.coverage ?? null,
    minutes: employee.readiness?.minutes ?? null,
  }))
}

export function unitRows(gaps: Gaps): Row[] {
  return gaps.units.map((u) => ({
    key: u.orgUnit?.code ?? elsewhere,
    kind: 'unit',
    subject: u.orgUnit,
    position: null,
    cells: [...u.cells],
    coverage: null,
    minutes: null,
  }))
}

// totalRow is the row of the group: means by column, and over its people where they may be read.
export function totalRow(gaps: Gaps): Row {
  const people = peopleRows(gaps)
  const sum = (of: (row: Row) => number | null) => people.reduce((total, row) => total + (of(row) ?? 0), 0)
  return {
    key: 'total',
    kind: 'total',
    subject: null,
    position: null,
    cells: [...gaps.total],
    coverage: people.length > 0 ? sum((r) => r.coverage) / people.length : null,
    minutes: people.length > 0 ? sum((r) => r.minutes) : null,
  }
}

// shade is one of six: five fifths, and full coverage alone.
export function shade(coverage: number): number {
  return coverage >= 1 ? 5 : Math.min(4, Math.floor(coverage * 5))
}

export type Sort = { by: string; descending: boolean }

export const firstSort: Sort = { by: 'coverage', descending: true }

export function parseSort(text: string | null): Sort {
  if (!text) return firstSort
  return text.startsWith('!') ? { by: text.slice(1), descending: true } : { by: text, descending: false }
}

export function formatSort(sort: Sort): string {
  return sort.descending ? `!${sort.by}` : sort.by
}

// sortRows orders rows by a column. What has no value there is last, whichever the direction;
// rows of one value stay in the order of the API, by code.
export function sortRows(rows: readonly Row[], columns: readonly Column[], sort: Sort): Row[] {
  const at = columns.findIndex((c) => c.code === sort.by)
  const value = (row: Row): number | string | null => {
    if (sort.by === 'name') return row.subject?.name ?? null
    if (sort.by === 'coverage') return row.coverage
    if (sort.by === 'minutes') return row.minutes
    return row.cells[at]?.coverage ?? null
  }
  const keyed = rows.map((row) => ({ row, value: value(row) }))
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
    const order = typeof a.value === 'string' ? a.value.localeCompare(String(b.value), 'zh-CN') : a.value - (b.value as number)
    return sort.descending ? -order : order
  })
  return keyed.map((k) => k.row)
}

// weakest returns the columns where a group covers least, of those that somebody has.
export function weakest(gaps: Gaps, count: number): Named[] {
  return gaps.columns
    .map((column, i) => ({ competency: column.competency, coverage: gaps.total[i]?.coverage ?? null }))
    .filter((c) => c.competency !== null && c.coverage !== null && c.coverage < 1)
    .sort((a, b) => (a.coverage ?? 0) - (b.coverage ?? 0))
    .slice(0, count)
    .map((c) => c.competency as Named)
}

type Contained = { code: string; parent?: Contained | null }

// inColumn reports whether a point lies in a column, at any depth.
export function inColumn(competency: Contained | null, column: string, columns: readonly Column[]): boolean {
  const above = new Set<string>()
  for (let c = competency; c; c = c.parent ?? null) above.add(c.code)
  return column === elsewhere ? !columns.some((c) => above.has(c.code)) : above.has(column)
}
