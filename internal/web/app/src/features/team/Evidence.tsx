import type { ResultOf } from '@/shared/api/graphql.ts'
import { useFormat } from '@/shared/format/values.ts'
import { useKindNames } from '@/shared/words/evidence.ts'
import type { pointsDocument } from './documents.ts'
import { useTeamTexts } from './texts.ts'

export type EvidenceNode = NonNullable<NonNullable<ResultOf<typeof pointsDocument>['employee']>['evidence']>['nodes'][number]

const shown = 3 // the page of the person has the rest

// Evidence lists the latest pieces on a point.
export function Evidence({ of, evidence }: { of: string; evidence: readonly EvidenceNode[] }) {
  const t = useTeamTexts()
  const names = useKindNames()
  const { percent, date } = useFormat()
  const pieces = evidence.filter((e) => e.knowledgePoints.some((p) => p.code === of)).slice(0, shown)
  if (pieces.length === 0) return null
  return (
    <ul className="team-evidence" aria-label={t.evidence}>
      {pieces.map((e) => (
        <li key={e.id}>
          {e.retracted ? (
            <s>
              {names[e.kind]} {percent(e.score)}
            </s>
          ) : (
            `${names[e.kind]} ${percent(e.score)}`
          )}
          {[date(e.at), e.source, e.item, e.retracted && t.retracted]
            .filter(Boolean)
            .map((text) => ` · ${text}`)
            .join('')}
        </li>
      ))}
    </ul>
  )
}
