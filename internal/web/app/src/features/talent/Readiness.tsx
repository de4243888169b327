import { useFormat } from '@/shared/format/values.ts'
import { ShareBar } from '@/shared/ui/LevelBar.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useTalentTexts } from './texts.ts'

export type ReadinessClass = 'READY' | 'NEAR' | 'FAR' | 'LATER'

const signs: Record<ReadinessClass, string> = { READY: '✓', NEAR: '↗', FAR: '→', LATER: '⋯' }

export function useClassNames(): Record<ReadinessClass, string> {
  const t = useTalentTexts()
  return { READY: t.ready, NEAR: t.near, FAR: t.far, LATER: t.later }
}

export function ClassTag({ readiness }: { readiness: ReadinessClass }) {
  const names = useClassNames()
  return (
    <span className={`status ${readiness === 'READY' ? 'status-MET' : `readiness-${readiness}`}`}>
      <span aria-hidden="true">{signs[readiness]}</span> {names[readiness]}
    </span>
  )
}

// ClassLegend says what the classes mean.
export function ClassLegend() {
  const t = useTalentTexts()
  return (
    <p className="note">
      {t.ready}: {t.readyLong} · {t.near}: {t.nearLong} · {t.far}: {t.farLong} · {t.later}: {t.laterLong}
    </p>
  )
}

export function HolderMark() {
  const t = useTalentTexts()
  return <span className="talent-mark">{t.holder}</span>
}

export function CoverageCell({ coverage }: { coverage: number }) {
  const words = useTexts()
  const { percent } = useFormat()
  return (
    <span className="talent-bar">
      <ShareBar share={coverage} label={words.coverage} />
      <span className="number">{percent(coverage)}</span>
    </span>
  )
}

// MinutesCell shows the minutes that are left beside a bar of their share of the most.
export function MinutesCell({ minutes, most }: { minutes: number; most: number }) {
  const { duration } = useFormat()
  return (
    <span className="talent-bar talent-bar-wide">
      <span className="level" aria-hidden="true">
        <span className="talent-minutes" style={{ width: `${most > 0 ? (minutes / most) * 100 : 0}%` }} />
      </span>
      <span className="number">{duration(minutes)}</span>
    </span>
  )
}

// UnassessedCell tells how much was never assessed, and says it in words where a rank says little.
export function UnassessedCell({ share }: { share: number }) {
  const t = useTalentTexts()
  const { percent } = useFormat()
  return (
    <span className="talent-unassessed">
      {percent(share)}
      {share > 0.5 && <span className="talent-mark talent-little">{t.littleEvidence}</span>}
    </span>
  )
}
