import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'wouter'
import type { useAsk } from '@/shared/api/hooks.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useUrl } from '@/shared/ui/url.ts'
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
  const [params, setUrl] = useUrl()
  const [assessed, setAssessed] = useState<Assessed | null>(null)
  const [asking, ask] = useState(false)
  const assess = (chosen: Assessed) => {
    setAssessed(chosen)
    ask(true)
  }
  const placing = own && params.get('placement') === 'true'
  const place = (now: boolean) => setUrl({ placement: now ? 'true' : null }, { replace: false })
  return (
    <Answer query={standing} rows={16}>
      {({ nextSteps, learningPath: path, gapAnalysis: gap }) => {
        const none = gap?.gaps.length === 0
        return (
          <>
            {placing && <Placement key={position} person={person} position={position} onEnd={() => place(false)} />}
            {path && path.steps.length === 0 && (
              <Section title={t.next}>
                <Empty title={none ? t.headlineNothing : gap?.ready ? t.nothing : t.unreachable} action={<Link href="/positions">{t.toPositions}</Link>}>
                  {none ? t.noRequirements : gap?.ready && t.nothingHow}
                </Empty>
              </Section>
            )}
            {nextSteps && nextSteps.length > 0 && (
              <section className="next" aria-labelledby="next">
                <div className="section-head">
                  <h2 id="next" tabIndex={-1}>
                    {t.next}
                  </h2>
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
                open={asking}
                person={person}
                assessed={assessed}
                levels={levels}
                onClose={() => ask(false)}
                afterClose={() => {
                  setAssessed(null)
                  setTimeout(keepFocus)
                }}
                onPlace={() => {
                  ask(false)
                  place(true)
                }}
              />
            )}
          </>
        )
      }}
    </Answer>
  )
}

// What was assessed may be no next step any more: the focus goes on at the heading of the others.
function keepFocus(): void {
  if (document.activeElement === null || document.activeElement === document.body) document.getElementById('next')?.focus()
}
