import { useFormat } from '@/shared/format/values.ts'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { ShareBar } from '@/shared/ui/LevelBar.tsx'
import { CompetencyLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { Gap, GapCsv } from './document.ts'
import { useGapTexts } from './texts.ts'

// CompetencyTable shows how far each competency is reached, in the order of the tree.
export function CompetencyTable({ gap, csv }: { gap: Gap; csv: GapCsv }) {
  const t = useGapTexts()
  const words = useTexts()
  const { percent } = useFormat()
  return (
    <Section
      title={t.competencies}
      actions={
        <CsvButton
          {...csv}
          rows="gapAnalysis.competencies"
          name={t.competencies}
          columns={[
            { title: words.code, path: 'competency.code' },
            { title: words.competency, path: 'competency.name' },
            { title: words.coverage, path: 'coverage' },
            { title: `${words.below} / ${words.unassessed} / ${words.decayed}`, path: 'unmet' },
            { title: t.requirements, path: 'total' },
          ]}
        />
      }
    >
      <DataTable<Gap['competencies'][number]>
        caption={t.competencies}
        rows={gap.competencies}
        rowKey={(c) => c.competency.code}
        pageSize={200}
        columns={[
          { title: words.competency, render: (_, c) => <CompetencyLink competency={c.competency} /> },
          { title: words.coverage, align: 'right', render: (_, c) => percent(c.coverage) },
          { title: '', width: '40%', render: (_, c) => <ShareBar share={c.coverage} label={words.coverage} /> },
          { title: t.met, align: 'right', render: (_, c) => `${c.total - c.unmet} / ${c.total}` },
        ]}
      />
    </Section>
  )
}
