import { useFormat } from '@/shared/format/values.ts'
import { CompetencyLink, PointLink } from '@/shared/ui/links.tsx'
import { type Scale, useLevelText } from '@/shared/ui/RequiredLevel.tsx'
import type { Edge, End } from './documents.ts'
import { type Clause, clausesOf } from './edges.ts'
import { useCatalogTexts } from './texts.ts'

export function EndLink({ end }: { end: End }) {
  return end.__typename === 'Competency' ? <CompetencyLink competency={end} /> : <PointLink point={end} />
}

type ListProps = { of: string; edges: readonly Edge[]; scale: Scale }

// BeforeList shows what comes before a point or a competency: firm ones first, alternatives
// together.
export function BeforeList({ of, edges, scale }: ListProps) {
  const t = useCatalogTexts()
  if (edges.length === 0) return <p className="quiet">{t.nothingBefore}</p>
  return (
    <>
      <Clauses title={t.firm} clauses={clausesOf(edges, 'HARD')} of={of} scale={scale} />
      <Clauses title={t.advised} clauses={clausesOf(edges, 'SOFT')} of={of} scale={scale} />
    </>
  )
}

function Clauses({ title, clauses, of, scale }: { title: string; clauses: Clause[]; of: string; scale: Scale }) {
  const t = useCatalogTexts()
  if (clauses.length === 0) return null
  return (
    <>
      <h3 className="edges-title">{title}</h3>
      <ul className="edges">
        {clauses.map((clause) =>
          clause.name === null ? (
            clause.edges.map((e) => <EdgeItem key={`${e.prerequisite.code} ${e.dependent.code}`} edge={e} end={e.prerequisite} of={of} scale={scale} />)
          ) : (
            <li key={`${clause.name} ${clause.edges[0]?.dependent.code}`}>
              <span className="clause">{t.oneOf(clause.name)}</span>
              <ul className="edges">
                {clause.edges.map((e) => (
                  <EdgeItem key={e.prerequisite.code} edge={e} end={e.prerequisite} of={of} scale={scale} />
                ))}
              </ul>
            </li>
          ),
        )}
      </ul>
    </>
  )
}

// AfterList shows what a point or a competency comes before.
export function AfterList({ of, edges, scale }: ListProps) {
  const t = useCatalogTexts()
  if (edges.length === 0) return <p className="quiet">{t.nothingAfter}</p>
  return (
    <>
      <Dependents title={t.firmAfter} edges={edges.filter((e) => e.strength === 'HARD')} of={of} scale={scale} />
      <Dependents title={t.advisedAfter} edges={edges.filter((e) => e.strength === 'SOFT')} of={of} scale={scale} />
    </>
  )
}

function Dependents({ title, edges, of, scale }: ListProps & { title: string }) {
  if (edges.length === 0) return null
  return (
    <>
      <h3 className="edges-title">{title}</h3>
      <ul className="edges">
        {edges.map((e) => (
          <EdgeItem key={`${e.dependent.code} ${e.clause}`} edge={e} end={e.dependent} of={of} scale={scale} alternative />
        ))}
      </ul>
    </>
  )
}

type ItemProps = { edge: Edge; end: End; of: string; scale: Scale; alternative?: boolean }

// EdgeItem is one edge: what is at its other end, at which level, and why. An edge that was
// written at a competency above says so.
function EdgeItem({ edge, end, of, scale, alternative }: ItemProps) {
  const t = useCatalogTexts()
  const { nameOf } = useFormat()
  const levelText = useLevelText(scale)
  const own = end === edge.prerequisite ? edge.dependent : edge.prerequisite
  return (
    <li>
      <EndLink end={end} />{' '}
      <span className="edge-about">
        {end.__typename === 'Competency' && <span>{t.allOf(end.pointCount)}</span>}
        <span>{t.atLevel(levelText(edge.level))}</span>
        {alternative && edge.clause !== null && <span>{t.alternative(edge.clause)}</span>}
        {own.code !== of && <span>{t.from(nameOf(own))}</span>}
        {edge.reason && <span>{edge.reason}</span>}
      </span>
    </li>
  )
}
