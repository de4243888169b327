import { Button, InputNumber, Skeleton } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useAsk } from '@/shared/api/hooks.ts'
import { useLanguage } from '@/shared/format/messages.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { CriticalMark } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { budgetDocument, type PathStep, type Standing, standingDocument } from '../documents.ts'
import { parseMinutes } from '../hours.ts'
import type { Assessed } from '../next/AssessDialog.tsx'
import { useLearningTexts } from '../texts.ts'
import { Weeks } from './Weeks.tsx'

const Routes = lazy(() => import('./Routes.tsx'))

type Props = {
  person: string
  position: string
  path: NonNullable<Standing['learningPath']>
  hours: number
  onAssess?: (assessed: Assessed) => void
}

// PathSection is the whole way by weeks, or what fits into a budget, and other routes.
export function PathSection({ person, position, path, hours, onAssess }: Props) {
  const t = useLearningTexts()
  const [params, setUrl] = useUrl()
  const minutes = parseMinutes(params.get('budget'))
  const [comparing, compare] = useState(false)
  const locale = useLanguage()
  const setBudget = (value: number | null) => setUrl({ budget: value !== null && value > 0 ? String(Math.round(value * 60)) : null })
  const csv = usePathCsv(
    minutes === null
      ? { query: standingDocument, variables: { person, position, locale } }
      : { query: budgetDocument, variables: { person, position, locale, minutes } },
  )
  return (
    <Section
      title={t.path}
      className="path"
      actions={
        <>
          <span className="budget">
            <label className="quiet" htmlFor="budget">
              {t.budget}
            </label>
            <InputNumber<number>
              id="budget"
              size="small"
              min={0}
              step={0.5}
              value={minutes === null ? null : Math.round(minutes / 0.6) / 100}
              placeholder={t.budgetNone}
              onChange={setBudget}
              suffix={t.budgetUnit}
            />
          </span>
          {path.choices.length > 0 && (
            <Button size="small" aria-expanded={comparing} onClick={() => compare(!comparing)}>
              {t.routes}
            </Button>
          )}
          <Button size="small" onClick={() => window.print()}>
            {t.print}
          </Button>
          <CsvButton {...csv} />
        </>
      }
    >
      {comparing && (
        <Suspense fallback={<Skeleton active={false} paragraph={{ rows: 4 }} />}>
          <Routes person={person} position={position} />
        </Suspense>
      )}
      {minutes === null ? (
        <Weeks steps={path.steps} hours={hours} onAssess={onAssess} />
      ) : (
        <Budget person={person} position={position} minutes={minutes} hours={hours} onAssess={onAssess} />
      )}
    </Section>
  )
}

type BudgetProps = Omit<Props, 'path'> & { minutes: number }

// Budget is what serves best within so many minutes, and says what is left out.
function Budget({ person, position, minutes, hours, onAssess }: BudgetProps) {
  const t = useLearningTexts()
  const format = useFormat()
  const locale = useLanguage()
  const query = useAsk(budgetDocument, { person, position, locale, minutes })
  return (
    <Answer query={query}>
      {({ learningPath: path }) =>
        path && (
          <>
            <p>
              {path.steps.length === 0 ? t.tooShort : t.within(path.steps.length, format.duration(path.totalMinutes))} {path.withinBudget && t.allWithin}
            </p>
            {path.unreached.length > 0 && (
              <details className="left-out">
                <summary>{t.leftOut(path.unreached.length)}</summary>
                <ul>
                  {path.unreached.map((gap) => (
                    <li key={gap.knowledgePoint.code}>
                      {gap.critical && <CriticalMark />}
                      <PointLink point={gap.knowledgePoint} />
                    </li>
                  ))}
                </ul>
              </details>
            )}
            <Weeks steps={path.steps} hours={hours} onAssess={onAssess} />
          </>
        )
      }
    </Answer>
  )
}

function usePathCsv(asked: Pick<CsvTable, 'query' | 'variables'>): CsvTable {
  const t = useLearningTexts()
  const words = useTexts()
  const english = useLanguage() === 'en'
  return {
    ...asked,
    rows: 'learningPath.steps',
    name: t.path,
    columns: [
      { title: t.order, path: 'order' },
      { title: t.kind, path: 'kind', texts: { LEARN: t.learn, REVIEW: t.review } satisfies Record<PathStep['kind'], string> },
      { title: words.code, path: 'knowledgePoint.code' },
      { title: words.point, path: english ? 'knowledgePoint.nameEn' : 'knowledgePoint.name' },
      { title: words.competency, path: english ? 'knowledgePoint.competency.nameEn' : 'knowledgePoint.competency.name' },
      { title: words.minutes, path: 'minutes' },
      { title: t.cumulative, path: 'cumulativeMinutes' },
      { title: words.mastered, path: 'mastery' },
      { title: t.needed, path: 'target' },
      { title: words.resource, path: 'resource.title' },
      { title: 'URL', path: 'resource.url' },
    ],
  }
}
