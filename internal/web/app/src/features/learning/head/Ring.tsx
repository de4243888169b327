import { percent } from '@/shared/format/values.ts'
import { ShareBar } from '@/shared/ui/LevelBar.tsx'
import type { Standing } from '../documents.ts'
import { useLearningTexts } from '../texts.ts'

const radius = 46
const around = 2 * Math.PI * radius

// Ring shows the coverage of a position, and how many of its requirements are met: a bar on a
// phone, where a ring would take the place of the next steps. Until they are known its place is kept.
export function Ring({ gap }: { gap: Standing['gapAnalysis'] | undefined }) {
  const t = useLearningTexts()
  if (!gap) return <div className="ring ring-waiting" />
  const [count, all] = [gap.gaps.filter((g) => g.status === 'MET').length, gap.gaps.length]
  const met = t.met(count, all)
  const share = percent(gap.coverage)
  return (
    <>
      <svg className="ring" viewBox="0 0 112 112" width="112" height="112" role="img" aria-label={`${share}, ${met}`}>
        <circle className="ring-rail" cx="56" cy="56" r={radius} />
        {gap.coverage > 0 && (
          <circle className="ring-share" cx="56" cy="56" r={radius} strokeDasharray={`${gap.coverage * around} ${around}`} transform="rotate(-90 56 56)" />
        )}
        <text className="ring-number" x="56" y="54">
          {share}
        </text>
        <text className="ring-met" x="56" y="70">
          {`${count} / ${all}`}
        </text>
        <text className="ring-met" x="56" y="84">
          {t.metWord}
        </text>
      </svg>
      <div className="ring-flat">
        <ShareBar share={gap.coverage} label={met} />
        <span className="quiet">{met}</span>
      </div>
    </>
  )
}
