import { useFormat } from '@/shared/format/values.ts'
import { CompetencyLink, PointLink } from '@/shared/ui/links.tsx'
import { RequiredLevel, type Scale } from '@/shared/ui/RequiredLevel.tsx'
import { CriticalMark } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { RequiredPoint } from './documents.ts'
import { byCompetency } from './points.ts'
import { usePositionTexts } from './texts.ts'

// PointsTable shows what is required point by point, in groups of competencies.
export function PointsTable({ points, scale }: { points: readonly RequiredPoint[]; scale: Scale }) {
  const t = usePositionTexts()
  const words = useTexts()
  const { duration } = useFormat()
  return (
    <div className="scroll-x">
      <table className="grouped" aria-label={t.byPoint}>
        <thead>
          <tr>
            <th scope="col">{words.point}</th>
            <th scope="col">{words.required}</th>
            <th scope="col" className="number">
              {t.weight}
            </th>
            <th scope="col" className="number">
              {words.minutes}
            </th>
          </tr>
        </thead>
        {byCompetency(points).map((group) => (
          <tbody key={group.competency?.code ?? ''}>
            <tr>
              <th scope="rowgroup" colSpan={2}>
                {group.competency ? <CompetencyLink competency={group.competency} /> : t.noCompetency}{' '}
                <span className="quiet">{t.groupCount(group.points.length, group.critical)}</span>
              </th>
              <td className="number quiet">{group.weight.toFixed(2)}</td>
              <td />
            </tr>
            {group.points.map((r) => (
              <tr key={r.knowledgePoint.code}>
                <td className="grouped-name">
                  {r.critical && <CriticalMark />}
                  <PointLink point={r.knowledgePoint} />
                </td>
                <td>
                  <RequiredLevel level={r.level} scale={scale} />
                </td>
                <td className="number">{r.weight.toFixed(2)}</td>
                <td className="number">{duration(r.knowledgePoint.minutes)}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}
