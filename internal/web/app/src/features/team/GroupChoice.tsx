import { Select } from 'antd'
import { useAsk } from '@/shared/api/hooks.ts'
import { useMe } from '@/shared/session/me.ts'
import { unitsDocument } from './documents.ts'
import { askableUnits, formatGroup, type Group } from './group.ts'
import { useTeamTexts } from './texts.ts'

type Props = { group: Group; onChange: (group: string) => void }

// GroupChoice chooses whose gaps: everyone, the own line, or a department that one may ask about.
export function GroupChoice({ group, onChange }: Props) {
  const t = useTeamTexts()
  const me = useMe()
  const { data } = useAsk(unitsDocument, {}, { staleTime: 600_000 })
  const value = formatGroup(group)
  const units = askableUnits(data?.orgUnits.nodes ?? [], me).map((u) => ({
    value: `unit:${u.code}`,
    label: u.name,
    className: `team-unit-${Math.min(u.depth, 4)}`,
  }))
  const people = [{ value: 'all', label: t.all }]
  if (me.reports && me.employeeCode) people.push({ value: `line:${me.employeeCode}`, label: t.myLine })
  if (group && !people.some((o) => o.value === value) && !units.some((o) => o.value === value)) people.push({ value, label: otherGroup(t, group) })
  return (
    <Select<string>
      aria-label={t.group}
      className="choose"
      value={value}
      onChange={onChange}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      options={[{ label: t.lines, options: people }, ...(units.length > 0 ? [{ label: t.units, options: units }] : [])]}
    />
  )
}

function otherGroup(t: ReturnType<typeof useTeamTexts>, group: NonNullable<Group>): string {
  if (group.line) return t.line(group.line)
  return group.incumbentsOf ? t.holders(group.incumbentsOf) : (group.orgUnit ?? '')
}
