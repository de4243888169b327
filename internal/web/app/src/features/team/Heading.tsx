import { useFormat } from '@/shared/format/values.ts'
import { CompetencyLink } from '@/shared/ui/links.tsx'
import type { TeamMap } from './documents.ts'
import { weakest } from './heat.ts'
import { useTeamTexts } from './texts.ts'

// Heading says how many are ready. Where people may not be read one by one it says shares, of
// which the smallest and largest are told as bounds.
export function Heading({ map }: { map: TeamMap }) {
  const t = useTeamTexts()
  const { percent } = useFormat()
  const people = map.teamGaps?.people
  if (people) {
    const count = (of: 'ready' | 'criticalReady') => people.filter((p) => p.employee.readiness?.[of]).length
    return (
      <>
        <strong>{count('ready')}</strong> {t.ready}
        {t.joined}
        <strong>{count('criticalReady')}</strong> {t.criticalReady}
      </>
    )
  }
  const coverage = map.position?.coverage
  if (coverage?.ready == null) return t.title
  const bounded = (share: number) => (share <= 0.05 ? t.atMost('5%') : share >= 0.95 ? t.atLeast('95%') : percent(share))
  return (
    <>
      <strong>{bounded(coverage.ready)}</strong> {t.readyShare}
    </>
  )
}

// Lead names where the group is weakest.
export function Lead({ map }: { map: TeamMap }) {
  const t = useTeamTexts()
  const found = map.teamGaps ? weakest(map.teamGaps, 2) : []
  if (found.length === 0) return null
  return (
    <>
      {t.weakest}
      {found.map((competency, i) => (
        <span key={competency.code}>
          {i > 0 && t.joined}
          <CompetencyLink competency={competency} />
        </span>
      ))}
      {t.stop}
    </>
  )
}
