import { Button } from 'antd'
import { useState } from 'react'
import type { ResultOf } from '@/shared/api/graphql.ts'
import { useAsk, useCancel } from '@/shared/api/hooks.ts'
import type { Group } from '@/shared/choose/group.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { LongAnswer } from '@/shared/ui/LongAnswer.tsx'
import { PersonLink, PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { unblockingDocument } from './documents.ts'
import { useTeamTexts } from './texts.ts'

const first = 3
const names = 3

// Unblocking says what to train first: the points that open the way to most.
export function Unblocking({ group, denied }: { group: Group; denied: boolean }) {
  const t = useTeamTexts()
  const words = useTexts()
  const [all, setAll] = useState(false)
  const variables = { group, minGroup: denied ? 5 : 2 }
  const query = useAsk(unblockingDocument, variables)
  const cancel = useCancel(unblockingDocument)
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
      <LongAnswer query={query} rows={6} cancel={cancel}>
        {({ unblocking }) => {
          const points = unblocking?.points ?? []
          if (points.length === 0) return <Empty title={t.noUnblocking}>{t.noUnblockingHow}</Empty>
          return (
            <>
              <ol className="team-list">
                {(all ? points : points.slice(0, first)).map((p) => (
                  <Session key={p.knowledgePoint.code} point={p} />
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
      </LongAnswer>
    </Section>
  )
}

type Point = NonNullable<ResultOf<typeof unblockingDocument>['unblocking']>['points'][number]

// Session is one point, whom it helps, and how long one session for all of them takes.
function Session({ point }: { point: Point }) {
  const t = useTeamTexts()
  const { duration } = useFormat()
  const [all, setAll] = useState(false)
  const people = point.people?.nodes ?? []
  return (
    <li className="team-session">
      <span className="team-session-head">
        <PointLink point={point.knowledgePoint} />
        <span>
          {people.length > names ? (
            <Button type="link" size="small" aria-expanded={all} onClick={() => setAll(!all)}>
              {t.count(point.size)}
            </Button>
          ) : (
            t.count(point.size)
          )}
          {point.minutes !== null && ` · ${duration(point.minutes)}`}
        </span>
      </span>
      {people.length > 0 && (
        <span className="quiet">
          {(all ? people : people.slice(0, names)).map((person, i) => (
            <span key={person.code}>
              {i > 0 && ' · '}
              <PersonLink person={person} />
            </span>
          ))}
          {point.size > (all ? people.length : names) && ` ${t.andOthers(point.size, all ? people.length : names)}`}
        </span>
      )}
    </li>
  )
}
