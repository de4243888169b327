import type { Group } from '@/shared/choose/group.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { Cut } from '@/shared/ui/Cut.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PersonLink, PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { DueQuery } from './DueReviews.tsx'
import { type Risk, risksTable } from './documents.ts'
import { useTeamTexts } from './texts.ts'

// Risks lists what one person's leaving would cost.
export function Risks({ query, group, denied }: { query: DueQuery; group: Group; denied: boolean }) {
  const t = useTeamTexts()
  const words = useTexts()
  const { percent, number, nameOf } = useFormat()
  const classes: Record<string, string> = { NONE: t.NONE, SINGLE: t.SINGLE }
  const columns = [
    { title: words.code, path: 'knowledgePoint.code' },
    { title: words.point, path: 'knowledgePoint.name' },
    { title: t.atLevel, path: 'level' },
    { title: t.riskClass, path: 'class', texts: classes },
    { title: words.person, path: 'people.nodes.name' },
    { title: t.affected, path: 'affected' },
  ]
  const holder = (risk: Risk) => {
    const person = risk.class === 'SINGLE' && risk.people?.nodes[0]
    return person ? <PersonLink person={person} /> : risk.class === 'NONE' ? <strong>{t.NONE}</strong> : t.SINGLE
  }
  return (
    <Section
      className="half"
      title={t.risks}
      note={denied ? `${t.risksNote} ${t.risksWithheld}` : t.risksNote}
      actions={<CsvButton query={risksTable} variables={{ group, named: !denied }} rows="risks.nodes" columns={columns} name={t.risks} />}
    >
      <Answer query={query}>
        {({ risks }) =>
          !risks || risks.nodes.length === 0 ? (
            <p className="quiet">{t.noRisks}</p>
          ) : (
            <DataTable<Risk>
              caption={t.risks}
              rows={risks.nodes}
              rowKey={(r) => `${r.knowledgePoint.code} ${r.level}`}
              pageSize={10}
              columns={[
                {
                  title: words.point,
                  render: (_, r) => (
                    <Cut text={nameOf(r.knowledgePoint)}>
                      <PointLink point={r.knowledgePoint} />
                    </Cut>
                  ),
                },
                { title: t.atLevel, align: 'right', responsive: ['sm'], render: (_, r) => percent(r.level) },
                { title: t.riskClass, render: (_, r) => holder(r) },
                { title: t.affected, align: 'right', render: (_, r) => number(r.affected) },
              ]}
              footer={() => (risks.totalCount > risks.nodes.length ? words.shown(risks.nodes.length, risks.totalCount) : t.risksCount(risks.totalCount))}
            />
          )
        }
      </Answer>
    </Section>
  )
}
