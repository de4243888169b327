import { Select } from 'antd'
import { useState } from 'react'
import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { useTexts } from '@/shared/ui/texts.ts'

const positionsDocument = graphql(`query ChooseTargets($text: String) {
  positions(first: 50, filter: { text: $text }) { nodes { code name nameEn } }
}`)

type Coded = { code: string; name: string; nameEn?: string | null }
type Props = { value?: string[]; onChange?: (codes: string[]) => void; id?: string; known: readonly Coded[] }

// ChooseTargets chooses several positions, in the order in which they are chosen. Known are
// those that were chosen before.
export function ChooseTargets({ value, onChange, id, known }: Props) {
  const words = useTexts()
  const { nameOf } = useFormat()
  const [text, search] = useState('')
  const [seen, setSeen] = useState<readonly Coded[]>(known)
  const { data, isFetching } = useAsk(positionsDocument, { text })
  const found = data?.positions.nodes ?? []
  const all = [...found, ...seen.filter((s) => !found.some((f) => f.code === s.code))]
  return (
    <Select<string[]>
      id={id}
      mode="multiple"
      allowClear
      showSearch={{ filterOption: false, onSearch: search }}
      value={value}
      onChange={(codes) => {
        setSeen(all.filter((p) => codes.includes(p.code)))
        onChange?.(codes)
      }}
      loading={isFetching}
      notFoundContent={words.nothingFound}
      placeholder={words.choosePosition}
      options={all.filter((p) => found.some((f) => f.code === p.code) || value?.includes(p.code)).map((p) => ({ value: p.code, label: nameOf(p) }))}
    />
  )
}
