import { percent } from '@/shared/format/values.ts'
import { useTexts } from './texts.ts'

type Props = { current: number | null; mastery: number | null; required: number }

// LevelBar shows what is current, lighter what has faded since it was mastered, and a tick at
// what is required.
export function LevelBar({ current, mastery, required }: Props) {
  const t = useTexts()
  const label = current === null ? t.levelUnassessed(percent(required)) : t.level(percent(current), percent(required))
  return (
    <span className="level" role="img" aria-label={label}>
      {mastery !== null && <span className="level-mastery" style={{ width: `${mastery * 100}%` }} />}
      {current !== null && <span className="level-current" style={{ width: `${current * 100}%` }} />}
      <span className="level-required" style={{ left: `${required * 100}%` }} />
    </span>
  )
}

// ShareBar shows a share without a requirement, such as the coverage of a position.
export function ShareBar({ share, label }: { share: number; label: string }) {
  return (
    <span className="level" role="img" aria-label={`${label} ${percent(share)}`}>
      <span className="level-current" style={{ width: `${share * 100}%` }} />
    </span>
  )
}
