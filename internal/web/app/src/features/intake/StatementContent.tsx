import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { pretty } from './pretty.ts'
import { useIntakeTexts } from './texts.ts'

const contentDocument = graphql(`query SetAsideContent($before: String) { setAside(first: 1, after: $before) { nodes { id statement } } }`)

// StatementContent reads one statement, which stands behind the place before.
export function StatementContent({ id, before }: { id: string | null; before: string | null }) {
  const t = useIntakeTexts()
  const content = useAsk(contentDocument, { before }, { placeholderData: undefined })
  return (
    <Answer query={content} rows={4}>
      {({ setAside }) => {
        const found = setAside.nodes[0]
        return found?.statement && found.id === id ? <pre className="statement">{pretty(found.statement)}</pre> : <p>{t.gone}</p>
      }}
    </Answer>
  )
}
