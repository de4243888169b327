// A day of the calendar is a text such as 2026-11-30. It begins and ends at midnight where the
// person is.

// startOf returns the instant at which a day begins, null for what is no day.
export function startOf(day: string | null): string | null {
  return instant(day, 0)
}

// endOf returns the instant at which a day is over.
export function endOf(day: string | null): string | null {
  return instant(day, 1)
}

function instant(day: string | null, later: number): string | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '')
  if (!parts) return null
  const [year, month, date] = parts.slice(1).map(Number) as [number, number, number]
  return new Date(year, month - 1, date + later).toISOString()
}
