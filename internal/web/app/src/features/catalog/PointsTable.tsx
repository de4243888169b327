import { useFormat } from '@/shared/format/values.ts'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { Cut } from '@/shared/ui/Cut.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { CompetencyLink, PointLink } from '@/shared/ui/links.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { ListedPoint } from './documents.ts'
import { useCatalogTexts } from './texts.ts'

type PointsCsv = Omit<CsvTable, 'columns'>

// usePointsCsv says how the server writes a list of points.
export function usePointsCsv(csv: PointsCsv): CsvTable {
  const t = useCatalogTexts()
  const words = useTexts()
  return {
    ...csv,
    columns: [
      { title: words.code, path: 'code' },
      { title: words.name, path: 'name' },
      { title: words.competency, path: 'competency.name' },
      { title: t.kind, path: 'kind', texts: { KNOWLEDGE: t.knowledge, SKILL: t.skill } },
      { title: words.minutes, path: 'minutes' },
      { title: t.depth, path: 'depth' },
    ],
  }
}

type Props = { caption: string; points: readonly ListedPoint[]; withoutCompetency?: boolean; csv?: PointsCsv }

// PointsTable lists knowledge points with what a reader of the catalog compares them by.
export function PointsTable({ caption, points, withoutCompetency, csv }: Props) {
  const t = useCatalogTexts()
  const words = useTexts()
  const { duration, number, nameOf } = useFormat()
  return (
    <>
      {csv && <PointsCsvButton {...csv} />}
      <DataTable<ListedPoint>
        caption={caption}
        rows={points}
        rowKey={(p) => p.code}
        pageSize={Number.MAX_SAFE_INTEGER}
        columns={[
          {
            title: words.name,
            render: (_, p) => (
              <Cut text={nameOf(p)}>
                <PointLink point={p} />
              </Cut>
            ),
          },
          { title: words.code, dataIndex: 'code', className: 'code' },
          ...(withoutCompetency
            ? []
            : [
                {
                  title: words.competency,
                  render: (_: unknown, p: ListedPoint) =>
                    p.competency && (
                      <Cut text={nameOf(p.competency)} short>
                        <CompetencyLink competency={p.competency} />
                      </Cut>
                    ),
                },
              ]),
          { title: t.kind, render: (_, p) => (p.kind === 'SKILL' ? t.skill : t.knowledge) },
          { title: words.minutes, align: 'right', render: (_, p) => duration(p.minutes) },
          { title: t.depth, align: 'right', render: (_, p) => number(p.depth) },
          { title: t.prerequisites, align: 'right', render: (_, p) => number(p.prerequisites.length) },
          { title: t.usedBy, align: 'right', render: (_, p) => number(new Set(p.requiredBy.map((r) => r.position.code)).size) },
        ]}
      />
    </>
  )
}

function PointsCsvButton(csv: PointsCsv) {
  return (
    <div className="table-actions">
      <CsvButton {...usePointsCsv(csv)} />
    </div>
  )
}
