import { Slider } from 'antd'
import type { ReactNode } from 'react'
import { useFormat } from '@/shared/format/values.ts'
import { PointLink, PositionLink } from '@/shared/ui/links.tsx'
import { Sentence } from '@/shared/ui/Sentence.tsx'
import type { Learner, Standing } from '../documents.ts'
import { hoursBounds, type useHours } from '../hours.ts'
import { weeksOf } from '../path/weeks.ts'
import { useLearningTexts } from '../texts.ts'

// useHeadline says in two sentences how far, how long, and what comes first and why. It is
// undefined while that is not known.
export function useHeadline(standing: Standing | undefined, hours: number): { heading: ReactNode; lead: ReactNode } | undefined {
  const t = useLearningTexts()
  const format = useFormat()
  const { gapAnalysis: gap, learningPath: path, nextSteps } = standing ?? {}
  if (!gap || !path) return undefined
  const share = <strong>{format.percent(gap.coverage)}</strong>
  const minutes = <strong>{format.duration(path.totalMinutes)}</strong>
  const onlyReviews = path.steps.length > 0 && path.steps.every((s) => s.kind === 'REVIEW')
  const text = gap.gaps.length === 0 ? t.headlineNothing : path.steps.length === 0 ? t.headlineReady : onlyReviews ? t.headlineReview : t.headline
  const first = nextSteps?.[0]
  return {
    heading: <Sentence text={text} parts={{ share, minutes }} />,
    lead: path.steps.length > 0 && (
      <>
        <Sentence text={t.weekly(weeksOf(path.totalMinutes, hours * 60))} parts={{ hours: <strong>{t.hoursValue(hours)}</strong> }} />
        {first && (
          <Sentence
            text={first.kind === 'REVIEW' ? t.firstReview : t.firstStep}
            parts={{ name: <PointLink point={first.knowledgePoint} />, minutes: format.duration(first.minutes), reason: first.reasons[0]?.message }}
          />
        )}
      </>
    ),
  }
}

// PersonLine says about whom the page is, with the name where the heading does not.
export function PersonLine({ learner, named = true }: { learner: Learner; named?: boolean }) {
  return (
    <span className="person-line">
      {named && <strong>{learner.name}</strong>}
      <span className="code">{learner.code}</span>
      {learner.position && <PositionLink position={learner.position} />}
      {learner.orgUnit && <span className="quiet">{learner.orgUnit.name}</span>}
    </span>
  )
}

export function HoursChoice({ hours, move, keep }: ReturnType<typeof useHours>) {
  const t = useLearningTexts()
  return (
    <div className="hours">
      <span className="quiet" id="hours-label">
        {t.hours}
      </span>
      <Slider
        className="hours-slider no-print"
        {...hoursBounds}
        value={hours}
        onChange={move}
        onChangeComplete={keep}
        tooltip={{ formatter: null }}
        ariaLabelledByForHandle="hours-label"
        ariaValueTextFormatterForHandle={(value) => t.hoursValue(value ?? hours)}
      />
      <span>{t.hoursValue(hours)}</span>
    </div>
  )
}
