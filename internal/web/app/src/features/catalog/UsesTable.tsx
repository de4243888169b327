import { useFormat } from '@/shared/format/values.ts'
import type { CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PositionLink } from '@/shared/ui/links.tsx'
import { type Scale, useLevelText } from '@/shared/ui/RequiredLevel.tsx'
import { CriticalMark } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { Use } from './documents.ts'
import { EndLink } from './EdgeList.tsx'
import { decidingUses } from './edges.ts'
import { useCatalogTexts } from './texts.ts'

type Props = { of: string; uses: readonly Use[]; scale: Scale; csv: Pick<CsvTable, 'query' | 'rows'> }

// UsesTable shows which positions require a point or a competency, by the requirement that
// decides.
export function UsesTable({ of, uses, scale, csv }: Props) {
  const t = useCatalogTexts()
  const words = useTexts()
  const { number } = useFormat()
  const levelText = useLevelText(scale)
  const deciding = decidingUses(uses)
  if (deciding.length === 0) return <p className="quiet">{t.noPositions}</p>
  return (
    <DataTable<Use>
      caption={t.positions}
      rows={deciding}
      rowKey={(u) => u.position.code}
      csv={{
        ...csv,
        variables: { code: of },
        name: `${of} ${t.positions}`,
        columns: [
          { title: words.code, path: 'position.code' },
          { title: t.position, path: 'position.name' },
          { title: words.required, path: 'level' },
          { title: t.through, path: 'target.code' },
          { title: t.weight, path: 'weight' },
          { title: words.critical, path: 'critical', texts: { true: words.yes, false: words.no } },
        ],
      }}
      columns={[
        {
          title: t.position,
          render: (_, u) => (
            <>
              {u.critical && <CriticalMark />}
              <PositionLink position={u.position} />
            </>
          ),
        },
        { title: words.required, render: (_, u) => levelText(u.level) },
        { title: t.through, render: (_, u) => (u.target.code === of ? t.throughItself : <EndLink end={u.target as never} />) },
        { title: t.weight, align: 'right', render: (_, u) => number(u.weight, 2) },
      ]}
    />
  )
}
