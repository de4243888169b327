import { Button, Skeleton } from 'antd'
import { lazy, Suspense } from 'react'
import { Link, useLocation } from 'wouter'
import { Fault } from '@/shared/api/ask.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { leadsPeople, useMe } from '@/shared/session/me.ts'
import { listsEverybody, listsOthers } from '@/shared/session/people.ts'
import { Answer, FaultView } from '@/shared/ui/Answer.tsx'
import { Breadcrumbs } from '@/shared/ui/Breadcrumbs.tsx'
import { Page } from '@/shared/ui/Page.tsx'
import { usePathCode } from '@/shared/ui/path-code.ts'
import type { Scale } from '@/shared/ui/RequiredLevel.tsx'
import { Sentence } from '@/shared/ui/Sentence.tsx'
import { DistancePart } from './DistancePart.tsx'
import { type Position, positionDocument } from './documents.ts'
import { PeoplePart } from './PeoplePart.tsx'
import { PositionTabs, useTab } from './PositionTabs.tsx'
import { RequirementsPart } from './RequirementsPart.tsx'
import { usePositionTexts } from './texts.ts'
import './positions.css'

const MapPart = lazy(() => import('./MapPart.tsx'))

export default function PositionPage() {
  const t = usePositionTexts()
  const code = usePathCode()
  const people = listsOthers(useMe())
  const position = useAsk(positionDocument, { code, people })
  const found = position.data?.position
  if (position.data === undefined || !found)
    return (
      <Page title={t.title} choices={<PositionsCrumb />}>
        <Answer query={position} rows={12}>
          {() => <FaultView error={new Fault('', 'NOT_FOUND')} />}
        </Answer>
      </Page>
    )
  return <PositionView position={found} scale={position.data.levels} />
}

function PositionsCrumb() {
  const t = usePositionTexts()
  return <Breadcrumbs places={[{ key: 'positions', link: <Link href="/positions">{t.title}</Link> }]} />
}

function PositionView({ position, scale }: { position: Position; scale: Scale }) {
  const { nameOf } = useFormat()
  const tab = useTab()
  return (
    <Page
      title={nameOf(position)}
      choices={<PositionsCrumb />}
      heading={<Heading position={position} />}
      lead={
        <>
          {[position.family, position.grade].filter(Boolean).join(' · ')} <span className="code">{position.code}</span>
        </>
      }
      aside={<NextPages code={position.code} />}
    >
      {position.description && <p className="position-description">{position.description}</p>}
      <PositionTabs code={position.code} />
      {tab === 'requirements' && <RequirementsPart position={position} scale={scale} />}
      {tab === 'map' && (
        <Suspense fallback={<Skeleton active={false} paragraph={{ rows: 12 }} />}>
          <MapPart position={position} />
        </Suspense>
      )}
      {tab === 'people' && <PeoplePart position={position} />}
      {tab === 'distance' && <DistancePart position={position} scale={scale} />}
    </Page>
  )
}

// Heading is the position in one sentence: how much it asks for, and of how many people.
function Heading({ position }: { position: Position }) {
  const t = usePositionTexts()
  const me = useMe()
  const { nameOf, number } = useFormat()
  const [points, critical] = [position.requiredPoints.length, position.requiredPoints.filter((r) => r.critical).length]
  const holders = position.incumbents?.totalCount
  const held = holders === undefined ? '' : listsEverybody(me) ? t.headingHeld : t.headingHeldVisible
  const strong = (n: number) => <strong>{number(n)}</strong>
  return (
    <Sentence
      text={t.heading(points, critical) + held}
      parts={{ name: nameOf(position), points: strong(points), critical: strong(critical), people: strong(holders ?? 0) }}
    />
  )
}

function NextPages({ code }: { code: string }) {
  const t = usePositionTexts()
  const me = useMe()
  const [, go] = useLocation()
  const to = (page: string) => () => go(`${page}?${new URLSearchParams({ position: code })}`)
  return (
    <div className="page-buttons no-print">
      {me.employeeCode !== null && <Button onClick={to('/learning')}>{t.compareMe}</Button>}
      {leadsPeople(me) && <Button onClick={to('/talent')}>{t.candidates}</Button>}
    </div>
  )
}
