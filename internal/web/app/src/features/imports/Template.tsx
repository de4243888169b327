import { Button, Select } from 'antd'
import { useState } from 'react'
import { base } from '@/shared/api/ask.ts'
import { currentLanguage } from '@/shared/format/language.ts'
import { Section } from '@/shared/ui/Page.tsx'
import { useImportTexts } from './texts.ts'
import { useTableWords } from './words.ts'

const tables = ['competencies', 'knowledge_points', 'prerequisites', 'related', 'positions', 'requirements', 'resources', 'levels'] as const

// Template offers a workbook to fill in.
export function Template() {
  const t = useImportTexts()
  const words = useTableWords()
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
        options={tables.map((value) => ({ value, label: words[value] }))}
      />
      <Button href={`${base}template.xlsx?${query}`} download>
        {t.download}
      </Button>
    </Section>
  )
}
