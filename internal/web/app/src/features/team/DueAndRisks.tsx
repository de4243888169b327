import { useMemo } from 'react'
import { useAsk } from '@/shared/api/hooks.ts'
import type { Group } from '@/shared/choose/group.ts'
import { DueReviews } from './DueReviews.tsx'
import { dueDocument } from './documents.ts'
import { Risks } from './Risks.tsx'

// endOfMonth is the beginning of the next month, where the person is.
export function endOfMonth(now: Date): string {
  return new Date(now.getFullYear(), now.getMonth() + 1, 1).toISOString()
}

// DueAndRisks are asked for together, aside from the heat map.
export function DueAndRisks({ group, denied }: { group: Group; denied: boolean }) {
  const [now, until] = useMemo(() => {
    const now = new Date()
    return [now.toISOString(), endOfMonth(now)]
  }, [])
  const query = useAsk(dueDocument, { group, now, until, named: !denied })
  return (
    <div className="columns">
      <DueReviews query={query} group={group} until={until} denied={denied} />
      <Risks query={query} group={group} denied={denied} />
    </div>
  )
}
