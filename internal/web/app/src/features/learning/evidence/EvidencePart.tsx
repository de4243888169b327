import { Button, Select } from 'antd'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'wouter'
import { useAllPages } from '@/shared/api/pages.ts'
import { nameOf } from '@/shared/format/values.ts'
import { mayRecord } from '@/shared/record/kinds.ts'
import { RecordDialog } from '@/shared/record/RecordDialog.tsx'
import { useMe } from '@/shared/session/me.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useKindNames } from '@/shared/words/evidence.ts'
import { evidenceDocument } from './documents.ts'
import { type Effect, EvidenceTable } from './EvidenceTable.tsx'
import { StateSummary } from './StateSummary.tsx'
import { useEvidenceTexts } from './texts.ts'
import './evidence.css'

type Props = { person: string; position: string | null; own: boolean }

// EvidencePart shows what is known of a person from, the latest first, and what each piece
// did. With a point in the URL it is the history of that point.
export default function EvidencePart({ person, own }: Props) {
  const t = useEvidenceTexts()
  const words = useTexts()
  const kinds = useKindNames()
  const [params, setParams] = useSearchParams()
  const point = params.get('point')
  const me = useMe()
  const [recording, setRecording] = useState(false)
  const variables = { person, point }
  const evidence = useAllPages(evidenceDocument, variables, (answer) => answer.employee?.evidence ?? null)
  const employee = evidence.data?.first?.employee
  const known = employee?.states
  const effects = useMemo(() => effectsById(known ?? []), [known])
  const choosePoint = (code: string | undefined) =>
    setParams((before) => {
      if (code) before.set('point', code)
      else before.delete('point')
      return before
    })
  return (
    <Section
      title={t.title}
      actions={
        <>
          <Select<string>
            aria-label={t.filter}
            className="choose"
            placeholder={t.all}
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            value={point ?? undefined}
            onChange={choosePoint}
            loading={evidence.isFetching}
            options={(known ?? []).map((s) => ({ value: s.knowledgePoint.code, label: nameOf(s.knowledgePoint) }))}
            popupMatchSelectWidth={false}
          />
          {!own && employee && mayRecord(me, person) && (
            <Button size="small" type="primary" onClick={() => setRecording(true)}>
              {t.record}
            </Button>
          )}
          <CsvButton
            query={evidenceDocument}
            variables={{ ...variables, more: true }}
            rows="employee.evidence.nodes"
            name={t.title}
            columns={[
              { title: t.when, path: 'at' },
              { title: t.kind, path: 'kind', texts: kinds },
              { title: t.score, path: 'score' },
              { title: t.points, path: 'knowledgePoints.name' },
              { title: t.item, path: 'item' },
              { title: t.source, path: 'source' },
              { title: t.retracted, path: 'retracted', texts: { true: words.yes, false: words.no } },
            ]}
          />
        </>
      }
    >
      {employee && (
        <RecordDialog
          open={recording}
          onClose={() => setRecording(false)}
          person={employee}
          point={known?.find((s) => s.knowledgePoint.code === point)?.knowledgePoint}
        />
      )}
      {point !== null && known && <StateSummary state={known.find((s) => s.knowledgePoint.code === point)} />}
      <Answer query={evidence}>
        {(list) =>
          list.nodes.length === 0 ? (
            <Empty title={point === null ? t.none : t.noneHere}>{point === null ? (own ? t.noneOwn : t.noneOther) : null}</Empty>
          ) : (
            <>
              <EvidenceTable own={own} evidence={list.nodes} effects={effects} />
              {list.hasMore && (
                <p className="evidence-more">
                  <Button onClick={() => void evidence.loadMore()} loading={evidence.isFetching}>
                    {words.more}
                  </Button>
                </p>
              )}
            </>
          )
        }
      </Answer>
    </Section>
  )
}

function effectsById(
  states: readonly { knowledgePoint: Effect['point']; effects: readonly { evidence: { id: string }; text: string }[] }[],
): Map<string, Effect[]> {
  const found = new Map<string, Effect[]>()
  for (const state of states) {
    for (const { evidence, text } of state.effects) {
      const effects = found.get(evidence.id) ?? []
      effects.push({ point: state.knowledgePoint, text })
      found.set(evidence.id, effects)
    }
  }
  return found
}
