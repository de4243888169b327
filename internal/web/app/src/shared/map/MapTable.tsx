import type { TableProps } from 'antd'
import { useMemo } from 'react'
import { useFormat } from '@/shared/format/values.ts'
import type { CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PointLink } from '@/shared/ui/links.tsx'
import { CriticalMark, StatusTag, useStatusNames } from '@/shared/ui/Status.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { MapData, MapNode } from './fragment.ts'
import { neighboursOf } from './geometry.ts'
import { type MapCsv, mapTables } from './table.ts'
import { useMapTexts } from './texts.ts'

type Props = { map: MapData; csv?: MapCsv }

// MapTable has the numbers of a map, a row for each point in the order of the layers.
export function MapTable({ map, csv }: Props) {
  const t = useMapTexts()
  const words = useTexts()
  const statuses = useStatusNames()
  const { percent, nameOf } = useFormat()
  const before = useMemo(() => {
    const { before } = neighboursOf(map)
    return new Map(map.nodes.map((n, i) => [n, before[i]!.map((e) => map.nodes[map.edges[e]!.from]!.knowledgePoint)]))
  }, [map])
  const aboutPerson = map.nodes.some((n) => n.status !== null)
  const yesNo = { true: words.yes, false: words.no }
  const required = { title: words.required, path: 'required' }
  const critical = { title: words.critical, path: 'critical', texts: yesNo }
  const personColumns = [
    { title: words.status, path: 'status', texts: statuses },
    { title: words.current, path: 'current' },
    { title: words.mastered, path: 'mastery' },
    { title: t.need, path: 'need' },
    { title: t.next, path: 'next', texts: yesNo },
  ]
  const table: CsvTable | undefined = csv && {
    query: mapTables[csv.field],
    variables: csv.variables,
    name: csv.name,
    rows: `${csv.field}.points`,
    columns: [
      { title: words.code, path: 'knowledgePoint.code' },
      { title: words.point, path: 'knowledgePoint.name' },
      { title: words.competency, path: 'knowledgePoint.competency.name' },
      required,
      critical,
      ...(aboutPerson ? personColumns : []),
    ],
  }
  const level = (title: string, of: (n: MapNode) => number | null) => ({
    title,
    align: 'right' as const,
    sorter: (a: MapNode, b: MapNode) => (of(a) ?? -1) - (of(b) ?? -1),
    render: (_: unknown, n: MapNode) => percent(of(n)),
  })
  const columns: TableProps<MapNode>['columns'] = [
    { title: words.point, render: (_, n) => <PointLink point={n.knowledgePoint} /> },
    { title: words.competency, render: (_, n) => n.knowledgePoint.competency && nameOf(n.knowledgePoint.competency) },
    ...(aboutPerson ? [{ title: words.status, render: (_: unknown, n: MapNode) => n.status && <StatusTag status={n.status} /> }] : []),
    ...(aboutPerson ? [level(words.current, (n) => n.current), level(words.mastered, (n) => n.mastery)] : []),
    level(words.required, (n) => n.required),
    ...(aboutPerson ? [level(t.need, (n) => n.need)] : []),
    { title: words.critical, render: (_, n) => n.critical && <CriticalMark /> },
    ...(aboutPerson ? [{ title: t.next, render: (_: unknown, n: MapNode) => (n.next ? words.yes : '') }] : []),
    { title: t.before, render: (_, n) => before.get(n)?.map(nameOf).join(', ') },
  ]
  return <DataTable<MapNode> caption={t.map} rows={map.nodes} rowKey={(n) => n.knowledgePoint.code} columns={columns} csv={table} />
}
