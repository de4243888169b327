import { Button, Input } from 'antd'
import { useDeferredValue } from 'react'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'
import { useAllPages } from '@/shared/api/pages.ts'
import { ChoosePosition, ChooseUnit } from '@/shared/choose/Choose.tsx'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PersonLink, PositionLink } from '@/shared/ui/links.tsx'
import { More } from '@/shared/ui/More.tsx'
import { Page } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { PersonDrawer } from './PersonDrawer.tsx'
import { usePeopleTexts } from './texts.ts'
import '@/shared/forms/forms.css'

const peopleDocument = graphql(`query People($after: String, $text: String, $orgUnit: String, $position: String) {
  employees(first: 100, after: $after, filter: { text: $text, orgUnit: $orgUnit, position: $position }) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { code name orgUnit { code name } position { code name nameEn } manager { code name } }
  }
}`)

type Person = ResultOf<typeof peopleDocument>['employees']['nodes'][number]

// PeoplePage lists the people whose records HR keeps, and edits them in a drawer, which has an
// address of its own (?edit=CODE, ?new).
export default function PeoplePage() {
  const t = usePeopleTexts()
  const words = useTexts()
  const { nameOf } = useFormat()
  const [params, change] = useUrl()
  const text = params.get('text') ?? ''
  const filter = { text: useDeferredValue(text.trim()), orgUnit: params.get('orgUnit'), position: params.get('position') }
  const chosen = filter.text !== '' || filter.orgUnit !== null || filter.position !== null
  const people = useAllPages(peopleDocument, filter, (answer) => answer.employees)
  const add = () => change({ new: '1' }, { replace: false })
  const csv: CsvTable = {
    query: peopleDocument,
    variables: filter,
    rows: 'employees.nodes',
    name: t.title,
    columns: [
      { title: t.personCode, path: 'code' },
      { title: t.personName, path: 'name' },
      { title: words.unit, path: 'orgUnit.name' },
      { title: words.position, path: 'position.name' },
      { title: t.manager, path: 'manager.name' },
    ],
  }
  return (
    <Page
      title={t.title}
      heading={people.data && !chosen ? t.count(people.data.totalCount) : t.title}
      lead={t.lead}
      aside={
        <Button type="primary" onClick={add}>
          {t.new}
        </Button>
      }
    >
      <section className="section" aria-label={t.title}>
        <div className="filters">
          <Input.Search allowClear aria-label={t.search} placeholder={t.search} value={text} onChange={(e) => change({ text: e.target.value })} />
          <ChooseUnit label={words.unit} allowClear value={filter.orgUnit} onChange={(orgUnit) => change({ orgUnit })} />
          <ChoosePosition label={words.position} allowClear value={filter.position} onChange={(position) => change({ position })} />
          <CsvButton {...csv} />
          {chosen && people.data && <span className="quiet">{t.count(people.data.totalCount)}</span>}
        </div>
        <Answer query={people} rows={20}>
          {(list) =>
            list.nodes.length === 0 ? (
              chosen ? (
                <Empty title={t.none} action={<Button onClick={() => change({ text: null, orgUnit: null, position: null })}>{t.clear}</Button>} />
              ) : (
                <Empty
                  title={t.empty}
                  action={
                    <Button type="primary" onClick={add}>
                      {t.new}
                    </Button>
                  }
                >
                  {t.emptyHow}
                </Empty>
              )
            ) : (
              <DataTable<Person>
                caption={t.title}
                rows={list.nodes}
                rowKey={(p) => p.code}
                pageSize={Number.POSITIVE_INFINITY}
                columns={[
                  { title: t.personName, render: (_, p) => <PersonLink person={p} /> },
                  { title: t.personCode, dataIndex: 'code', className: 'code' },
                  { title: words.unit, render: (_, p) => p.orgUnit?.name ?? <span className="quiet">{t.noUnit}</span> },
                  {
                    title: words.position,
                    render: (_, p) => (p.position ? <PositionLink position={p.position} /> : <span className="quiet">{t.noPosition}</span>),
                  },
                  { title: t.manager, render: (_, p) => (p.manager ? <PersonLink person={p.manager} /> : <span className="quiet">{t.nobody}</span>) },
                  {
                    title: words.acts,
                    fixed: 'end',
                    align: 'right',
                    render: (_, p) => (
                      <Button size="small" aria-label={`${words.edit}: ${nameOf(p)}`} onClick={() => change({ edit: p.code }, { replace: false })}>
                        {words.edit}
                      </Button>
                    ),
                  },
                ]}
              />
            )
          }
        </Answer>
        <More pages={people} />
      </section>
      <PersonDrawer code={params.get('edit')} fresh={params.has('new')} onClose={() => change({ edit: null, new: null })} />
    </Page>
  )
}
