import { Button, Segmented, Select } from 'antd'
import { type ReactNode, useCallback, useMemo, useRef } from 'react'
import { useSearchParams } from 'wouter'
import { useFormat } from '@/shared/format/values.ts'
import { Empty } from '@/shared/ui/Answer.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { MapData } from './fragment.ts'
import { neighboursOf, placeMap } from './geometry.ts'
import { MapLegend } from './MapLegend.tsx'
import { MapPanel } from './MapPanel.tsx'
import { MapTable } from './MapTable.tsx'
import { Picture } from './Picture.tsx'
import type { MapCsv } from './table.ts'
import { useMapTexts } from './texts.ts'
import { useMapKeys } from './useMapKeys.ts'
import { useZoom } from './useZoom.ts'
import './map.css'

type Props = {
  map: MapData
  onOpen?: (code: string) => void // what Enter on a chosen point, a double click and a button do
  csv?: MapCsv // how the server writes the table
}

// KnowledgeMap shows what positionMap or neighbourhood returned, as a picture or as a table.
// Which of them and which point is chosen is in the URL (shown, point).
export function KnowledgeMap({ map, onOpen, csv }: Props) {
  const t = useMapTexts()
  const words = useTexts()
  const [params, setParams] = useSearchParams()
  const shown = params.get('shown') === 'table' ? 'table' : 'picture'
  if (map.nodes.length === 0) return <Empty title={t.nothing} />
  const show = (value: string) =>
    setParams(
      (before) => {
        if (value === 'table') before.set('shown', 'table')
        else before.delete('shown')
        return before
      },
      { replace: true },
    )
  const views = (
    <Segmented
      aria-label={t.map}
      value={shown}
      onChange={show}
      options={[
        { value: 'picture', label: words.picture },
        { value: 'table', label: words.table },
      ]}
    />
  )
  return (
    <div className="map">
      {shown === 'table' ? (
        <>
          <div className="map-tools no-print">{views}</div>
          <MapTable map={map} csv={csv} />
        </>
      ) : (
        <MapPicture map={map} onOpen={onOpen} views={views} />
      )}
      {map.omitted > 0 && <p className="note">{t.omitted(map.omitted)}</p>}
    </div>
  )
}

function MapPicture({ map, onOpen, views }: { map: MapData; onOpen?: (code: string) => void; views: ReactNode }) {
  const t = useMapTexts()
  const { nameOf, percent } = useFormat()
  const [params, setParams] = useSearchParams()
  const frame = useRef<HTMLDivElement>(null)
  const svg = useRef<SVGSVGElement>(null)
  const geometry = useMemo(() => placeMap(map), [map])
  const neighbours = useMemo(() => neighboursOf(map), [map])
  const point = params.get('point')
  const chosen = useMemo(() => map.nodes.findIndex((n) => n.knowledgePoint.code === point), [map, point])
  const choose = useCallback(
    (node: number) =>
      setParams(
        (before) => {
          if (node >= 0) before.set('point', map.nodes[node]!.knowledgePoint.code)
          else before.delete('point')
          return before
        },
        { replace: true },
      ),
    [map, setParams],
  )
  const options = useMemo(() => map.nodes.map((n, i) => ({ value: i, label: `${nameOf(n.knowledgePoint)} ${n.knowledgePoint.code}` })), [map, nameOf])
  const open = onOpen && ((node: number) => onOpen(map.nodes[node]!.knowledgePoint.code))
  const { zoom, zoomTo, fit } = useZoom(frame, geometry)
  const { focus, handlers } = useMapKeys({ svg, map, neighbours, chosen, choose, open })
  // The titles of lanes stay in sight while the picture scrolls below them.
  const keepTitles = () => svg.current?.querySelector('.map-lane-titles')?.setAttribute('transform', `translate(${(frame.current?.scrollLeft ?? 0) / zoom} 0)`)
  return (
    <>
      <div className="map-tools">
        <MapLegend map={map} />
        <Select<number>
          aria-label={t.find}
          placeholder={t.find}
          showSearch={{ optionFilterProp: 'label' }}
          value={null}
          options={options}
          onChange={(node) => {
            choose(node)
            focus(node)
          }}
          popupMatchSelectWidth={360}
        />
        <div className="map-zoom" role="group" aria-label={t.zoom}>
          <Button aria-label={`− ${t.smaller}`} onClick={() => zoomTo(zoom / 1.25)}>
            −
          </Button>
          <Button aria-label={`${percent(zoom)} ${t.lifeSize}`} onClick={() => zoomTo(1)}>
            {percent(zoom)}
          </Button>
          <Button aria-label={`+ ${t.larger}`} onClick={() => zoomTo(zoom * 1.25)}>
            +
          </Button>
        </div>
        <Button onClick={fit}>{t.fit}</Button>
        {views}
      </div>
      <div className={chosen >= 0 ? 'map-body map-body-open' : 'map-body'}>
        <div className="map-window" ref={frame} onScroll={keepTitles}>
          <svg
            ref={svg}
            role="group"
            aria-label={`${t.map}. ${t.how}`}
            width={geometry.width * zoom}
            height={geometry.height * zoom}
            viewBox={`0 0 ${geometry.width} ${geometry.height}`}
            {...handlers}
          >
            <Picture map={map} geometry={geometry} />
          </svg>
        </div>
        {chosen >= 0 && <MapPanel map={map} neighbours={neighbours} chosen={chosen} choose={choose} onOpen={onOpen} />}
      </div>
      <p className="note no-print">{t.how}</p>
    </>
  )
}
