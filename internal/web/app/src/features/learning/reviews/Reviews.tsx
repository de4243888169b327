import { Button } from 'antd'
import { useFormat } from '@/shared/format/values.ts'
import { LevelBar } from '@/shared/ui/LevelBar.tsx'
import { PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import type { PathStep, Standing } from '../documents.ts'
import type { Assessed } from '../next/AssessDialog.tsx'
import { useLearningTexts } from '../texts.ts'

type Props = { steps: readonly PathStep[]; gaps: NonNullable<Standing['gapAnalysis']>['gaps']; onAssess?: (assessed: Assessed) => void }

// Reviews are what was mastered and has faded.
export function Reviews({ steps, gaps, onAssess }: Props) {
  const t = useLearningTexts()
  const format = useFormat()
  const due = steps.filter((s) => s.kind === 'REVIEW')
  if (due.length === 0) return null
  const gapOf = new Map(gaps.map((g) => [g.knowledgePoint.code, g]))
  const minutes = due.reduce((sum, s) => sum + s.minutes, 0)
  return (
    <Section
      title={
        <>
          {t.reviews} <small className="quiet">{t.reviewsSum(due.length, format.duration(minutes))}</small>
        </>
      }
    >
      <ul className="reviews">
        {due.map((step) => {
          const gap = gapOf.get(step.knowledgePoint.code)
          return (
            <li key={step.knowledgePoint.code}>
              <PointLink point={step.knowledgePoint} />
              {gap && <LevelBar current={gap.current} mastery={gap.mastery} required={gap.required} />}
              {gap && (
                <span className="number">
                  {format.percent(gap.current)} / {format.percent(gap.required)}
                </span>
              )}
              <span className="number quiet">{format.duration(step.minutes)}</span>
              {onAssess && (
                <Button
                  size="small"
                  className="no-print"
                  aria-label={`${t.reviewed}: ${format.nameOf(step.knowledgePoint)}`}
                  onClick={() => onAssess({ act: 'reviewed', step })}
                >
                  {t.reviewed}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
