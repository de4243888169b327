import { Skeleton, Tabs } from 'antd'
import { lazy, Suspense } from 'react'
import { Fault } from '@/shared/api/ask.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useLive } from '@/shared/api/live.ts'
import { useLanguage } from '@/shared/format/messages.ts'
import { Empty, FaultView } from '@/shared/ui/Answer.tsx'
import { Page } from '@/shared/ui/Page.tsx'
import { useUrl } from '@/shared/ui/url.ts'
import { type Learner as LearnerData, type Levels, personDocument, standingDocument, updateSubscription } from './documents.ts'
import { HoursChoice, PersonLine, useHeadline } from './head/Head.tsx'
import { Preferences } from './head/Preferences.tsx'
import { Ring } from './head/Ring.tsx'
import { TargetChoice, TargetSwitch } from './head/TargetChoice.tsx'
import { useHours } from './hours.ts'
import { NextView } from './next/NextView.tsx'
import { useLearningTexts } from './texts.ts'

const parts = {
  gap: lazy(() => import('./gap/GapPart.tsx')),
  map: lazy(() => import('./map/MapPart.tsx')),
  evidence: lazy(() => import('./evidence/EvidencePart.tsx')),
  privacy: lazy(() => import('./privacy/PrivacyPart.tsx')),
}

// Learner is all that is known of one person on the way to a position. The address holds the
// position and the part that is shown.
export function Learner({ person, own }: { person: string; own: boolean }) {
  const query = useAsk(personDocument, { person })
  const learner = query.data?.employee
  useLive(updateSubscription, { person }, Boolean(learner?.targets))
  if (!query.data)
    return query.error ? <FaultView error={query.error} retry={() => void query.refetch()} /> : <Skeleton active={false} paragraph={{ rows: 12 }} />
  if (!learner) return <FaultView error={new Fault('', 'NOT_FOUND')} />
  return <Standing learner={learner} levels={query.data.levels ?? []} own={own} />
}

function Standing({ learner, levels, own }: { learner: LearnerData; levels: Levels; own: boolean }) {
  const t = useLearningTexts()
  const locale = useLanguage()
  const [params, setUrl] = useUrl()
  const hours = useHours()
  const person = learner.code
  const position = params.get('position') ?? learner.targets?.[0]?.code ?? learner.position?.code ?? null
  const standing = useAsk(
    standingDocument,
    { person, position: position ?? '', locale },
    { enabled: position !== null, placeholderData: (before) => (before?.gapAnalysis?.position.code === position ? before : undefined) },
  )
  const headline = useHeadline(standing.data, hours.hours)
  const choice = (
    <TargetChoice
      learner={learner}
      own={own}
      value={position}
      name={standing.data?.gapAnalysis?.position}
      onChange={(code) => setUrl({ position: code, placement: null }, { replace: false })}
    />
  )
  const title = own ? t.title : learner.name
  if (position === null)
    return (
      <Page title={title} lead={!own && <PersonLine learner={learner} named={false} />}>
        <Empty title={t.chooseTitle} action={choice}>
          {own ? t.choose : t.chooseTheirs}
        </Empty>
      </Page>
    )
  if (standing.error && !standing.data)
    return (
      <Page title={title} choices={learner.targets && choice} lead={!own && <PersonLine learner={learner} named={false} />}>
        <FaultView error={standing.error} retry={() => void standing.refetch()} />
      </Page>
    )
  const names = { gap: t.viewGap, map: t.viewMap, evidence: t.viewEvidence, privacy: t.viewPrivacy }
  const shown = (Object.keys(parts) as (keyof typeof parts)[]).filter((name) => own || name !== 'privacy')
  const view = shown.find((name) => name === params.get('view')) ?? 'next'
  return (
    <Page
      title={title}
      heading={headline?.heading}
      lead={headline ? headline.lead : <span className="lead-waiting" />}
      choices={
        <div className="learner-choices">
          {!own && <PersonLine learner={learner} />}
          {choice}
          {own && <TargetSwitch learner={learner} position={position} name={standing.data?.gapAnalysis?.position} />}
          {own && <Preferences learner={learner} />}
        </div>
      }
      aside={<Ring gap={standing.data?.gapAnalysis} />}
    >
      {standing.data?.learningPath?.steps.length !== 0 && <HoursChoice {...hours} />}
      <Tabs
        className="parts"
        activeKey={view}
        onChange={(key) => setUrl({ view: key === 'next' ? null : key }, { replace: false })}
        aria-label={t.views}
        destroyOnHidden
        tabBarGutter={20}
        items={[
          {
            key: 'next',
            label: t.viewNext,
            children: <NextView person={person} position={position} own={own} levels={levels} standing={standing} hours={hours.hours} />,
          },
          ...shown.map((name) => {
            const Part = parts[name]
            return {
              key: name,
              label: names[name],
              children: (
                <Suspense fallback={<Skeleton active={false} paragraph={{ rows: 12 }} />}>
                  <Part person={person} position={position} own={own} />
                </Suspense>
              ),
            }
          }),
        ]}
      />
    </Page>
  )
}
