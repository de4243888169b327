import { Page } from '@/shared/ui/Page.tsx'

export default function PositionPage() {
  return <Page title="PositionPage">{null}</Page>
}
