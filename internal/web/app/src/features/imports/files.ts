export type Limits = { bytes: number; files: number }

// withFiles adds files to those that are chosen. One of the same name takes the place of the
// earlier one.
export function withFiles(before: readonly File[], added: readonly File[]): File[] {
  const byName = new Map([...before, ...added].map((file) => [file.name, file]))
  return [...byName.values()]
}

// wrongWith says which limit files break, null for none.
export function wrongWith(files: readonly File[], limits: Limits): 'tooMany' | 'tooLarge' | null {
  if (files.length > limits.files) return 'tooMany'
  return files.reduce((sum, file) => sum + file.size, 0) > limits.bytes ? 'tooLarge' : null
}
