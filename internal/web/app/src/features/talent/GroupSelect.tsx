import { Select } from 'antd'
import { useState } from 'react'
import { useUnits } from '@/shared/choose/units.ts'
import { useMe } from '@/shared/session/me.ts'
import { useTexts } from '@/shared/ui/texts.ts'
import { type Group, groupText } from './group.ts'
import { useTalentTexts } from './texts.ts'

// GroupSelect chooses whose people are looked at.
export function GroupSelect({ value, onChange }: { value: Group; onChange: (text: string) => void }) {
  const t = useTalentTexts()
  const words = useTexts()
  const me = useMe()
  const [opened, setOpened] = useState(false)
  const units = useUnits((opened || typeof value !== 'string') && (me.grants.length > 0 || me.employeeCode === null))
  const departments = (units.data ?? []).map((u) => ({ value: groupText({ unit: u.code }), label: u.name }))
  const whole = [{ value: 'all', label: t.everyone }, ...(me.reports ? [{ value: 'line', label: t.reports }] : [])]
  return (
    <Select<string>
      aria-label={t.group}
      className="choose"
      showSearch={{ optionFilterProp: 'label' }}
      value={groupText(value)}
      onChange={onChange}
      onOpenChange={(open) => open && setOpened(true)}
      loading={units.isFetching}
      popupMatchSelectWidth={false}
      options={departments.length > 0 ? [...whole, { label: words.unit, options: departments }] : whole}
    />
  )
}
