import { Select } from 'antd'
import { useState } from 'react'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { useTexts } from '@/shared/ui/texts.ts'
import { recordPointsDocument } from './documents.ts'
import { useRecordTexts } from './texts.ts'

type Chosen = { value: string; label: React.ReactNode }
type Props = { id?: string; value?: Chosen[]; onChange?: (points: Chosen[]) => void; one: boolean }

// PointsSelect finds one or several knowledge points as people type them.
export function PointsSelect({ id, value = [], onChange, one }: Props) {
  const t = useRecordTexts()
  const words = useTexts()
  const { nameOf } = useFormat()
  const [text, search] = useState('')
  const [asked, setAsked] = useState(false)
  const { data, isFetching } = useAsk(recordPointsDocument, { text }, { enabled: asked })
  return (
    <Select<Chosen[]>
      id={id}
      mode="multiple"
      labelInValue
      aria-label={t.points}
      placeholder={t.findPoints}
      value={value}
      maxCount={one ? 1 : undefined}
      showSearch={{ filterOption: false, onSearch: search }}
      onOpenChange={(open) => open && setAsked(true)}
      onChange={(points) => onChange?.(points.map(({ value, label }) => ({ value, label })))}
      loading={isFetching}
      notFoundContent={isFetching ? null : words.nothingFound}
      options={(data?.knowledgePoints.nodes ?? []).map((p) => ({ value: p.code, label: nameOf(p) }))}
      optionRender={(option) => (
        <>
          <span>{option.label}</span> <span className="code">{option.value}</span>
        </>
      )}
    />
  )
}
