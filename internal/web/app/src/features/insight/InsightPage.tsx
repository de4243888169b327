import { Page } from '@/shared/ui/Page.tsx'

export default function InsightPage() {
  return <Page title="InsightPage">{null}</Page>
}
