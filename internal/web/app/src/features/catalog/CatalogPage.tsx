import { useSearchParams } from 'wouter'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import { Page, Section } from '@/shared/ui/Page.tsx'
import { Sentence } from '@/shared/ui/Sentence.tsx'
import { CompetencyTree } from './CompetencyTree.tsx'
import { treeDocument } from './documents.ts'
import { FoundPoints } from './FoundPoints.tsx'
import { commands, useCatalogTexts } from './texts.ts'
import './catalog.css'

// CatalogPage has the tree of competencies, and the points of what is chosen in it or found.
export default function CatalogPage() {
  const t = useCatalogTexts()
  const { number } = useFormat()
  const [params, setParams] = useSearchParams()
  const tree = useAsk(treeDocument, {}, { staleTime: 60_000 })
  const nodes = tree.data?.competencyTree ?? []
  const total = tree.data?.knowledgePoints.totalCount ?? 0
  const chosen = params.get('competency')
  const choose = (code: string | null) => setParams(code === null ? {} : { competency: code })
  const isEmpty = tree.data !== undefined && total === 0 && nodes.length === 0
  return (
    <Page title={t.title} heading={tree.data && !isEmpty ? t.counts(total, nodes.length) : t.title} lead={t.lead}>
      {isEmpty ? (
        <Section title={t.title}>
          <Empty title={t.empty}>
            <Sentence text={t.emptyHow} parts={{ check: <code>{commands.check}</code>, import: <code>{commands.import}</code> }} />
          </Empty>
        </Section>
      ) : (
        <div className="catalog">
          <Section title={t.competencies} className="catalog-tree">
            <Answer query={tree} rows={12}>
              {() => (
                <>
                  <button
                    type="button"
                    className="catalog-all"
                    aria-pressed={chosen === null && !params.has('text') && !params.has('tag')}
                    onClick={() => choose(null)}
                  >
                    {t.all}
                    <span className="catalog-count">{number(total)}</span>
                  </button>
                  {nodes.length === 0 ? (
                    <p className="note">{t.emptyTree}</p>
                  ) : (
                    <CompetencyTree nodes={nodes} chosen={chosen} onChoose={choose} label={t.competencies} />
                  )}
                </>
              )}
            </Answer>
          </Section>
          <FoundPoints competency={nodes.find((n) => n.competency.code === chosen)?.competency ?? null} />
        </div>
      )}
    </Page>
  )
}
