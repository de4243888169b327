import { useLanguage } from '@/shared/format/messages.ts'
import { percent } from '@/shared/format/values.ts'
import { useTexts } from './texts.ts'
import './required-level.css'

export type Scale = readonly { label: string; labelEn: string | null; level: number }[] | null

// useLevelName returns the name that the scale has for exactly this level: 熟练, proficient.
export function useLevelName(scale: Scale): (level: number) => string | null {
  const english = useLanguage() === 'en'
  return (level) => {
    const named = scale?.find((l) => Math.abs(l.level - level) < 1e-9)
    return named ? ((english ? named.labelEn : null) ?? named.label) : null
  }
}

// useLevelText returns a level with its name: 70% (apply), 70%（掌握）.
export function useLevelText(scale: Scale): (level: number) => string {
  const english = useLanguage() === 'en'
  const nameOfLevel = useLevelName(scale)
  return (level) => {
    const name = nameOfLevel(level)
    if (name === null) return percent(level)
    return english ? `${percent(level)} (${name})` : `${percent(level)}（${name}）`
  }
}

// RequiredLevel shows a level that is asked for, without anybody's own: a tick on its rail, the
// share, and the name that the scale has for it.
export function RequiredLevel({ level, scale }: { level: number; scale: Scale }) {
  const t = useTexts()
  const name = useLevelName(scale)(level)
  return (
    <span className="required-level">
      <span className="level" role="img" aria-label={`${t.required} ${percent(level)}`}>
        <span className="level-required" style={{ left: `${level * 100}%` }} />
      </span>
      <span className="required-level-share">{percent(level)}</span>
      <span className="quiet">{name}</span>
    </span>
  )
}
