import { Alert, Button } from 'antd'
import { useState } from 'react'
import { graphql } from '@/shared/api/graphql.ts'
import { useAct, useAsk } from '@/shared/api/hooks.ts'
import { useIds } from '@/shared/api/id.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, useFaultTexts } from '@/shared/ui/Answer.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useLearningTexts } from '../texts.ts'
import { nextQuestion, progressOf } from './questions.ts'

const placementDocument = graphql(`query LearningPlacement($person: String!, $position: String!) {
  placementNext(employee: $person, position: $position) {
    asked
    knowledgePoint { code name nameEn description competency { code name nameEn } }
    conclusions { known uncertain probability knowledgePoint { code name nameEn description competency { code name nameEn } } }
  }
}`)

const answerMutation = graphql(`mutation AnswerPlacement($input: AnswerPlacementInput!) {
  answerPlacement(input: $input) { userErrors { field message code } }
}`)

type Props = { person: string; position: string; onEnd: () => void }

// Placement asks "can you do this?" until enough is known, or the person ends it. What they
// are not sure about is not asked again before they want it.
export function Placement({ person, position, onEnd }: Props) {
  const t = useLearningTexts()
  const format = useFormat()
  const query = useAsk(placementDocument, { person, position })
  const act = useAct(answerMutation)
  const faultText = useFaultTexts()
  const [skipped, skip] = useState<readonly string[]>([])
  const idOf = useIds()
  const answer = (code: string, correct: boolean) => {
    if (act.isPending || query.isFetching) return
    act.mutate({ input: { id: idOf(`${code} ${correct}`), employee: person, position, knowledgePoint: code, correct } })
  }
  return (
    <Section
      title={t.placement}
      className="placement no-print"
      actions={
        <Button size="small" onClick={onEnd}>
          {t.placementEnd}
        </Button>
      }
      note={t.placementCounts}
    >
      <Answer query={query} rows={4}>
        {({ placementNext: placement }) => {
          if (!placement) return null
          const { known, unknown, open } = progressOf(placement.conclusions)
          const point = nextQuestion(placement, skipped)
          const total = known + unknown + open
          return (
            <>
              <div className="placement-progress" aria-live="polite">
                <span>{t.asked(placement.asked)}</span>
                <span className="quiet">{t.concluded(known, unknown, open)}</span>
              </div>
              <span className="placement-bar" aria-hidden="true">
                <span className="placement-known" style={{ flexGrow: known }} />
                <span className="placement-unknown" style={{ flexGrow: unknown }} />
                <span style={{ flexGrow: total === 0 ? 1 : open }} />
              </span>
              {point ? (
                <>
                  <div className="placement-question" aria-live="polite">
                    <p className="quiet">
                      {t.placementTitle} {point.competency && `· ${format.nameOf(point.competency)}`}
                    </p>
                    <h3>{format.nameOf(point)}</h3>
                    <p>{point.description ?? t.noDescription}</p>
                  </div>
                  {act.error && <Alert type="error" role="alert" title={faultText(act.error)} />}
                  <div className="placement-answers">
                    <Button size="large" type="primary" onClick={() => answer(point.code, true)}>
                      {t.can}
                    </Button>
                    <Button size="large" onClick={() => answer(point.code, false)}>
                      {t.cannot}
                    </Button>
                    <Button size="large" onClick={() => skip([...skipped, point.code])}>
                      {t.unsure}
                    </Button>
                  </div>
                </>
              ) : (
                <div className="placement-question" aria-live="polite">
                  <h3>{skipped.length > 0 && open > 0 ? t.placementSkipped(skipped.length) : t.placementDone}</h3>
                  <div className="placement-answers">
                    <Button type="primary" size="large" onClick={onEnd}>
                      {t.placementShow}
                    </Button>
                    {skipped.length > 0 && open > 0 && (
                      <Button size="large" onClick={() => skip([])}>
                        {t.placementRest}
                      </Button>
                    )}
                  </div>
                </div>
              )}
            </>
          )
        }}
      </Answer>
    </Section>
  )
}
