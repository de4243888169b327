import { Button, Skeleton, Tabs } from 'antd'
import { lazy, Suspense } from 'react'
import { Link, useLocation, useSearchParams } from 'wouter'
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
  const t = usePositionTexts()
  const { nameOf } = useFormat()
  const [params, setParams] = useSearchParams()
  const tabs = [
    { key: 'requirements', label: t.tabRequirements, children: <RequirementsPart position={position} scale={scale} /> },
    {
      key: 'map',
      label: t.tabMap,
      children: (
        <Suspense fallback={<Skeleton active={false} paragraph={{ rows: 12 }} />}>
          <MapPart position={position} />
        </Suspense>
      ),
    },
    { key: 'people', label: t.tabPeople, children: <PeoplePart position={position} /> },
    { key: 'distance', label: t.tabDistance, children: <DistancePart position={position} scale={scale} /> },
  ]
  const chosen = params.get('tab')
  const tab = tabs.find((one) => one.key === chosen)?.key ?? 'requirements'
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
      <Tabs
        className="page-tabs"
        aria-label={t.tabs}
        activeKey={tab}
        onChange={(key) =>
          setParams((before) => {
            before.set('tab', key)
            return before
          })
        }
        destroyOnHidden
        items={tabs}
      />
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
