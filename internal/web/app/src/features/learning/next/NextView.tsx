import { Button } from 'antd'
import { useState } from 'react'
import { Link, useSearchParams } from 'wouter'
import type { useAsk } from '@/shared/api/hooks.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import type { Levels, Standing } from '../documents.ts'
import { PathSection } from '../path/PathSection.tsx'
import { Placement } from '../placement/Placement.tsx'
import { Reviews } from '../reviews/Reviews.tsx'
import { useLearningTexts } from '../texts.ts'
import { AssessDialog, type Assessed } from './AssessDialog.tsx'
import { StepCard } from './StepCard.tsx'

type Props = {
  person: string
  position: string
  own: boolean
  levels: Levels
  standing: ReturnType<typeof useAsk<Standing, unknown>>
  hours: number
}

// NextView begins with what to do now, and ends with all that is ahead.
export function NextView({ person, position, own, levels, standing, hours }: Props) {
  const t = useLearningTexts()
  const [params, setParams] = useSearchParams()
  const [assessed, assess] = useState<Assessed | null>(null)
  const placing = own && params.get('placement') === 'true'
  const place = (now: boolean) =>
    setParams((before) => {
      if (now) before.set('placement', 'true')
      else before.delete('placement')
      return before
    })
  return (
    <Answer query={standing} rows={16}>
      {({ nextSteps, learningPath: path, gapAnalysis: gap }) => (
        <>
          {placing && <Placement key={position} person={person} position={position} onEnd={() => place(false)} />}
          {path && path.steps.length === 0 && (
            <Section title={t.next}>
              <Empty title={gap?.ready ? t.nothing : t.unreachable} action={<Link href="/positions">{t.toPositions}</Link>}>
                {gap?.ready && t.nothingHow}
              </Empty>
            </Section>
          )}
          {nextSteps && nextSteps.length > 0 && (
            <section className="next" aria-labelledby="next">
              <div className="section-head">
                <h2 id="next">{t.next}</h2>
                {own && !placing && (
                  <Button size="small" onClick={() => place(true)} className="no-print">
                    {t.placement}
                  </Button>
                )}
              </div>
              <div className="cards">
                {nextSteps.map((step, i) => (
                  <StepCard key={step.knowledgePoint.code} step={step} number={i + 1} onAssess={own ? assess : undefined} />
                ))}
              </div>
            </section>
          )}
          {path && gap && <Reviews steps={path.steps} gaps={gap.gaps} onAssess={own ? assess : undefined} />}
          {path && path.steps.length > 0 && <PathSection person={person} position={position} path={path} hours={hours} onAssess={own ? assess : undefined} />}
          {assessed && (
            <AssessDialog
              person={person}
              assessed={assessed}
              levels={levels}
              onClose={() => assess(null)}
              onPlace={() => {
                assess(null)
                place(true)
              }}
            />
          )}
        </>
      )}
    </Answer>
  )
}
