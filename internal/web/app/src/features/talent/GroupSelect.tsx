import { Select } from 'antd'
import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useMe } from '@/shared/session/me.ts'
import { useTexts } from '@/shared/ui/texts.ts'
import { type Group, groupText } from './group.ts'
import { useTalentTexts } from './texts.ts'

const unitsDocument = graphql(`query TalentUnits { orgUnits(first: 200) { nodes { code name } } }`)

// GroupSelect chooses whose people are looked at.
export function GroupSelect({ value, onChange }: { value: Group; onChange: (text: string) => void }) {
  const t = useTalentTexts()
  const words = useTexts()
  const me = useMe()
  const units = useAsk(unitsDocument, {}, { staleTime: 60_000, enabled: me.grants.length > 0 || me.employeeCode === null })
  const departments = (units.data?.orgUnits.nodes ?? []).map((u) => ({ value: groupText({ unit: u.code }), label: u.name }))
  const whole = [{ value: 'all', label: t.everyone }, ...(me.reports ? [{ value: 'line', label: t.reports }] : [])]
  return (
    <Select<string>
      aria-label={t.group}
      className="choose"
      showSearch={{ optionFilterProp: 'label' }}
      value={groupText(value)}
      onChange={onChange}
      loading={units.isFetching}
      popupMatchSelectWidth={false}
      options={departments.length > 0 ? [...whole, { label: words.unit, options: departments }] : whole}
    />
  )
}
