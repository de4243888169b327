import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useAllPages } from '@/shared/api/pages.ts'
import { ChoosePerson } from '@/shared/choose/Choose.tsx'
import { useFormat } from '@/shared/format/values.ts'
import { useMe } from '@/shared/session/me.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { pathOf } from '@/shared/ui/links.tsx'
import { More } from '@/shared/ui/More.tsx'
import { Choice, Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { countClasses } from './classes.ts'
import { type PositionReadiness, positionsForDocument } from './documents.ts'
import { ClassLegend, ClassTag, CoverageCell, HolderMark, MinutesCell, UnassessedCell, useClassNames } from './Readiness.tsx'
import { TalentFrame } from './TalentFrame.tsx'
import { useTalentTexts } from './texts.ts'

// PositionsView tells which positions a person is nearest to: at first the viewer.
export function PositionsView() {
  const t = useTalentTexts()
  const words = useTexts()
  const me = useMe()
  const [params, choose] = useUrl()
  const person = params.get('person') ?? me.employeeCode
  const choices = (
    <Choice label={words.person}>
      <ChoosePerson label={words.person} value={person} onChange={(code) => choose({ person: code })} />
    </Choice>
  )
  if (person === null)
    return (
      <TalentFrame view="positions" choices={choices}>
        <Empty title={t.choosePersonFirst}>{t.choosePersonHow}</Empty>
      </TalentFrame>
    )
  return <Positions person={person} choices={choices} />
}

function Positions({ person, choices }: { person: string; choices: ReactNode }) {
  const t = useTalentTexts()
  const words = useTexts()
  const { nameOf, percent, duration, dateTime } = useFormat()
  const list = useAllPages(positionsForDocument, { employee: person }, (answer) => answer.positionsFor)
  const csv = useCsv(person)
  const about = list.data?.first
  const counted = list.data && countClasses({ totalCount: list.data.totalCount, nodes: list.data.nodes.map((readiness) => ({ readiness })) })
  const next = list.data?.nodes.find((r) => !r.held)
  const most = Math.max(...(list.data?.nodes ?? []).map((r) => r.minutes), 0)
  return (
    <TalentFrame
      view="positions"
      heading={about?.employee && counted && t.positionsHeading(about.employee.name, counted.READY, counted.NEAR)}
      lead={next ? t.positionsNearest(nameOf(next.position), percent(next.coverage), duration(next.minutes)) : t.positionsLead}
      choices={choices}
    >
      <Answer query={list} rows={10}>
        {(data) =>
          data.nodes.length === 0 ? (
            <Empty title={t.noPositionsFor} action={<Link href="/positions">{t.toPositions}</Link>}>
              {t.noPositionHow}
            </Empty>
          ) : (
            <Section title={t.positions} actions={<CsvButton {...csv} />} note={about?.positionsFor && t.asOf(dateTime(about.positionsFor.at))}>
              <DataTable<PositionReadiness>
                caption={t.positions}
                rows={data.nodes}
                rowKey={(r) => r.position.code}
                pageSize={data.nodes.length}
                columns={[
                  {
                    title: words.position,
                    render: (_, r) => (
                      <span className="talent-people-cell">
                        <Link href={`${pathOf.person(person)}?position=${encodeURIComponent(r.position.code)}`}>{nameOf(r.position)}</Link>
                        {r.held && <HolderMark />}
                        <small>{r.position.family}</small>
                      </span>
                    ),
                  },
                  { title: t.readiness, render: (_, r) => <ClassTag readiness={r.class} /> },
                  { title: words.coverage, render: (_, r) => <CoverageCell coverage={r.coverage} /> },
                  { title: t.left, render: (_, r) => <MinutesCell minutes={r.minutes} most={most} /> },
                  { title: t.criticalMet, render: (_, r) => (r.criticalReady ? `✓ ${t.met}` : `▲ ${t.notMet}`) },
                  { title: t.evidence, render: (_, r) => <UnassessedCell share={r.unassessed} /> },
                ]}
              />
              <More pages={list} />
              <ClassLegend />
            </Section>
          )
        }
      </Answer>
    </TalentFrame>
  )
}

function useCsv(person: string): CsvTable {
  const t = useTalentTexts()
  const words = useTexts()
  const names = useClassNames()
  return {
    query: positionsForDocument,
    variables: { employee: person },
    rows: 'positionsFor.nodes',
    name: `${t.positions} ${person}`,
    columns: [
      { title: words.code, path: 'position.code' },
      { title: words.position, path: 'position.name' },
      { title: t.holder, path: 'held', texts: { true: words.yes, false: words.no } },
      { title: t.readiness, path: 'class', texts: names },
      { title: t.criticalMet, path: 'criticalReady', texts: { true: t.met, false: t.notMet } },
      { title: words.coverage, path: 'coverage' },
      { title: t.left, path: 'minutes' },
      { title: t.evidence, path: 'unassessed' },
    ],
  }
}
