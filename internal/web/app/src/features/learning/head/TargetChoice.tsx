import { App, Button, Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { graphql } from '@/shared/api/graphql.ts'
import { useAct, useAsk } from '@/shared/api/hooks.ts'
import { nameOf, useFormat } from '@/shared/format/values.ts'
import { useFaultTexts } from '@/shared/ui/Answer.tsx'
import { Choice } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { Learner } from '../documents.ts'
import { useLearningTexts } from '../texts.ts'

type Position = { code: string; name: string; nameEn: string | null }

const positionsDocument = graphql(`query LearningPositions($text: String) {
  positions(first: 50, filter: { text: $text }) { nodes { code name nameEn } }
}`)
const targetsMutation = graphql(`mutation SetTargets($employee: String!, $targets: [String!]!) {
  assignPosition(input: { employee: $employee, targets: $targets }) { userErrors { field message code } }
}`)

type Props = {
  learner: Learner
  own: boolean
  value: string | null
  name?: Position // of what is chosen, where it is known already
  onChange: (code: string) => void
}

// TargetChoice offers the own targets and the position held first, and finds any other.
export function TargetChoice({ learner, own, value, name, onChange }: Props) {
  const t = useLearningTexts()
  const words = useTexts()
  const [open, setOpen] = useState(false)
  const [text, search] = useState('')
  const asked = useDeferredValue(text)
  const targets = learner.targets ?? []
  const held = learner.position && !targets.some((p) => p.code === learner.position?.code) ? [learner.position] : []
  const near = [...targets, ...held]
  const { data, isFetching } = useAsk(positionsDocument, { text: asked }, { enabled: open })
  const found = (data?.positions.nodes ?? []).filter((p) => !near.some((n) => n.code === p.code))
  if (name && name.code === value && ![...near, ...found].some((p) => p.code === value)) found.unshift(name)
  const option = (p: Position) => ({ value: p.code, label: nameOf(p) })
  const matching = (list: readonly Position[]) => list.filter((p) => asked === '' || `${nameOf(p)} ${p.code}`.toLowerCase().includes(asked.toLowerCase()))
  const group = (label: string, list: readonly Position[]) => ({ label, title: label, options: list.map(option) })
  return (
    <Choice label={t.target}>
      <Select<string>
        aria-label={t.target}
        className="choose"
        showSearch={{ filterOption: false, onSearch: search }}
        value={value ?? undefined}
        placeholder={words.choosePosition}
        onOpenChange={setOpen}
        onChange={onChange}
        loading={isFetching}
        notFoundContent={words.nothingFound}
        popupMatchSelectWidth={false}
        options={[group(own ? t.targets : t.theirTargets, matching(targets)), group(t.held, matching(held)), group(t.others, found)].filter(
          (g) => g.options.length > 0,
        )}
      />
    </Choice>
  )
}

// TargetSwitch makes a position the first of the own targets, or none of them.
export function TargetSwitch({ learner, position, name }: { learner: Learner; position: string; name: Position | undefined }) {
  const t = useLearningTexts()
  const format = useFormat()
  const { message } = App.useApp()
  const faultText = useFaultTexts()
  const act = useAct(targetsMutation)
  const others = (learner.targets ?? []).map((p) => p.code).filter((code) => code !== position)
  const aimed = (learner.targets ?? []).some((p) => p.code === position)
  const change = () =>
    act.mutate(
      { employee: learner.code, targets: aimed ? others : [position, ...others] },
      {
        onSuccess: () => void message.success((aimed ? t.targetDropped : t.targetSet)(name ? format.nameOf(name) : position)),
        onError: (error) => void message.error(faultText(error)),
      },
    )
  return (
    <Button size="small" loading={act.isPending} onClick={change} className="no-print">
      {aimed ? t.dropTarget : t.setTarget}
    </Button>
  )
}
