import { Select } from 'antd'
import { useState } from 'react'
import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { ChoosePosition, ChooseUnit } from '@/shared/choose/Choose.tsx'
import { useFormat } from '@/shared/format/values.ts'
import { Choice } from '@/shared/ui/Page.tsx'
import { useInsightTexts } from './texts.ts'

export type Filter = { position: string | null; competency: string | null; orgUnit: string | null }

type Props = { value: Filter; onChange: (changed: Partial<Filter>) => void }

// Filters choose which points, and whose evidence.
export function Filters({ value, onChange }: Props) {
  const t = useInsightTexts()
  return (
    <>
      <Choice label={t.position}>
        <ChoosePosition allowClear label={t.position} placeholder={t.anyPosition} value={value.position} onChange={(position) => onChange({ position })} />
      </Choice>
      <Choice label={t.competency}>
        <ChooseCompetency value={value.competency} onChange={(competency) => onChange({ competency })} />
      </Choice>
      <Choice label={t.unit}>
        <ChooseUnit allowClear label={t.unit} placeholder={t.anyUnit} value={value.orgUnit} onChange={(orgUnit) => onChange({ orgUnit })} />
      </Choice>
    </>
  )
}

const treeDocument = graphql(`query InsightCompetencies { competencyTree { depth competency { code name nameEn } } }`)

// ChooseCompetency shows the whole tree, which it asks for when somebody wants to choose.
function ChooseCompetency({ value, onChange }: { value: string | null; onChange: (code: string | null) => void }) {
  const t = useInsightTexts()
  const { nameOf } = useFormat()
  const [wanted, want] = useState(false)
  const tree = useAsk(treeDocument, {}, { enabled: wanted || value !== null, staleTime: 60_000 })
  return (
    <Select<string>
      aria-label={t.competency}
      className="choose"
      allowClear
      showSearch={{ optionFilterProp: 'name' }}
      placeholder={t.anyCompetency}
      value={value ?? undefined}
      onChange={(code) => onChange(code ?? null)}
      onOpenChange={(open) => open && want(true)}
      loading={tree.isFetching}
      popupMatchSelectWidth={false}
      options={(tree.data?.competencyTree ?? []).map(({ depth, competency }) => ({
        value: competency.code,
        label: nameOf(competency),
        name: nameOf(competency),
        depth,
      }))}
      optionRender={(option) => (
        <>
          <span aria-hidden="true">{'\u2003'.repeat(option.data.depth)}</span>
          {option.label}
        </>
      )}
    />
  )
}
