import { Button } from 'antd'
import { Link } from 'wouter'
import { useAllPages } from '@/shared/api/pages.ts'
import { useFormat } from '@/shared/format/values.ts'
import { leadsPeople, useMe } from '@/shared/session/me.ts'
import { listsEverybody, listsOthers } from '@/shared/session/people.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PersonLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { type Incumbent, type Position, peopleDocument } from './documents.ts'
import { usePositionTexts } from './texts.ts'

// PeoplePart lists who holds a position, as far as the viewer may list people.
export function PeoplePart({ position }: { position: Position }) {
  const t = usePositionTexts()
  const me = useMe()
  return (
    <Section title={t.tabPeople} note={listsOthers(me) && !listsEverybody(me) ? t.peopleNote : undefined}>
      {listsOthers(me) ? <People position={position} /> : <Empty title={t.peopleDenied} />}
    </Section>
  )
}

function People({ position }: { position: Position }) {
  const t = usePositionTexts()
  const words = useTexts()
  const me = useMe()
  const { nameOf } = useFormat()
  const people = useAllPages(peopleDocument, { code: position.code }, (answer) => answer.position?.incumbents ?? null)
  return (
    <Answer query={people}>
      {(list) =>
        list.first?.position?.incumbents === null ? (
          <Empty title={t.peopleDenied} />
        ) : list.nodes.length === 0 ? (
          <Empty
            title={t.noPeople}
            action={leadsPeople(me) && <Link href={`/talent?${new URLSearchParams({ position: position.code })}`}>{t.noPeopleHow}</Link>}
          />
        ) : (
          <>
            <DataTable<Incumbent>
              caption={t.tabPeople}
              rows={list.nodes}
              rowKey={(p) => p.code}
              csv={{
                query: peopleDocument,
                variables: { code: position.code },
                rows: 'position.incumbents.nodes',
                name: `${nameOf(position)} ${t.tabPeople}`,
                columns: [
                  { title: words.code, path: 'code' },
                  { title: words.person, path: 'name' },
                  { title: words.unit, path: 'orgUnit.name' },
                ],
              }}
              columns={[
                { title: words.person, render: (_, p) => <PersonLink person={p} /> },
                { title: words.code, dataIndex: 'code', className: 'code' },
                { title: words.unit, render: (_, p) => p.orgUnit?.name },
              ]}
            />
            {list.hasMore && <Button onClick={() => void people.loadMore()}>{words.more}</Button>}
          </>
        )
      }
    </Answer>
  )
}
