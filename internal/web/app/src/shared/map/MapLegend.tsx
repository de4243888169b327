import { useMemo } from 'react'
import { useFormat } from '@/shared/format/values.ts'
import { type Status, statusSigns, useStatusNames } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { MapData } from './fragment.ts'
import { countMap } from './geometry.ts'
import { useMapTexts } from './texts.ts'

// MapLegend explains the signs that a map has, with how often each occurs.
export function MapLegend({ map }: { map: MapData }) {
  const t = useMapTexts()
  const words = useTexts()
  const statuses = useStatusNames()
  const { number } = useFormat()
  const counts = useMemo(
    () => ({
      ...countMap(map.nodes),
      required: map.nodes.filter((n) => n.required !== null).length,
      critical: map.nodes.filter((n) => n.critical).length,
      soft: map.edges.filter((e) => e.strength === 'SOFT').length,
    }),
    [map],
  )
  return (
    <ul className="map-legend">
      {(Object.keys(statusSigns) as Status[]).map((status) =>
        counts.statuses[status] ? (
          <li key={status} className={`status status-${status}`}>
            <span aria-hidden="true">{statusSigns[status]}</span> {statuses[status]} {number(counts.statuses[status])}
          </li>
        ) : null,
      )}
      {counts.next > 0 && (
        <li className="map-key map-key-next">
          {t.next} {number(counts.next)}
        </li>
      )}
      {counts.required > 0 && (
        <li className="map-key map-key-required">
          {t.requiredHere} {number(counts.required)}
        </li>
      )}
      {counts.critical > 0 && (
        <li className="map-key">
          ★ {words.critical} {number(counts.critical)}
        </li>
      )}
      {counts.soft > 0 && (
        <li className="map-key map-key-soft">
          {t.soft} {number(counts.soft)}
        </li>
      )}
    </ul>
  )
}
