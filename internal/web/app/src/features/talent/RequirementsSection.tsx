import { Segmented } from 'antd'
import { useFormat } from '@/shared/format/values.ts'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { RequiredLevel, type Scale } from '@/shared/ui/RequiredLevel.tsx'
import { CriticalMark } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import type { Distance } from './ComparePositionsView.tsx'
import { distanceDocument } from './documents.ts'
import { type ComparedRequirement, compareRequirements, type Kind } from './requirements.ts'
import { useTalentTexts } from './texts.ts'

const shown = { all: null, onlyTo: ['onlyTo'], differs: ['higher', 'lower'], same: ['same'], onlyFrom: ['onlyFrom'] } as const
const signs: Record<Kind, string> = { onlyTo: '+', higher: '↑', lower: '↓', same: '=', onlyFrom: '−' }

// RequirementsSection shows what two positions require side by side.
export function RequirementsSection({ distance: { from, to }, scale }: { distance: Distance; scale: Scale }) {
  const t = useTalentTexts()
  const words = useTexts()
  const { nameOf } = useFormat()
  const [params, choose] = useUrl()
  const rows = compareRequirements(from.requiredPoints, to.requiredPoints)
  const filters = Object.keys(shown) as (keyof typeof shown)[]
  const filter = filters.find((f) => f === params.get('show')) ?? 'all'
  const matching = (f: keyof typeof shown) => rows.filter((row) => (shown[f] as readonly Kind[] | null)?.includes(row.kind) ?? true)
  const labels = { all: t.all, onlyTo: t.only(nameOf(to)), differs: t.differs, same: t.same, onlyFrom: t.only(nameOf(from)) }
  const level = (r: ComparedRequirement['from']) =>
    r ? (
      <span className="talent-level">
        <RequiredLevel level={r.level} scale={scale} />
        {r.critical && <CriticalMark />}
      </span>
    ) : (
      <span className="quiet">–</span>
    )
  return (
    <Section
      title={t.requirements}
      actions={
        <CsvButton
          query={distanceDocument}
          variables={{ from: from.code, to: to.code }}
          rows="there.from.requiredPoints,there.to.requiredPoints"
          joinBy="knowledgePoint.code"
          name={`${t.requirements} ${from.code} ${to.code}`}
          columns={[
            { title: words.code, path: '0.knowledgePoint.code' },
            { title: words.point, path: '0.knowledgePoint.name' },
            ...[from, to].flatMap((position, i) => [
              { title: `${nameOf(position)} · ${words.required}`, path: `${i + 1}.level` },
              { title: `${nameOf(position)} · ${words.critical}`, path: `${i + 1}.critical`, texts: { true: words.yes, false: words.no } },
            ]),
          ]}
        />
      }
    >
      <div className="talent-filter">
        <Segmented
          aria-label={t.show}
          value={filter}
          onChange={(value) => choose({ show: value === 'all' ? null : value })}
          options={filters.map((f) => ({ value: f, label: `${labels[f]} ${matching(f).length}` }))}
        />
      </div>
      <DataTable<ComparedRequirement>
        caption={t.requirements}
        rows={matching(filter)}
        rowKey={(row) => row.knowledgePoint.code}
        locale={{ emptyText: t.nothingHere }}
        columns={[
          { title: words.point, render: (_, row) => <PointLink point={row.knowledgePoint} /> },
          { title: t.compared, render: (_, row) => `${signs[row.kind]} ${t[row.kind]}` },
          { title: nameOf(from), render: (_, row) => level(row.from) },
          { title: nameOf(to), render: (_, row) => level(row.to) },
        ]}
      />
    </Section>
  )
}
