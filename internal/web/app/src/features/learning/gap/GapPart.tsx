import { Button } from 'antd'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { CompetencyTable } from './CompetencyTable.tsx'
import { gapDocument } from './document.ts'
import { FoundationTable } from './FoundationTable.tsx'
import { RequirementTable } from './RequirementTable.tsx'
import { useGapTexts } from './texts.ts'
import './gap.css'

type Props = { person: string; position: string | null; own: boolean }

// GapPart shows what is missing between a person and a position: by competency, by
// requirement, and what has to be learned before.
export default function GapPart({ person, position }: Props) {
  const t = useGapTexts()
  const { percent } = useFormat()
  const variables = { person, position: position ?? '' }
  const asked = useAsk(gapDocument, variables, { enabled: position !== null })
  if (position === null)
    return (
      <Section title={t.title}>
        <Empty title={t.noPosition} />
      </Section>
    )
  const csv = { query: gapDocument, variables }
  return (
    <Answer query={{ ...asked, data: asked.data?.gapAnalysis ?? undefined }} rows={16}>
      {(gap) => {
        if (gap.gaps.length === 0) return <Empty title={t.nothing} />
        const met = gap.gaps.filter((g) => g.status === 'MET').length
        const critical = gap.gaps.filter((g) => g.critical && g.status !== 'MET').length
        return (
          <div className="gap">
            <p className="gap-sentence">
              <strong>{t.sentence(met, gap.gaps.length, percent(gap.coverage))}</strong>
              <span>{gap.ready ? t.ready : critical > 0 && t.criticalMissing(critical)}</span>
              <Button size="small" className="no-print" onClick={() => print()}>
                {t.print}
              </Button>
            </p>
            <RequirementTable gap={gap} csv={csv} />
            <FoundationTable gap={gap} csv={csv} />
            <CompetencyTable gap={gap} csv={csv} />
          </div>
        )
      }}
    </Answer>
  )
}
