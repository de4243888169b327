import { Select } from 'antd'
import { useState } from 'react'
import { useMe } from '@/shared/session/me.ts'
import { useTexts } from '@/shared/ui/texts.ts'
import { askableUnits, formatGroup, type Group } from './group.ts'
import { useGroupTexts } from './texts.ts'
import { useUnits } from './units.ts'
import './group.css'

type Props = {
  label: string // for those who do not see where it stands
  value: Group
  onChange: (group: string) => void
  unit?: { code: string; name: string } | null // the department that value names, where the page knows its name
  awaited?: boolean // the page is asking for something that names it
}

// ChooseGroup chooses whose people are looked at: everyone, the own line, or a department that
// one may ask about.
export function ChooseGroup({ label, value, onChange, unit, awaited }: Props) {
  const t = useGroupTexts()
  const words = useTexts()
  const me = useMe()
  const [opened, setOpened] = useState(false)
  const known = value?.orgUnit !== undefined && unit?.code === value.orgUnit
  const units = useUnits(opened || (value?.orgUnit !== undefined && !known && !awaited))
  const departments = askableUnits(units.data ?? [], me).map((u) => ({
    value: `unit:${u.code}`,
    label: u.name,
    className: `group-unit-${Math.min(u.depth, 4)}`,
  }))
  const people = [{ value: 'all', label: words.firm }]
  if (me.reports && me.employeeCode) people.push({ value: `line:${me.employeeCode}`, label: t.myLine })
  const text = formatGroup(value)
  const other = value?.line ? t.line(value.line) : value?.incumbentsOf ? t.holders(value.incumbentsOf) : known ? unit.name : value?.orgUnit
  if (other && ![...people, ...departments].some((o) => o.value === text)) people.push({ value: text, label: other })
  return (
    <Select<string>
      aria-label={label}
      className="choose"
      value={text}
      onChange={onChange}
      onOpenChange={(open) => open && setOpened(true)}
      loading={units.isFetching}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      options={[{ label: t.people, options: people }, ...(departments.length > 0 ? [{ label: t.units, options: departments }] : [])]}
    />
  )
}
