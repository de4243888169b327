import { Select } from 'antd'
import type { TadaDocumentNode } from 'gql.tada'
import { useState } from 'react'
import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { nameOf } from '@/shared/format/values.ts'
import { useTexts } from '@/shared/ui/texts.ts'

type Coded = { code: string; name: string; nameEn?: string | null }

export type ChooseProps = {
  value: string | null
  onChange: (code: string | null) => void
  label: string // for those who do not see where it stands
  placeholder?: string
  allowClear?: boolean
  id?: string
  disabled?: boolean
}

const people = graphql(`query ChoosePeople($text: String, $code: [String!]) {
  found: employees(first: 20, filter: { text: $text }) { nodes { code name } }
  chosen: employees(first: 20, filter: { codes: $code }) { nodes { code name } }
}`)
const positions = graphql(`query ChoosePositions($text: String) {
  found: positions(first: 50, filter: { text: $text }) { nodes { code name nameEn } }
}`)
const position = graphql(`query ChosenPosition($code: String!) { chosen: position(code: $code) { code name nameEn } }`)
const points = graphql(`query ChoosePoints($text: String) {
  found: knowledgePoints(first: 20, filter: { text: $text }) { nodes { code name nameEn } }
}`)
const point = graphql(`query ChosenPoint($code: String!) { chosen: knowledgePoint(code: $code) { code name nameEn } }`)
const units = graphql(`query ChooseUnits { found: orgUnits(first: 200) { nodes { code name parent { code } } } }`)

type Found = { found: { nodes: Coded[] } }

// ChooseEntity finds an entity as people type it: the server searches by words, pinyin and
// initials, because there may be a hundred thousand.
function ChooseEntity({
  value,
  onChange,
  label,
  placeholder,
  allowClear,
  found,
  chosen,
  search,
  busy,
  id,
  disabled,
}: ChooseProps & { found: Coded[]; chosen: Coded | null; search: (text: string) => void; busy: boolean }) {
  const t = useTexts()
  const all = chosen && !found.some((e) => e.code === chosen.code) ? [chosen, ...found] : found
  return (
    <Select<string>
      id={id}
      disabled={disabled}
      aria-label={label}
      className="choose"
      showSearch={{ filterOption: false, onSearch: search }}
      value={value ?? undefined}
      onChange={(code) => onChange(code ?? null)}
      placeholder={placeholder}
      allowClear={allowClear}
      loading={busy}
      notFoundContent={t.nothingFound}
      popupMatchSelectWidth={false}
      options={all.map((e) => ({ value: e.code, label: nameOf(e), code: e.code }))}
      optionRender={(option) => (
        <>
          <span>{option.label}</span> <span className="code">{option.data.code}</span>
        </>
      )}
    />
  )
}

export function ChoosePerson(props: ChooseProps) {
  const t = useTexts()
  const [text, search] = useState('')
  const { data, isFetching } = useAsk(people, { text, code: props.value ? [props.value] : [] })
  return (
    <ChooseEntity
      placeholder={t.choosePerson}
      {...props}
      found={data?.found.nodes ?? []}
      chosen={data?.chosen.nodes.find((e) => e.code === props.value) ?? null}
      search={search}
      busy={isFetching}
    />
  )
}

function useChosen<Variables extends { code: string }>(query: TadaDocumentNode<{ chosen: Coded | null }, Variables>, code: string | null): Coded | null {
  const { data } = useAsk(query, { code: code ?? '' } as Variables, { enabled: code !== null })
  return data?.chosen?.code === code ? data.chosen : null
}

export function ChoosePosition(props: ChooseProps) {
  const t = useTexts()
  const [text, search] = useState('')
  const { data, isFetching } = useAsk<Found, { text?: string | null }>(positions, { text })
  return (
    <ChooseEntity
      placeholder={t.choosePosition}
      {...props}
      found={data?.found.nodes ?? []}
      chosen={useChosen(position, props.value)}
      search={search}
      busy={isFetching}
    />
  )
}

export function ChoosePoint(props: ChooseProps) {
  const t = useTexts()
  const [text, search] = useState('')
  const { data, isFetching } = useAsk<Found, { text?: string | null }>(points, { text })
  return (
    <ChooseEntity
      placeholder={t.choosePoint}
      {...props}
      found={data?.found.nodes ?? []}
      chosen={useChosen(point, props.value)}
      search={search}
      busy={isFetching}
    />
  )
}

export function ChooseUnit(props: ChooseProps) {
  const t = useTexts()
  const { data, isFetching } = useAsk(units, {}, { staleTime: 60_000 })
  return (
    <Select<string>
      id={props.id}
      disabled={props.disabled}
      aria-label={props.label}
      className="choose"
      showSearch={{ optionFilterProp: 'label' }}
      value={props.value ?? undefined}
      onChange={(code) => props.onChange(code ?? null)}
      placeholder={props.placeholder ?? t.chooseUnit}
      allowClear={props.allowClear}
      loading={isFetching}
      popupMatchSelectWidth={false}
      options={(data?.found.nodes ?? []).map((u) => ({ value: u.code, label: u.name }))}
    />
  )
}
