import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { Link } from 'wouter'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PersonLink, PointLink, pathOf } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { AnswerObjection } from './AnswerObjection.tsx'
import { useIntakeTexts } from './texts.ts'

const objectionsDocument = graphql(`query Objections($unanswered: Boolean!) {
  objections(unanswered: $unanswered) {
    id employeeCode knowledgePointCode reason at answer answeredAt knowledgePoint { code name nameEn }
  }
}`)
const namesDocument = graphql(`query ObjectionNames($codes: [String!]) { employees(first: 200, filter: { codes: $codes }) { nodes { code name } } }`)
export type Objection = NonNullable<ResultOf<typeof objectionsDocument>['objections']>[number]

// Objections lists what people have against what is known of them, and answers it.
export function Objections() {
  const t = useIntakeTexts()
  const words = useTexts()
  const { dateTime } = useFormat()
  const [params, change] = useUrl()
  const unanswered = params.get('objections') !== 'all'
  const [answering, setAnswering] = useState<Objection | null>(null)
  const variables = { unanswered }
  const objections = useAsk(objectionsDocument, variables)
  const codes = [...new Set(objections.data?.objections?.map((o) => o.employeeCode))].slice(0, 200)
  const names = useAsk(namesDocument, { codes }, { enabled: codes.length > 0 })
  const person = (o: Objection) => names.data?.employees.nodes.find((e) => e.code === o.employeeCode) ?? { code: o.employeeCode, name: o.employeeCode }
  const csv: CsvTable = {
    query: objectionsDocument,
    variables,
    rows: 'objections',
    name: t.objections,
    columns: [
      { title: t.who, path: 'employeeCode' },
      { title: t.point, path: 'knowledgePoint.name' },
      { title: t.reason, path: 'reason' },
      { title: t.at, path: 'at' },
      { title: t.answer, path: 'answer' },
      { title: t.answered, path: 'answeredAt' },
    ],
  }
  return (
    <Section
      title={t.objections}
      note={t.objectionsHow}
      actions={
        <>
          <Segmented
            aria-label={t.objections}
            value={unanswered ? 'unanswered' : 'all'}
            onChange={(chosen) => change({ objections: chosen === 'all' ? 'all' : null })}
            options={[
              { value: 'unanswered', label: t.unanswered },
              { value: 'all', label: t.allObjections },
            ]}
          />
          <CsvButton {...csv} />
        </>
      }
    >
      <Answer query={objections} rows={3}>
        {({ objections: list }) =>
          !list || list.length === 0 ? (
            <Empty title={unanswered ? t.noObjections : t.noObjectionsAtAll} />
          ) : (
            <DataTable<Objection>
              caption={t.objections}
              rows={list}
              rowKey={(o) => o.id}
              columns={[
                { title: t.who, render: (_, o) => <PersonLink person={person(o)} /> },
                { title: t.point, render: (_, o) => (o.knowledgePoint ? <PointLink point={o.knowledgePoint} /> : o.knowledgePointCode) },
                { title: t.reason, className: 'wrapping', dataIndex: 'reason' },
                { title: t.at, render: (_, o) => dateTime(o.at) },
                ...(unanswered
                  ? []
                  : [
                      { title: t.answer, className: 'wrapping', render: (_: unknown, o: Objection) => o.answer ?? '–' },
                      { title: t.answered, render: (_: unknown, o: Objection) => dateTime(o.answeredAt) },
                    ]),
                {
                  title: words.acts,
                  fixed: 'end',
                  render: (_, o) => (
                    <div className="form-actions form-actions-row">
                      <Button size="small" type={o.answer === null ? 'primary' : 'default'} onClick={() => setAnswering(o)}>
                        {o.answer === null ? t.answer : t.answerAgain}
                      </Button>
                      <Link href={evidenceOf(o)}>{t.evidence}</Link>
                    </div>
                  ),
                },
              ]}
            />
          )
        }
      </Answer>
      {answering && <AnswerObjection objection={answering} who={person(answering).name} onClose={() => setAnswering(null)} />}
    </Section>
  )
}

// evidenceOf leads to the evidence about the point that the objection is about.
export function evidenceOf(o: Objection): string {
  return `${pathOf.person(o.employeeCode)}?${new URLSearchParams({ view: 'evidence', point: o.knowledgePointCode })}`
}
