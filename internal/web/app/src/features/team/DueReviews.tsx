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
import { type Due, type dueDocument, dueTable } from './documents.ts'
import { useTeamTexts } from './texts.ts'

export type DueQuery = ReturnType<typeof useAsk<ResultOf<typeof dueDocument>, VariablesOf<typeof dueDocument>>>

type Props = { query: DueQuery; group: Group; until: string; denied: boolean }

// DueReviews lists whose knowledge needs a review until the end of the month.
export function DueReviews({ query, group, until, denied }: Props) {
  const t = useTeamTexts()
  const words = useTexts()
  const { date, percent, nameOf } = useFormat()
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
          {({ reviewsDue }) =>
            !reviewsDue || reviewsDue.nodes.length === 0 ? (
              <p className="quiet">{t.noDue}</p>
            ) : (
              <DataTable<Due>
                caption={t.due}
                rows={reviewsDue.nodes}
                rowKey={(r) => `${r.employee.code} ${r.knowledgePoint.code}`}
                pageSize={10}
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
                  { title: t.dueDate, render: (_, r) => <DueDate due={r.due} text={date(r.due)} /> },
                ]}
                footer={() =>
                  reviewsDue.totalCount > reviewsDue.nodes.length
                    ? words.shown(reviewsDue.nodes.length, reviewsDue.totalCount)
                    : t.dueCount(reviewsDue.totalCount)
                }
              />
            )
          }
        </Answer>
      )}
    </Section>
  )
}

function DueDate({ due, text }: { due: string; text: string }) {
  const t = useTeamTexts()
  return (
    <>
      {text}
      {new Date(due) < new Date() && <span className="status status-DECAYED team-overdue">{t.overdue}</span>}
    </>
  )
}
