import { Skeleton } from 'antd'
import { lazy, Suspense } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { Fault } from '@/shared/api/ask.ts'
import { useMe } from '@/shared/session/me.ts'
import { FaultView } from '@/shared/ui/Answer.tsx'
import { landingPath } from './navigation.ts'

// Each page is a file of its own that is loaded when it is opened.
const pages = {
  '/learning': lazy(() => import('@/features/learning/LearningPage.tsx')),
  '/people/:code': lazy(() => import('@/features/learning/PersonPage.tsx')),
  '/team': lazy(() => import('@/features/team/TeamPage.tsx')),
  '/talent': lazy(() => import('@/features/talent/TalentPage.tsx')),
  '/positions': lazy(() => import('@/features/positions/PositionsPage.tsx')),
  '/positions/:code': lazy(() => import('@/features/positions/PositionPage.tsx')),
  '/catalog': lazy(() => import('@/features/catalog/CatalogPage.tsx')),
  '/catalog/points/:code': lazy(() => import('@/features/catalog/PointPage.tsx')),
  '/catalog/competencies/:code': lazy(() => import('@/features/catalog/CompetencyPage.tsx')),
  '/catalog/resources/:code': lazy(() => import('@/features/catalog/ResourcePage.tsx')),
  '/insight': lazy(() => import('@/features/insight/InsightPage.tsx')),
  '/people': lazy(() => import('@/features/people/PeoplePage.tsx')),
  '/imports': lazy(() => import('@/features/imports/ImportsPage.tsx')),
  '/imports/:number': lazy(() => import('@/features/imports/ImportPage.tsx')),
  '/approvals': lazy(() => import('@/features/approvals/ApprovalsPage.tsx')),
  '/intake': lazy(() => import('@/features/intake/IntakePage.tsx')),
  '/administration': lazy(() => import('@/features/administration/AdministrationPage.tsx')),
  '/audit': lazy(() => import('@/features/audit/AuditPage.tsx')),
  '/account': lazy(() => import('@/features/account/AccountPage.tsx')),
}

export function Routes() {
  const me = useMe()
  return (
    <Suspense fallback={<Skeleton active={false} paragraph={{ rows: 8 }} />}>
      <Switch>
        <Route path="/">
          <Redirect to={landingPath(me)} replace />
        </Route>
        {Object.entries(pages).map(([path, Content]) => (
          <Route key={path} path={path} component={Content} />
        ))}
        <Route>
          <FaultView error={new Fault('', 'NOT_FOUND')} />
        </Route>
      </Switch>
    </Suspense>
  )
}
