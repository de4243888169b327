import { useFormat } from '@/shared/format/values.ts'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { LevelBar } from '@/shared/ui/LevelBar.tsx'
import { PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { Gap, GapCsv } from './document.ts'
import { useGapTexts } from './texts.ts'

const named = 2

// FoundationTable shows what must be learned first although the position does not ask for it.
export function FoundationTable({ gap, csv }: { gap: Gap; csv: GapCsv }) {
  const t = useGapTexts()
  const words = useTexts()
  const { percent, nameOf } = useFormat()
  if (gap.foundations.length === 0) return null
  return (
    <Section
      title={t.foundations}
      note={t.foundationsHow}
      actions={
        <CsvButton
          {...csv}
          rows="gapAnalysis.foundations"
          name={t.foundations}
          columns={[
            { title: words.code, path: 'knowledgePoint.code' },
            { title: words.point, path: 'knowledgePoint.name' },
            { title: t.mastered, path: 'mastery' },
            { title: t.needed, path: 'required' },
          ]}
        />
      }
    >
      <DataTable<Gap['foundations'][number]>
        caption={t.foundations}
        rows={gap.foundations}
        rowKey={(f) => f.knowledgePoint.code}
        pageSize={200}
        columns={[
          { title: words.point, render: (_, f) => <PointLink point={f.knowledgePoint} /> },
          { title: t.level, width: '30%', render: (_, f) => <LevelBar current={f.mastery} mastery={f.mastery} required={f.required} /> },
          { title: t.mastered, align: 'right', render: (_, f) => percent(f.mastery) },
          { title: t.needed, align: 'right', render: (_, f) => percent(f.required) },
          {
            title: t.neededFor,
            render: (_, f) => {
              const more = f.neededFor.length - named
              return `${f.neededFor.slice(0, named).map(nameOf).join(', ')} ${more > 0 ? t.and(more) : ''}`
            },
          },
        ]}
      />
    </Section>
  )
}
