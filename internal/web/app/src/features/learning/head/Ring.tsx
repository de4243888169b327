import { percent } from '@/shared/format/values.ts'
import type { Standing } from '../documents.ts'
import { useLearningTexts } from '../texts.ts'

const radius = 46
const around = 2 * Math.PI * radius

// Ring shows the coverage of a position, and how many of its requirements are met.
export function Ring({ gap }: { gap: NonNullable<Standing['gapAnalysis']> }) {
  const t = useLearningTexts()
  const met = t.met(gap.gaps.filter((g) => g.status === 'MET').length, gap.gaps.length)
  const share = percent(gap.coverage)
  return (
    <svg className="ring" viewBox="0 0 112 112" width="112" height="112" role="img" aria-label={`${share}, ${met}`}>
      <circle className="ring-rail" cx="56" cy="56" r={radius} />
      {gap.coverage > 0 && (
        <circle className="ring-share" cx="56" cy="56" r={radius} strokeDasharray={`${gap.coverage * around} ${around}`} transform="rotate(-90 56 56)" />
      )}
      <text className="ring-number" x="56" y="58">
        {share}
      </text>
      <text className="ring-met" x="56" y="76">
        {met}
      </text>
    </svg>
  )
}
