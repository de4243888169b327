import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import type { ResultOf } from '@/shared/api/graphql.ts'
import { useFormat } from '@/shared/format/values.ts'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { pathOf } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { CriticalGaps } from './CriticalGaps.tsx'
import { type Candidate, candidatesDocument } from './documents.ts'
import { ClassLegend, ClassTag, CoverageCell, HolderMark, MinutesCell, UnassessedCell, useClassNames } from './Readiness.tsx'
import { useTalentTexts } from './texts.ts'

type Props = {
  position: string
  group: object | null
  candidates: readonly Candidate[]
  about: ResultOf<typeof candidatesDocument>['candidates']
  more: ReactNode
}

// CandidateSection lists candidates, the nearest first. Two of them can be compared.
export function CandidateSection({ position, group, candidates, about, more }: Props) {
  const t = useTalentTexts()
  const words = useTexts()
  const { nameOf, dateTime } = useFormat()
  const [, choose] = useUrl()
  const [picked, pick] = useState<string[]>([])
  const csv = useCsv(position, group)
  const most = Math.max(...candidates.map((c) => c.readiness.minutes))
  return (
    <Section
      title={t.list}
      actions={
        <>
          {picked.length === 2 ? (
            <Button
              size="small"
              type="primary"
              onClick={() => choose({ view: 'people', position, first: picked[0] ?? null, second: picked[1] ?? null }, { replace: false })}
            >
              {t.comparePicked}
            </Button>
          ) : (
            <span className="quiet">{t.pickTwo}</span>
          )}
          <CsvButton {...csv} />
        </>
      }
      note={
        about &&
        [t.asOf(dateTime(about.at)), about.others > 0 && t.others(about.others), about.leftOut > 0 && t.leftOut(about.leftOut)].filter(Boolean).join(' ')
      }
    >
      <DataTable<Candidate>
        caption={t.candidates}
        rows={candidates}
        rowKey={(c) => c.employee.code}
        pageSize={candidates.length}
        rowSelection={{
          selectedRowKeys: picked,
          onChange: (keys) => pick(keys as string[]),
          columnTitle: <span className="talent-hidden">{t.compared}</span>,
          getCheckboxProps: (c) => ({
            disabled: picked.length === 2 && !picked.includes(c.employee.code),
            'aria-label': t.pick(c.employee.name),
          }),
        }}
        columns={[
          {
            title: words.person,
            render: (_, { employee, readiness }) => (
              <span className="talent-people-cell">
                <Link href={`${pathOf.person(employee.code)}?position=${encodeURIComponent(position)}`}>{employee.name}</Link>
                {readiness.held && <HolderMark />}
                <Where text={[employee.position && nameOf(employee.position), employee.orgUnit?.name].filter(Boolean).join(' · ')} />
              </span>
            ),
          },
          { title: t.readiness, render: (_, c) => <ClassTag readiness={c.readiness.class} /> },
          { title: words.coverage, render: (_, c) => <CoverageCell coverage={c.readiness.coverage} /> },
          { title: t.left, render: (_, c) => <MinutesCell minutes={c.readiness.minutes} most={most} /> },
          { title: t.evidence, render: (_, c) => <UnassessedCell share={c.readiness.unassessed} /> },
          { title: t.criticalGaps, render: (_, c) => <CriticalGaps gaps={c.employee.gapAnalysis?.gaps ?? null} /> },
        ]}
      />
      {more}
      <ClassLegend />
      {candidates.some((c) => c.readiness.unassessed > 0.5) && (
        <p className="note">
          {t.littleEvidence}: {t.littleEvidenceLong}
        </p>
      )}
    </Section>
  )
}

// Where is a line that may be cut where it is long; the pointer shows it whole.
function Where({ text }: { text: string }) {
  return <small title={text}>{text}</small>
}

function useCsv(position: string, group: object | null): CsvTable {
  const t = useTalentTexts()
  const words = useTexts()
  const names = useClassNames()
  return {
    query: candidatesDocument,
    variables: { position, group },
    rows: 'candidates.nodes',
    name: `${t.candidates} ${position}`,
    columns: [
      { title: words.code, path: 'employee.code' },
      { title: words.name, path: 'employee.name' },
      { title: words.unit, path: 'employee.orgUnit.name' },
      { title: words.position, path: 'employee.position.name' },
      { title: t.holder, path: 'readiness.held', texts: { true: words.yes, false: words.no } },
      { title: t.readiness, path: 'readiness.class', texts: names },
      { title: t.criticalMet, path: 'readiness.criticalReady', texts: { true: t.met, false: t.notMet } },
      { title: words.coverage, path: 'readiness.coverage' },
      { title: t.leftMinutes, path: 'readiness.minutes' },
      { title: t.evidence, path: 'readiness.unassessed' },
      { title: t.unmetPoints, path: 'employee.gapAnalysis.gaps.knowledgePoint.name' },
    ],
  }
}
