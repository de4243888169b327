import { Button } from 'antd'
import { Link } from 'wouter'
import { useAsk, useCancel } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { leadsPeople, useMe } from '@/shared/session/me.ts'
import { Empty } from '@/shared/ui/Answer.tsx'
import { LongAnswer } from '@/shared/ui/LongAnswer.tsx'
import { Page } from '@/shared/ui/Page.tsx'
import { useUrl } from '@/shared/ui/url.ts'
import { insightDocument } from './documents.ts'
import { type Filter, Filters } from './Filters.tsx'
import { PointsSection } from './PointsSection.tsx'
import { SuspectsSection } from './SuspectsSection.tsx'
import { useInsightTexts } from './texts.ts'
import './insight.css'

const [few, many] = [30, 200]

// InsightPage tells where people fail, and which prerequisites the evidence contradicts.
export default function InsightPage() {
  const t = useInsightTexts()
  const { nameOf, percent } = useFormat()
  const [params, set] = useUrl()
  const filter: Filter = { position: params.get('position'), competency: params.get('competency'), orgUnit: params.get('unit') }
  const points = params.has('all') ? many : few
  const answer = useAsk(insightDocument, { filter, points })
  const cancel = useCancel(insightDocument)
  const insight = answer.data?.insight
  const worst = insight?.points[0]
  return (
    <Page
      title={t.title}
      heading={worst && !answer.error && worst.errorRate > 0 ? t.heading(nameOf(worst.knowledgePoint), percent(worst.errorRate), worst.people) : t.headingPlain}
      lead={insight && !answer.error ? t.lead(insight.people, insight.evidenceCount) : undefined}
      choices={<Filters value={filter} onChange={({ orgUnit, ...others }) => set({ ...others, ...(orgUnit !== undefined && { unit: orgUnit }) })} />}
    >
      <LongAnswer query={answer} rows={20} cancel={cancel}>
        {({ insight }) =>
          insight &&
          (insight.evidenceCount === 0 || insight.points.length === 0 ? (
            <NoEvidence filtered={Object.values(filter).some((code) => code !== null)} clear={() => set({ position: null, competency: null, unit: null })} />
          ) : (
            <>
              <PointsSection insight={insight} filter={filter} more={insight.points.length === few ? () => set({ all: 'true' }) : undefined} />
              <SuspectsSection suspects={insight.suspectPrerequisites} filter={filter} />
            </>
          ))
        }
      </LongAnswer>
    </Page>
  )
}

function NoEvidence({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  const t = useInsightTexts()
  const me = useMe()
  if (filtered)
    return (
      <Empty
        title={t.noneHere}
        action={
          <Button type="primary" onClick={clear}>
            {t.clear}
          </Button>
        }
      >
        {t.noneHereHow} {t.fewPeople}
      </Empty>
    )
  return (
    <Empty title={t.noEvidence} action={leadsPeople(me) && <Link href="/team">{t.record}</Link>}>
      {t.noEvidenceHow} {t.fewPeople}
    </Empty>
  )
}
