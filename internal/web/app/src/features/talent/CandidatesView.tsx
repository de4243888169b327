import { Button, Skeleton } from 'antd'
import { Link } from 'wouter'
import { useAsk, useCancel } from '@/shared/api/hooks.ts'
import { useAllPages } from '@/shared/api/pages.ts'
import { ChoosePosition, type ChooseProps } from '@/shared/choose/Choose.tsx'
import { ChooseGroup } from '@/shared/choose/ChooseGroup.tsx'
import { type Group, parseGroup } from '@/shared/choose/group.ts'
import { useFormat } from '@/shared/format/values.ts'
import { leadsPeople, useMe } from '@/shared/session/me.ts'
import { Empty } from '@/shared/ui/Answer.tsx'
import { LongAnswer } from '@/shared/ui/LongAnswer.tsx'
import { More } from '@/shared/ui/More.tsx'
import { Choice } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { CandidateSection } from './CandidateSection.tsx'
import { countClasses } from './classes.ts'
import { candidatesDocument, successionDocument } from './documents.ts'
import { usePosition } from './position.ts'
import { SuccessionSection } from './SuccessionSection.tsx'
import { TalentFrame } from './TalentFrame.tsx'
import { useTalentTexts } from './texts.ts'

const waiting = '\u00a0' // the line of the sentence that comes with the answer

// CandidatesView tells who could take a position, and how well it is covered.
export function CandidatesView() {
  const me = useMe()
  const [params] = useUrl()
  const position = usePosition()
  const group = parseGroup(params.get('group'), me)
  if (!position)
    return (
      <TalentFrame view="candidates" lead={position === undefined && waiting} choices={<Choices position={null} group={group} />}>
        {position === null ? <NoPosition /> : <Skeleton active={false} paragraph={{ rows: 14 }} />}
      </TalentFrame>
    )
  return <Candidates position={position} group={group} />
}

type ChoicesProps = Pick<ChooseProps, 'chosen' | 'awaited'> & { position: string | null; group: Group }

function Choices({ position, group, chosen, awaited }: ChoicesProps) {
  const t = useTalentTexts()
  const words = useTexts()
  const me = useMe()
  const [, choose] = useUrl()
  return (
    <>
      <Choice label={words.position}>
        <ChoosePosition label={words.position} value={position} chosen={chosen} awaited={awaited} onChange={(code) => choose({ position: code })} />
      </Choice>
      {leadsPeople(me) && (
        <Choice label={t.group}>
          <ChooseGroup label={t.group} value={group} onChange={(text) => choose({ group: text })} />
        </Choice>
      )}
    </>
  )
}

function Candidates({ position, group }: { position: string; group: Group }) {
  const t = useTalentTexts()
  const [, choose] = useUrl()
  const { nameOf, percent, duration } = useFormat()
  const list = useAllPages(candidatesDocument, { position, group }, (answer) => answer.candidates)
  const succession = useAsk(successionDocument, { position, group })
  const cancel = useCancel(candidatesDocument)
  const about = succession.data?.position
  const counted = about?.candidates && countClasses(about.candidates)
  const nearest = list.data?.nodes[0]
  return (
    <TalentFrame
      view="candidates"
      heading={about && (counted ? t.heading(nameOf(about), counted.READY, counted.NEAR, !counted.exact) : nameOf(about))}
      lead={
        nearest && !list.error
          ? t.nearest(nearest.employee.name, percent(nearest.readiness.coverage), duration(nearest.readiness.minutes))
          : list.isFetching && waiting
      }
      choices={<Choices position={position} group={group} chosen={about} awaited={!succession.error} />}
    >
      <LongAnswer query={list} rows={14} cancel={cancel}>
        {(data) =>
          data.nodes.length === 0 ? (
            <Empty
              title={t.noCandidates}
              action={
                group && (
                  <Button type="primary" onClick={() => choose({ group: 'all' })}>
                    {t.showEveryone}
                  </Button>
                )
              }
            >
              {t.noCandidatesHow}
            </Empty>
          ) : (
            <CandidateSection position={position} group={group} candidates={data.nodes} about={data.first?.candidates ?? null} more={<More pages={list} />} />
          )
        }
      </LongAnswer>
      {about?.coverage && <SuccessionSection position={position} group={group} coverage={about.coverage} counted={counted ?? null} />}
    </TalentFrame>
  )
}

export function NoPosition() {
  const t = useTalentTexts()
  return (
    <Empty title={t.noPosition} action={<Link href="/positions">{t.toPositions}</Link>}>
      {t.noPositionHow}
    </Empty>
  )
}
