// Days as a person gives them, in their own time zone.

export function dayOf(moment: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
}

// momentOf returns when something of that day happened: now if that is today, else at noon.
export function momentOf(day: string, now: Date): Date {
  return day === dayOf(now) ? now : new Date(`${day}T12:00:00`)
}
