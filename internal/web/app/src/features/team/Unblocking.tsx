import { Button } from 'antd'
import { useState } from 'react'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { PersonLink, PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { unblockingDocument } from './documents.ts'
import type { Group } from './group.ts'
import { useTeamTexts } from './texts.ts'

const first = 3
const names = 8

// Unblocking says what to train first: the points that open the way to most.
export function Unblocking({ group, denied }: { group: Group; denied: boolean }) {
  const t = useTeamTexts()
  const words = useTexts()
  const { duration } = useFormat()
  const [all, setAll] = useState(false)
  const variables = { group, minGroup: denied ? 5 : 2 }
  const query = useAsk(unblockingDocument, variables)
  const csv: CsvTable = {
    query: unblockingDocument,
    variables,
    rows: 'unblocking.points',
    name: t.unblocking,
    columns: [
      { title: words.code, path: 'knowledgePoint.code' },
      { title: words.point, path: 'knowledgePoint.name' },
      { title: t.size, path: 'size' },
      { title: t.who, path: 'people.nodes.name' },
      { title: `${t.session} (min)`, path: 'minutes' },
    ],
  }
  return (
    <Section className="half" title={t.unblocking} note={t.unblockingNote} actions={<CsvButton {...csv} />}>
      <Answer query={query} rows={6}>
        {({ unblocking }) => {
          const points = unblocking?.points ?? []
          if (points.length === 0) return <Empty title={t.noUnblocking}>{t.noUnblockingHow}</Empty>
          return (
            <>
              <ol className="team-list">
                {(all ? points : points.slice(0, first)).map((p) => (
                  <li key={p.knowledgePoint.code} className="team-session">
                    <span className="team-session-head">
                      <PointLink point={p.knowledgePoint} />
                      <span>
                        {t.count(p.size)}
                        {p.minutes !== null && ` · ${duration(p.minutes)}`}
                      </span>
                    </span>
                    {p.people && (
                      <span className="quiet">
                        {p.people.nodes.slice(0, names).map((person, i) => (
                          <span key={person.code}>
                            {i > 0 && ' · '}
                            <PersonLink person={person} />
                          </span>
                        ))}
                        {p.size > names && ` ${t.andOthers(p.size, names)}`}
                      </span>
                    )}
                  </li>
                ))}
              </ol>
              {points.length > first && (
                <Button size="small" aria-expanded={all} onClick={() => setAll(!all)}>
                  {all ? t.showFirst : t.showAll(points.length)}
                </Button>
              )}
            </>
          )
        }}
      </Answer>
    </Section>
  )
}
