import { Page } from '@/shared/ui/Page.tsx'

export default function PointPage() {
  return <Page title="PointPage">{null}</Page>
}
