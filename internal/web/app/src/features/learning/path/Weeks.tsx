import { Button } from 'antd'
import { useState } from 'react'
import { useLanguage } from '@/shared/format/messages.ts'
import { useFormat } from '@/shared/format/values.ts'
import { PointLink } from '@/shared/ui/links.tsx'
import type { PathStep } from '../documents.ts'
import type { Assessed } from '../next/AssessDialog.tsx'
import { useLearningTexts } from '../texts.ts'
import { byWeek, type Week } from './weeks.ts'

const weeksAtFirst = 4
const stepsAtFirst = 8

type Props = { steps: readonly PathStep[]; hours: number; onAssess?: (assessed: Assessed) => void }

// Weeks are the steps of a path, week by week. Paper shows all of them.
export function Weeks({ steps, hours, onAssess }: Props) {
  const t = useLearningTexts()
  const [all, showAll] = useState(false)
  const weeks = byWeek(steps, hours * 60)
  const later = weeks.slice(weeksAtFirst).reduce((sum, week) => sum + week.steps.length + week.touchUps.length, 0)
  return (
    <>
      <div className="weeks">
        {weeks.map((week, i) => (
          <div key={week.first} className={!all && i >= weeksAtFirst ? 'week only-print' : 'week'}>
            <WeekView week={week} onAssess={onAssess} />
          </div>
        ))}
      </div>
      {weeks.length > weeksAtFirst && (
        <Button className="no-print" aria-expanded={all} onClick={() => showAll(!all)}>
          {all ? t.fewer : t.moreSteps(later)}
        </Button>
      )}
    </>
  )
}

function WeekView({ week, onAssess }: { week: Week<PathStep>; onAssess?: Props['onAssess'] }) {
  const t = useLearningTexts()
  const format = useFormat()
  const language = useLanguage()
  const [all, showAll] = useState(false)
  const begins = new Date()
  begins.setDate(begins.getDate() + (week.first - 1) * 7)
  const hidden = all ? 0 : Math.max(0, week.steps.length - stepsAtFirst)
  const count = week.steps.length + week.touchUps.length
  return (
    <>
      <h3>
        {week.first === week.last ? t.week(week.first) : t.weekRange(week.first, week.last)}{' '}
        <small className="quiet">
          {format.duration(week.minutes)} · {t.steps(count)} · {t.from(begins.toLocaleDateString(language, { month: 'short', day: 'numeric' }))}
        </small>
      </h3>
      {week.touchUps.length > 0 && (
        <details className="touch-ups">
          <summary>{t.touchUps(week.touchUps.length, format.duration(week.touchUps.reduce((sum, s) => sum + s.minutes, 0)))}</summary>
          <ol className="steps">
            {week.touchUps.map((step) => (
              <StepRow key={step.order} step={step} onAssess={onAssess} />
            ))}
          </ol>
        </details>
      )}
      <ol className="steps">
        {week.steps.map((step, i) => (
          <StepRow key={step.order} step={step} onAssess={onAssess} className={i >= week.steps.length - hidden ? 'only-print' : undefined} />
        ))}
      </ol>
      {week.steps.length > stepsAtFirst && (
        <Button type="link" size="small" className="inline-button no-print" aria-expanded={all} onClick={() => showAll(!all)}>
          {all ? t.fewer : t.moreSteps(hidden)}
        </Button>
      )}
    </>
  )
}

function StepRow({ step, onAssess, className = '' }: { step: PathStep; onAssess?: Props['onAssess']; className?: string }) {
  const t = useLearningTexts()
  const format = useFormat()
  const { knowledgePoint: point } = step
  return (
    <li className={`step ${className}`}>
      <span className={`step-sign step-${step.kind}`} aria-hidden="true">
        {step.kind === 'REVIEW' ? '↻' : '•'}
      </span>
      <span className="step-name">
        <PointLink point={point} />
        {step.kind === 'REVIEW' && <small className="quiet"> {t.review}</small>}
      </span>
      <small className="quiet step-competency">{point.competency && format.nameOf(point.competency)}</small>
      {onAssess && (
        <Button
          type="text"
          size="small"
          className="no-print"
          aria-label={`${step.kind === 'REVIEW' ? t.reviewed : t.known}: ${format.nameOf(point)}`}
          onClick={() => onAssess({ act: step.kind === 'REVIEW' ? 'reviewed' : 'known', step })}
        >
          {step.kind === 'REVIEW' ? t.reviewed : t.known}
        </Button>
      )}
      <span className="number">{format.duration(step.minutes)}</span>
    </li>
  )
}
