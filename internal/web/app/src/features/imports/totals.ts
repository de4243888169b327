type Counts = { created: number; changed: number; deleted: number }

// totals adds up what becomes of the records of all tables: created, changed, deleted.
export function totals(tables: readonly Counts[]): [created: number, changed: number, deleted: number] {
  return tables.reduce<[number, number, number]>(([c, ch, d], table) => [c + table.created, ch + table.changed, d + table.deleted], [0, 0, 0])
}
