import { Button, Select } from 'antd'
import { useState } from 'react'
import { base } from '@/shared/api/ask.ts'
import { currentLanguage } from '@/shared/format/language.ts'
import { may, useMe } from '@/shared/session/me.ts'
import { Section } from '@/shared/ui/Page.tsx'
import { useImportTexts } from './texts.ts'
import { useTableWords } from './words.ts'

const tables = [
  ...(['competencies', 'knowledge_points', 'prerequisites', 'related'] as const).map((name) => ({ name, action: 'EDIT_CATALOG' as const })),
  ...(['positions', 'requirements'] as const).map((name) => ({ name, action: 'EDIT_POSITION' as const })),
  { name: 'resources', action: 'EDIT_RESOURCE' },
  { name: 'levels', action: 'EDIT_CATALOG' },
  ...(['org_units', 'employees'] as const).map((name) => ({ name, action: 'EDIT_PEOPLE' as const })),
  { name: 'mastery', action: 'ASSESS' },
  { name: 'evidence', action: 'RECORD' },
] as const

// Template offers a workbook to fill in.
export function Template() {
  const t = useImportTexts()
  const words = useTableWords()
  const me = useMe()
  const [chosen, setChosen] = useState<string[]>([])
  const query = new URLSearchParams({ lang: currentLanguage() })
  if (chosen.length > 0) query.set('tables', chosen.join(','))
  return (
    <Section title={t.template} className="narrow">
      <p className="quiet">{t.templateHow}</p>
      <Select
        className="template-tables"
        mode="multiple"
        allowClear
        aria-label={t.templateFor}
        placeholder={t.templateAll}
        value={chosen}
        onChange={setChosen}
        options={tables.filter(({ action }) => may(me, action)).map(({ name }) => ({ value: name, label: words[name] }))}
      />
      <Button href={`${base}template.xlsx?${query}`} download>
        {t.download}
      </Button>
    </Section>
  )
}
