import { Page } from '@/shared/ui/Page.tsx'

export default function PeoplePage() {
  return <Page title="PeoplePage">{null}</Page>
}
