import type { ImportState } from './documents.ts'
import { useImportTexts } from './texts.ts'

const signs: Record<ImportState, [sign: string, status: string]> = {
  WAITING: ['…', 'UNASSESSED'],
  RUNNING: ['…', 'UNASSESSED'],
  PLANNED: ['?', 'DECAYED'],
  REFUSED: ['▲', 'BELOW'],
  APPLYING: ['…', 'UNASSESSED'],
  APPLIED: ['✓', 'MET'],
  FAILED: ['▲', 'BELOW'],
  CANCELLED: ['–', 'UNASSESSED'],
  EXPIRED: ['–', 'UNASSESSED'],
}

// StateTag shows how far an import is, by sign, colour and word.
export function StateTag({ state }: { state: ImportState }) {
  const t = useImportTexts()
  const [sign, status] = signs[state]
  return (
    <span className={`status status-${status}`}>
      <span aria-hidden="true">{sign}</span> {t[state]}
    </span>
  )
}
