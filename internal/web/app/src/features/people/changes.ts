export type PersonValues = {
  code: string
  name: string
  orgUnit: string | null
  position: string | null
  manager: string | null
  targets: string[]
  modalities: string[]
}

// changesOf returns the fields that the person has changed in the form. The others are not
// sent: what another has edited meanwhile stays, and what one may not edit is not touched.
export function changesOf(before: PersonValues, after: PersonValues): Partial<Omit<PersonValues, 'code'>> {
  const changes: Record<string, unknown> = {}
  for (const field of ['name', 'orgUnit', 'position', 'manager', 'targets', 'modalities'] as const) {
    const [was, is] = [before[field] ?? null, after[field] ?? null]
    if (JSON.stringify(was) !== JSON.stringify(is)) changes[field] = is
  }
  return changes
}
