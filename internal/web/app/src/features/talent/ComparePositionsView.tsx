import { Button } from 'antd'
import type { ResultOf } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { ChoosePosition } from '@/shared/choose/Choose.tsx'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { Choice } from '@/shared/ui/Page.tsx'
import { useUrl } from '@/shared/ui/url.ts'
import { NoPosition } from './CandidatesView.tsx'
import { distanceDocument } from './documents.ts'
import { usePosition } from './position.ts'
import { RequirementsSection } from './RequirementsSection.tsx'
import { TalentFrame } from './TalentFrame.tsx'
import { useTalentTexts } from './texts.ts'

export type Distance = NonNullable<ResultOf<typeof distanceDocument>['there']>

// ComparePositionsView tells how far it is from one position to another, and why.
export function ComparePositionsView() {
  const t = useTalentTexts()
  const { nameOf, duration, percent } = useFormat()
  const [params, choose] = useUrl()
  const from = usePosition()
  const to = params.get('to')
  const comparable = Boolean(from) && to !== null && to !== from
  const answer = useAsk(distanceDocument, { from: from ?? '', to: to ?? '' }, { enabled: comparable, placeholderData: undefined })
  const { there, back } = (comparable && answer.data) || {}
  return (
    <TalentFrame
      view="compare"
      heading={there && t.distanceHeading(nameOf(there.from), nameOf(there.to), duration(there.minutes))}
      lead={there && back && t.distanceLead(duration(back.minutes), percent(there.similarity))}
      choices={
        <>
          <Choice label={t.from}>
            <ChoosePosition
              label={t.from}
              value={from ?? null}
              chosen={there?.from}
              awaited={comparable && !answer.error}
              onChange={(code) => choose({ position: code })}
            />
          </Choice>
          <Choice label={t.to}>
            <ChoosePosition label={t.to} value={to} chosen={there?.to} awaited={comparable && !answer.error} onChange={(code) => choose({ to: code })} />
          </Choice>
          <Button disabled={!comparable} onClick={() => choose({ position: to, to: from ?? null })}>
            ⇄ {t.swap}
          </Button>
        </>
      }
    >
      {from === null ? (
        <NoPosition />
      ) : !comparable ? (
        <Empty title={to === null ? t.chooseTwoPositions : t.samePosition}>{t.chooseTwoPositionsHow}</Empty>
      ) : (
        <Answer query={answer} rows={16}>
          {(data) => data.there && <RequirementsSection distance={data.there} scale={data.levels} />}
        </Answer>
      )}
    </TalentFrame>
  )
}
