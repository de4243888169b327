import { PointLink } from '@/shared/ui/links.tsx'
import { type Status, statusSigns, useStatusNames } from '@/shared/ui/Status.tsx'
import { useTalentTexts } from './texts.ts'

export type Gap = { critical: boolean; status: Status; knowledgePoint: { code: string; name: string; nameEn: string | null } }

const named = 1

// CriticalGaps names the critical points that are missing: the gravest, and the rest on demand.
export function CriticalGaps({ gaps }: { gaps: readonly Gap[] | null }) {
  const t = useTalentTexts()
  if (gaps === null) return <span className="quiet">–</span>
  const critical = gaps.filter((gap) => gap.critical)
  if (critical.length === 0) return <span className="quiet">{t.noCriticalGaps}</span>
  return (
    <div className="talent-gaps">
      <GapNames gaps={critical.slice(0, named)} />
      {critical.length > named && (
        <details>
          <summary>{t.moreGaps(critical.length - named)}</summary>
          <GapNames gaps={critical.slice(named)} />
        </details>
      )}
    </div>
  )
}

function GapNames({ gaps }: { gaps: readonly Gap[] }) {
  const names = useStatusNames()
  return gaps.map((gap) => (
    <span key={gap.knowledgePoint.code} className="talent-gap">
      <span role="img" aria-label={names[gap.status]} title={names[gap.status]}>
        {statusSigns[gap.status]}
      </span>{' '}
      <PointLink point={gap.knowledgePoint} />
    </span>
  ))
}
