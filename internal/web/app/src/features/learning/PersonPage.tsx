import { Page } from '@/shared/ui/Page.tsx'

export default function PersonPage() {
  return <Page title="PersonPage">{null}</Page>
}
