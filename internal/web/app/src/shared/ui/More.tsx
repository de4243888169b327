import { Button } from 'antd'
import { useTexts } from './texts.ts'
import './more.css'

type Pages = { data: { nodes: readonly unknown[]; totalCount: number; hasMore: boolean } | undefined; isFetching: boolean; loadMore: () => unknown }

// More stands below a table whose server has more of it than is shown. Counted says that the
// server knows how many there are.
export function More({ pages, counted = true }: { pages: Pages; counted?: boolean }) {
  const words = useTexts()
  if (!pages.data?.hasMore) return null
  return (
    <div className="more">
      <Button loading={pages.isFetching} onClick={() => void pages.loadMore()}>
        {words.more}
      </Button>
      {counted && <span>{words.shown(pages.data.nodes.length, pages.data.totalCount)}</span>}
    </div>
  )
}
