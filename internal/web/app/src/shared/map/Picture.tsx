import { memo, useMemo } from 'react'
import { useFormat } from '@/shared/format/values.ts'
import { statusSigns, useStatusNames } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { MapData, MapNode } from './fragment.ts'
import { box, cutText, type Geometry } from './geometry.ts'
import { useMapTexts } from './texts.ts'

const signAt = 14
const nameAt = 26
const lineInset = 8

// Picture draws a map once: choosing, walking and zooming change attributes of what it drew,
// so that two thousand boxes are not rendered again. Boxes have data-node, edges data-edge.
export const Picture = memo(function Picture({ map, geometry }: { map: MapData; geometry: Geometry }) {
  const t = useMapTexts()
  const { nameOf } = useFormat()
  return (
    <>
      <g className="map-lanes">
        {map.lanes.map((lane, i) => (
          <rect key={lane.row} y={geometry.lanes[i]!.y} width={geometry.width} height={geometry.lanes[i]!.height} />
        ))}
      </g>
      <g className="map-edges">
        {map.edges.map((e, i) => (
          <path key={`${e.from}-${e.to}`} data-edge={i} d={geometry.paths[i]} className={e.strength === 'SOFT' ? 'soft' : undefined} />
        ))}
      </g>
      <Boxes map={map} geometry={geometry} />
      <g className="map-lane-titles">
        {map.lanes.map((lane, i) => (
          <text key={lane.row} x={box.margin} y={geometry.lanes[i]!.y + 16}>
            {lane.competency ? nameOf(lane.competency) : t.noLane}
          </text>
        ))}
      </g>
    </>
  )
})

function Boxes({ map, geometry }: { map: MapData; geometry: Geometry }) {
  const describe = useDescription()
  const { nameOf } = useFormat()
  const widthOf = useMemo(textMeasure, [])
  return map.nodes.map((node, i) => {
    const { x, y } = geometry.boxes[i]!
    const name = nameOf(node.knowledgePoint)
    const room = box.width - nameAt - (node.critical ? 22 : 10)
    return (
      <g
        key={node.knowledgePoint.code}
        data-node={i}
        role="button"
        tabIndex={i === 0 ? 0 : -1}
        aria-label={describe(node)}
        transform={`translate(${x} ${y})`}
        className={`map-node${node.status ? ` map-${node.status}` : ''}${node.next ? ' map-next' : ''}`}
      >
        <title>{name}</title>
        <rect className="map-box" width={box.width} height={box.height} rx={4} />
        {node.status && <rect className="map-stripe" x={1.5} y={1.5} width={4} height={box.height - 3} rx={1} />}
        {node.status && (
          <text className="map-sign" x={signAt} y={18} textAnchor="middle">
            {statusSigns[node.status]}
          </text>
        )}
        <text x={node.status ? nameAt : lineInset} y={18}>
          {cutText(name, room + (node.status ? 0 : nameAt - lineInset), (text) => widthOf(text, node.next))}
        </text>
        {node.critical && (
          <text x={box.width - 17} y={18}>
            ★
          </text>
        )}
        {node.mastery !== null && <Level current={node.current ?? 0} mastery={node.mastery} />}
        {node.required !== null && <rect className="map-required" x={box.width - 4} width={4} height={box.height} rx={1} />}
      </g>
    )
  })
}

function Level({ current, mastery }: { current: number; mastery: number }) {
  const length = box.width - 2 * lineInset
  return (
    <>
      <rect className="map-faded" x={lineInset} y={box.height - 4} width={length * mastery} height={3} />
      <rect className="map-current" x={lineInset} y={box.height - 4} width={length * current} height={3} />
    </>
  )
}

// useDescription says in words what a box shows.
function useDescription(): (node: MapNode) => string {
  const t = useMapTexts()
  const words = useTexts()
  const statuses = useStatusNames()
  const { nameOf, percent } = useFormat()
  return (node) =>
    [
      nameOf(node.knowledgePoint),
      node.status && statuses[node.status],
      node.current !== null && `${words.current} ${percent(node.current)}`,
      node.required !== null && `${words.required} ${percent(node.required)}`,
      node.critical && words.critical,
      node.next && t.next,
    ]
      .filter(Boolean)
      .join(', ')
}

// textMeasure returns how wide a text is in a box. Each text is measured once.
function textMeasure(): (text: string, bold: boolean) => number {
  const family = getComputedStyle(document.body).fontFamily
  const context = document.createElement('canvas').getContext('2d')
  return (text, bold) => {
    if (!context) return text.length * 12
    const font = `${bold ? 600 : 400} 12px ${family}`
    if (context.font !== font) context.font = font
    return context.measureText(text).width
  }
}
