import { useFormat } from '@/shared/format/values.ts'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { CompetencyLink, PointLink } from '@/shared/ui/links.tsx'
import { RequiredLevel, type Scale } from '@/shared/ui/RequiredLevel.tsx'
import { CriticalMark } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { Requirement } from './documents.ts'
import { usePositionTexts } from './texts.ts'

// WrittenTable shows the requirements as the expert wrote them, those on competencies too.
export function WrittenTable({ requirements, scale }: { requirements: readonly Requirement[]; scale: Scale }) {
  const t = usePositionTexts()
  const words = useTexts()
  const { number } = useFormat()
  return (
    <DataTable<Requirement>
      caption={t.written}
      rows={requirements}
      rowKey={(r) => r.target.code}
      pageSize={100}
      columns={[
        {
          title: t.target,
          render: (_, r) => (
            <>
              {r.critical && <CriticalMark />}
              {r.target.__typename === 'Competency' ? <CompetencyLink competency={r.target} /> : <PointLink point={r.target} />}
            </>
          ),
        },
        {
          title: t.kind,
          render: (_, r) => <span className="quiet">{r.target.__typename === 'Competency' ? t.kindCompetency(r.target.pointCount) : t.kindPoint}</span>,
        },
        { title: words.code, className: 'code', render: (_, r) => r.target.code },
        { title: words.required, render: (_, r) => <RequiredLevel level={r.level} scale={scale} /> },
        { title: t.weight, align: 'right', render: (_, r) => number(r.weight, 2) },
      ]}
    />
  )
}
