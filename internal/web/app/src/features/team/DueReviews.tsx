import { Button } from 'antd'
import { useState } from 'react'
import type { ResultOf, VariablesOf } from '@/shared/api/graphql.ts'
import type { useAsk } from '@/shared/api/hooks.ts'
import type { Group } from '@/shared/choose/group.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { Cut } from '@/shared/ui/Cut.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PersonLink, PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { type Due, type dueDocument, dueTable, type Reviews } from './documents.ts'
import { useTeamTexts } from './texts.ts'

export type DueQuery = ReturnType<typeof useAsk<ResultOf<typeof dueDocument>, VariablesOf<typeof dueDocument>>>

type Props = { query: DueQuery; group: Group; until: string; denied: boolean }

// DueReviews lists whose knowledge needs a review until the end of the month.
export function DueReviews({ query, group, until, denied }: Props) {
  const t = useTeamTexts()
  const words = useTexts()
  const columns = [
    { title: words.code, path: 'employee.code' },
    { title: words.person, path: 'employee.name' },
    { title: words.point, path: 'knowledgePoint.name' },
    { title: t.atLevel, path: 'level' },
    { title: t.dueDate, path: 'due' },
  ]
  return (
    <Section
      className="half"
      title={t.due}
      actions={denied ? undefined : <CsvButton query={dueTable} variables={{ group, until }} rows="reviewsDue.nodes" columns={columns} name={t.due} />}
    >
      {denied ? (
        <p className="quiet">{t.dueDenied}</p>
      ) : (
        <Answer query={query}>
          {({ overdue, coming }) =>
            !overdue || !coming || overdue.totalCount + coming.totalCount === 0 ? (
              <p className="quiet">{t.noDue}</p>
            ) : (
              <DueGroups overdue={overdue} coming={coming} />
            )
          }
        </Answer>
      )}
    </Section>
  )
}

// DueGroups shows what is overdue first, and of that a few until all are wanted.
function DueGroups({ overdue, coming }: { overdue: Reviews; coming: Reviews }) {
  const t = useTeamTexts()
  const [all, setAll] = useState(false)
  return (
    <>
      {overdue.totalCount > 0 && (
        <div className="team-due">
          <h3>
            {t.overdue} <span className="status status-DECAYED">{t.dueCount(overdue.totalCount)}</span>
          </h3>
          <DueTable caption={t.overdue} due={all ? overdue.nodes : overdue.nodes.slice(0, few)} pageSize={30} />
          {overdue.nodes.length > few && (
            <Button size="small" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? t.showFewOverdue : t.showAllOverdue(overdue.nodes.length)}
            </Button>
          )}
          {all && <Shown reviews={overdue} />}
        </div>
      )}
      <div className="team-due">
        {overdue.totalCount > 0 && (
          <h3>
            {t.dueLater} <span className="quiet">{t.dueCount(coming.totalCount)}</span>
          </h3>
        )}
        {coming.nodes.length > 0 ? <DueTable caption={t.dueLater} due={coming.nodes} pageSize={10} /> : <p className="quiet">{t.noDue}</p>}
        <Shown reviews={coming} />
      </div>
    </>
  )
}

const few = 5

// Shown says where there are more than were asked for.
function Shown({ reviews: { nodes, totalCount } }: { reviews: Reviews }) {
  const words = useTexts()
  return totalCount > nodes.length && <p className="note">{words.shown(nodes.length, totalCount)}</p>
}

function DueTable({ caption, due, pageSize }: { caption: string; due: readonly Due[]; pageSize: number }) {
  const t = useTeamTexts()
  const words = useTexts()
  const { date, percent, nameOf } = useFormat()
  return (
    <DataTable<Due>
      caption={caption}
      rows={due}
      rowKey={(r) => `${r.employee.code} ${r.knowledgePoint.code}`}
      pageSize={pageSize}
      columns={[
        { title: words.person, render: (_, r) => <PersonLink person={r.employee} /> },
        {
          title: words.point,
          render: (_, r) => (
            <Cut text={nameOf(r.knowledgePoint)}>
              <PointLink point={r.knowledgePoint} />
            </Cut>
          ),
        },
        { title: t.atLevel, align: 'right', responsive: ['sm'], render: (_, r) => percent(r.level) },
        { title: t.dueDate, render: (_, r) => date(r.due) },
      ]}
    />
  )
}
