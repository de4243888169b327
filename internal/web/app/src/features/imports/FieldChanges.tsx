import type { ImportChange } from './documents.ts'
import { useImportTexts } from './texts.ts'
import { useFieldWords, useValueText, wordOf } from './words.ts'

// FieldChanges writes the fields of a change: of a record that is new or goes its values, else
// each before and after.
export function FieldChanges({ change }: { change: ImportChange }) {
  const t = useImportTexts()
  const words = useFieldWords()
  const textOf = useValueText()
  return (
    <ul className="field-changes">
      {change.fields.map((f) => (
        <li key={f.field}>
          <span className="quiet">{wordOf(words, f.field)}</span> {change.kind !== 'CREATE' && <del>{f.before ? textOf(f.field, f.before) : t.empty}</del>}
          {change.kind === 'CHANGE' && ' → '}
          {change.kind !== 'DELETE' && <ins>{f.after ? textOf(f.field, f.after) : t.empty}</ins>}
        </li>
      ))}
    </ul>
  )
}
