import type { ResultOf } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { ChoosePerson, ChoosePosition } from '@/shared/choose/Choose.tsx'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { Choice } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { NoPosition } from './CandidatesView.tsx'
import { peopleDocument } from './documents.ts'
import { usePosition } from './position.ts'
import { StandingsSections } from './StandingsSections.tsx'
import { TalentFrame } from './TalentFrame.tsx'
import { useTalentTexts } from './texts.ts'

// ComparePeopleView tells how two people stand to one position. The server refuses it where the
// viewer may not read either of them.
export function ComparePeopleView() {
  const t = useTalentTexts()
  const words = useTexts()
  const [params, choose] = useUrl()
  const position = usePosition()
  const [first, second] = [params.get('first'), params.get('second')]
  const comparable = Boolean(position) && first !== null && second !== null && first !== second
  const answer = useAsk(
    peopleDocument,
    { position: position ?? '', first: first ?? '', second: second ?? '' },
    { enabled: comparable, placeholderData: undefined },
  )
  const awaited = comparable && !answer.error
  const heading = useHeading(comparable ? answer.data : undefined)
  return (
    <TalentFrame
      view="people"
      heading={heading}
      lead={heading && t.peopleLead}
      choices={
        <>
          <Choice label={words.position}>
            <ChoosePosition
              label={words.position}
              value={position ?? null}
              chosen={answer.data?.first?.position}
              awaited={awaited}
              onChange={(code) => choose({ position: code })}
            />
          </Choice>
          <Choice label={t.first}>
            <ChoosePerson label={t.first} value={first} chosen={answer.data?.first?.employee} awaited={awaited} onChange={(code) => choose({ first: code })} />
          </Choice>
          <Choice label={t.second}>
            <ChoosePerson
              label={t.second}
              value={second}
              chosen={answer.data?.second?.employee}
              awaited={awaited}
              onChange={(code) => choose({ second: code })}
            />
          </Choice>
        </>
      }
    >
      {position === null ? (
        <NoPosition />
      ) : !comparable ? (
        <Empty title={first !== null && first === second ? t.samePerson : t.chooseTwoPeople}>{t.chooseTwoPeopleHow}</Empty>
      ) : (
        <Answer query={answer} rows={16}>
          {(data) => data.first && data.second && <StandingsSections position={data.first.position.code} first={data.first} second={data.second} />}
        </Answer>
      )}
    </TalentFrame>
  )
}

function useHeading(answer: ResultOf<typeof peopleDocument> | undefined): string | undefined {
  const t = useTalentTexts()
  const { nameOf } = useFormat()
  const [first, second] = [answer?.first, answer?.second]
  const minutes = [first?.employee.readiness?.minutes, second?.employee.readiness?.minutes]
  if (!first || !second || minutes[0] === undefined || minutes[1] === undefined) return undefined
  const position = nameOf(first.position)
  if (minutes[0] === minutes[1]) return t.peopleEven(position)
  return t.peopleHeading(minutes[0] < minutes[1] ? first.employee.name : second.employee.name, position)
}
