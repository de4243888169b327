import { useFormat } from '@/shared/format/values.ts'
import { PointLink } from '@/shared/ui/links.tsx'
import type { State } from './documents.ts'
import { useEvidenceTexts } from './texts.ts'

// StateSummary says in sentences what all evidence on one point comes to.
export function StateSummary({ state }: { state: State | undefined }) {
  const t = useEvidenceTexts()
  const { percent, date } = useFormat()
  if (!state) return <p className="quiet">{t.unknownPoint}</p>
  return (
    <div className="state-summary">
      <h3>
        <PointLink point={state.knowledgePoint} />
      </h3>
      <p>{t.state(percent(state.mastery), percent(state.current), date(state.assessedAt))}</p>
      <p>{t.confidence(percent(state.confidence), state.evidenceCount)}</p>
      {state.due && <p>{t.due(date(state.due))}</p>}
      {state.enteredMastery !== null && <p>{t.entered(percent(state.enteredMastery), date(state.enteredAt))}</p>}
    </div>
  )
}
