import { Select } from 'antd'
import { useState } from 'react'
import { useAsk } from '@/shared/api/hooks.ts'
import { ChoosePosition, ChooseUnit } from '@/shared/choose/Choose.tsx'
import { useFormat } from '@/shared/format/values.ts'
import { Choice } from '@/shared/ui/Page.tsx'
import { type Choice as Chosen, choiceDocument, treeDocument } from './documents.ts'
import { useInsightTexts } from './texts.ts'

export type Filter = { position: string | null; competency: string | null; orgUnit: string | null }

type Props = { value: Filter; onChange: (changed: Partial<Filter>) => void }

// Filters choose which points, and whose evidence.
export function Filters({ value, onChange }: Props) {
  const t = useInsightTexts()
  const { position, competency, orgUnit } = value
  const [hasPosition, hasCompetency, hasUnit] = [position !== null, competency !== null, orgUnit !== null]
  const names = useAsk(
    choiceDocument,
    { position: position ?? '', competency: competency ?? '', unit: orgUnit ?? '', hasPosition, hasCompetency, hasUnit },
    { enabled: hasPosition || hasCompetency || hasUnit },
  )
  const awaited = names.isFetching
  return (
    <>
      <Choice label={t.position}>
        <ChoosePosition
          allowClear
          label={t.position}
          placeholder={t.anyPosition}
          value={position}
          chosen={names.data?.position}
          awaited={awaited}
          onChange={(position) => onChange({ position })}
        />
      </Choice>
      <Choice label={t.competency}>
        <ChooseCompetency value={competency} chosen={names.data?.competency} onChange={(competency) => onChange({ competency })} />
      </Choice>
      <Choice label={t.unit}>
        <ChooseUnit
          allowClear
          label={t.unit}
          placeholder={t.anyUnit}
          value={orgUnit}
          chosen={names.data?.orgUnit}
          awaited={awaited}
          onChange={(orgUnit) => onChange({ orgUnit })}
        />
      </Choice>
    </>
  )
}

type CompetencyProps = { value: string | null; chosen?: Chosen['competency']; onChange: (code: string | null) => void }

// ChooseCompetency shows the whole tree, which it asks for when it is opened.
function ChooseCompetency({ value, chosen, onChange }: CompetencyProps) {
  const t = useInsightTexts()
  const { nameOf } = useFormat()
  const [wanted, want] = useState(false)
  const tree = useAsk(treeDocument, {}, { enabled: wanted, staleTime: 60_000 })
  const options = tree.data?.competencyTree ?? (chosen ? [{ depth: 0, competency: chosen }] : [])
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
      options={options.map(({ depth, competency }) => ({
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
