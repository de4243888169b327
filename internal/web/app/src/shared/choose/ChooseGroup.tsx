import { Select } from 'antd'
import { useState } from 'react'
import { useUnits } from '@/shared/choose/units.ts'
import { useMe } from '@/shared/session/me.ts'
import { askableUnits, formatGroup, type Group } from './group.ts'
import { useTeamTexts } from './texts.ts'

type Props = { group: Group; onChange: (group: string) => void }

// GroupChoice chooses whose gaps: everyone, the own line, or a department that one may ask about.
export function GroupChoice({ group, onChange }: Props) {
  const t = useTeamTexts()
  const me = useMe()
  const [opened, setOpened] = useState(false)
  const units = useUnits(opened || group?.orgUnit !== undefined)
  const value = formatGroup(group)
  const departments = askableUnits(units.data ?? [], me).map((u) => ({
    value: `unit:${u.code}`,
    label: u.name,
    className: `team-unit-${Math.min(u.depth, 4)}`,
  }))
  const people = [{ value: 'all', label: t.all }]
  if (me.reports && me.employeeCode) people.push({ value: `line:${me.employeeCode}`, label: t.myLine })
  if (group && !people.some((o) => o.value === value) && !departments.some((o) => o.value === value)) people.push({ value, label: otherGroup(t, group) })
  return (
    <Select<string>
      aria-label={t.group}
      className="choose"
      value={value}
      onChange={onChange}
      onOpenChange={(open) => open && setOpened(true)}
      loading={units.isFetching}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      options={[{ label: t.lines, options: people }, ...(departments.length > 0 ? [{ label: t.units, options: departments }] : [])]}
    />
  )
}

function otherGroup(t: ReturnType<typeof useTeamTexts>, group: NonNullable<Group>): string {
  if (group.line) return t.line(group.line)
  return group.incumbentsOf ? t.holders(group.incumbentsOf) : (group.orgUnit ?? '')
}
