import { Button } from 'antd'
import { Link } from 'wouter'
import { useFormat } from '@/shared/format/values.ts'
import { LevelBar } from '@/shared/ui/LevelBar.tsx'
import { PointLink, pathOf } from '@/shared/ui/links.tsx'
import { CriticalMark, StatusTag, statusSigns } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { MapData } from './fragment.ts'
import type { Neighbours } from './geometry.ts'
import { useMapTexts } from './texts.ts'

type Props = { map: MapData; neighbours: Neighbours; chosen: number; choose: (node: number) => void; onOpen?: (code: string) => void }

// MapPanel says of the chosen point what its box has no room for.
export function MapPanel({ map, neighbours, chosen, choose, onOpen }: Props) {
  const t = useMapTexts()
  const words = useTexts()
  const { percent, duration } = useFormat()
  const node = map.nodes[chosen]!
  const point = node.knowledgePoint
  const level = node.required ?? node.need
  return (
    <aside className="map-panel" aria-live="polite" aria-label={words.point}>
      <div className="map-panel-head">
        <div>
          <h3>
            <PointLink point={point} />
          </h3>
          <span className="code">{point.code}</span>
        </div>
        <Button size="small" onClick={() => choose(-1)}>
          {words.close}
        </Button>
      </div>
      <div className="map-facts">
        {node.critical && <CriticalMark />}
        {node.status && <StatusTag status={node.status} />}
        {node.next && <span className="map-key map-key-next">{t.next}</span>}
      </div>
      {level !== null && node.status && <LevelBar current={node.current} mastery={node.mastery} required={level} />}
      <div className="map-facts quiet">
        {node.current !== null && (
          <span>
            {words.current} {percent(node.current)}
          </span>
        )}
        {node.required !== null && (
          <span>
            {words.required} {percent(node.required)}
          </span>
        )}
        {node.need !== null && node.need !== node.required && (
          <span>
            {t.need} {percent(node.need)}
          </span>
        )}
        {point.minutes !== null && <span>{t.minutes(duration(point.minutes))}</span>}
      </div>
      <Around title={t.before} none={t.nothingBefore} map={map} edges={neighbours.before[chosen]!} end="from" choose={choose} />
      <Around title={t.after} none={t.nothingAfter} map={map} edges={neighbours.after[chosen]!} end="to" choose={choose} />
      <div>
        <h3>{t.resources}</h3>
        {point.resources.length === 0 && <p className="quiet">{t.noResources}</p>}
        <ul>
          {point.resources.map((r) => (
            <li key={r.code}>
              <Link href={pathOf.resource(r.code)}>{r.title}</Link>
            </li>
          ))}
        </ul>
      </div>
      {onOpen && (
        <Button type="primary" onClick={() => onOpen(point.code)}>
          {t.open}
        </Button>
      )}
    </aside>
  )
}

type AroundProps = { title: string; none: string; map: MapData; edges: number[]; end: 'from' | 'to'; choose: (node: number) => void }

function Around({ title, none, map, edges, end, choose }: AroundProps) {
  const t = useMapTexts()
  const { nameOf } = useFormat()
  return (
    <div>
      <h3>{title}</h3>
      {edges.length === 0 && <p className="quiet">{none}</p>}
      <ul>
        {edges.map((i) => {
          const edge = map.edges[i]!
          const node = map.nodes[edge[end]]!
          return (
            <li key={i}>
              {node.status && <span aria-hidden="true">{statusSigns[node.status]} </span>}
              <Button type="link" onClick={() => choose(edge[end])}>
                {nameOf(node.knowledgePoint)}
              </Button>
              {edge.strength === 'SOFT' && <span className="quiet"> {t.soft}</span>}
              {edge.clause !== null && <span className="quiet"> {t.alternatives(edge.clause)}</span>}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
