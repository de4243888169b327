import { Select } from 'antd'
import type { TadaDocumentNode } from 'gql.tada'
import { useState } from 'react'
import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { nameOf } from '@/shared/format/values.ts'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUnits } from './units.ts'

type Coded = { code: string; name: string; nameEn?: string | null }

export type ChooseProps = {
  value: string | null
  onChange: (code: string | null) => void
  label: string // for those who do not see where it stands
  chosen?: Coded | null // what value names, where the page knows: it is not asked for then
  awaited?: boolean // the page is asking for something that names it
  placeholder?: string
  allowClear?: boolean
  id?: string
  disabled?: boolean
}

const people = graphql(`query ChoosePeople($text: String, $code: [String!], $find: Boolean!, $name: Boolean!) {
  found: employees(first: 20, filter: { text: $text }) @include(if: $find) { nodes { code name } }
  chosen: employees(first: 1, filter: { codes: $code }) @include(if: $name) { nodes { code name } }
}`)
const positions = graphql(`query ChoosePositions($text: String, $code: String!, $find: Boolean!, $name: Boolean!) {
  found: positions(first: 50, filter: { text: $text }) @include(if: $find) { nodes { code name nameEn } }
  chosen: position(code: $code) @include(if: $name) { code name nameEn }
}`)

type Answered = { found?: { nodes: Coded[] } | null; chosen?: Coded | { nodes: Coded[] } | null }

function chosenOf({ chosen }: Answered): Coded | undefined {
  if (!chosen) return undefined
  return 'nodes' in chosen ? chosen.nodes[0] : chosen
}
type Asked = { text?: string | null; find: boolean; name: boolean }

type EntityProps<Variables> = ChooseProps & {
  query: TadaDocumentNode<Answered, Variables & Asked>
  naming: (code: string) => Omit<Variables, keyof Asked>
}

// ChooseEntity finds an entity as people type it: the server searches by words, pinyin and
// initials, because there may be a hundred thousand. It asks when it is opened, and for the
// name of what is chosen where the page does not know it.
function ChooseEntity<Variables>({ value, onChange, label, chosen, awaited, query, naming, ...rest }: EntityProps<Variables>) {
  const t = useTexts()
  const [text, search] = useState('')
  const [open, setOpen] = useState(false)
  const [kept, keep] = useState<Coded | null>(null) // what was chosen from the list
  const known = [chosen, kept].find((e) => e?.code === value) ?? null
  const name = value !== null && !known && !awaited
  const { data, isFetching } = useAsk(query, { text, find: open, name, ...naming(value ?? '') } as unknown as Variables & Asked, { enabled: open || name })
  const answered = data && chosenOf(data)
  const found = data?.found?.nodes ?? []
  const shown = known ?? (answered?.code === value ? answered : null)
  const all = shown && !found.some((e) => e.code === shown.code) ? [shown, ...found] : found
  return (
    <Select<string>
      aria-label={label}
      className="choose"
      showSearch={{ filterOption: false, onSearch: search }}
      value={value ?? undefined}
      onChange={(code) => {
        keep(all.find((e) => e.code === code) ?? null)
        onChange(code ?? null)
      }}
      onOpenChange={setOpen}
      loading={isFetching}
      notFoundContent={isFetching ? t.loading : t.nothingFound}
      popupMatchSelectWidth={false}
      options={all.map((e) => ({ value: e.code, label: nameOf(e), code: e.code }))}
      optionRender={(option) => (
        <>
          <span>{option.label}</span> <span className="code">{option.data.code}</span>
        </>
      )}
      {...rest}
    />
  )
}

export function ChoosePerson(props: ChooseProps) {
  const t = useTexts()
  return <ChooseEntity placeholder={t.choosePerson} {...props} query={people} naming={(code) => ({ code: [code] })} />
}

export function ChoosePosition(props: ChooseProps) {
  const t = useTexts()
  return <ChooseEntity placeholder={t.choosePosition} {...props} query={positions} naming={(code) => ({ code })} />
}

export function ChooseUnit({ value, onChange, label, chosen, awaited, ...rest }: ChooseProps) {
  const t = useTexts()
  const [open, setOpen] = useState(false)
  const known = chosen?.code === value ? chosen : null
  const { data, isFetching } = useUnits(open || (value !== null && !known && !awaited))
  const all = data ?? (known ? [known] : [])
  return (
    <Select<string>
      aria-label={label}
      className="choose"
      showSearch={{ optionFilterProp: 'label' }}
      value={value ?? undefined}
      onChange={(code) => onChange(code ?? null)}
      onOpenChange={setOpen}
      placeholder={t.chooseUnit}
      loading={isFetching}
      popupMatchSelectWidth={false}
      options={all.map((u) => ({ value: u.code, label: u.name }))}
      {...rest}
    />
  )
}
