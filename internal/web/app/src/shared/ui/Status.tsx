import { useTexts } from './texts.ts'

export type Status = 'MET' | 'DECAYED' | 'BELOW' | 'UNASSESSED'

// statusSigns stand beside the colour everywhere: nobody needs to tell colours apart.
export const statusSigns: Record<Status, string> = { MET: '✓', DECAYED: '↻', BELOW: '▲', UNASSESSED: '?' }

export function useStatusNames(): Record<Status, string> {
  const t = useTexts()
  return { MET: t.met, DECAYED: t.decayed, BELOW: t.below, UNASSESSED: t.unassessed }
}

export function StatusTag({ status }: { status: Status }) {
  const names = useStatusNames()
  return (
    <span className={`status status-${status}`}>
      <span aria-hidden="true">{statusSigns[status]}</span> {names[status]}
    </span>
  )
}

export function CriticalMark() {
  const t = useTexts()
  return <span className="critical">{t.critical}</span>
}
