import { useEffect, useRef } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { mapFragment } from '@/shared/map/fragment.ts'
import { KnowledgeMap } from '@/shared/map/KnowledgeMap.tsx'
import { Answer } from '@/shared/ui/Answer.tsx'
import { pathOf } from '@/shared/ui/links.tsx'
import { useCatalogTexts } from './texts.ts'

const neighbourhoodDocument = graphql(`query Neighbourhood($code: String!) { neighbourhood(code: $code) { ...MapPicture } }`, [mapFragment])

// NeighbourhoodPart draws what is two steps around a point or a competency. It is a file of its
// own, because not every reader waits for a picture.
export default function NeighbourhoodPart({ code }: { code: string }) {
  const t = useCatalogTexts()
  const [, go] = useLocation()
  const [params] = useSearchParams()
  const map = useAsk(neighbourhoodDocument, { code })
  const frame = useRef<HTMLDivElement>(null)
  const found = map.data?.neighbourhood
  const shown = params.get('shown')
  // A picture that is shown again, after the table, is a new one.
  useEffect(() => {
    const index = found?.nodes.findIndex((n) => n.knowledgePoint.code === code) ?? -1
    if (index >= 0 && frame.current) bringIntoView(frame.current, index)
  }, [found, code, shown])
  return (
    <Answer query={map} rows={8}>
      {() =>
        found && (
          <div ref={frame}>
            <KnowledgeMap
              map={found}
              onOpen={(point) => go(pathOf.point(point))}
              csv={{ variables: { code }, name: `${code} ${t.map}`, field: 'neighbourhood' }}
            />
          </div>
        )
      }
    </Answer>
  )
}

// bringIntoView marks the point that a picture is about, and scrolls the picture to it. The page
// itself stays where it is.
function bringIntoView(frame: HTMLElement, index: number): void {
  const node = frame.querySelector(`[data-node="${index}"]`)
  const picture = node?.closest('svg')?.parentElement
  if (!node || !picture) return
  node.setAttribute('aria-current', 'true')
  const [box, view] = [node.getBoundingClientRect(), picture.getBoundingClientRect()]
  picture.scrollLeft += box.left + box.width / 2 - view.left - view.width / 2
  picture.scrollTop += box.top + box.height / 2 - view.top - view.height / 2
}
