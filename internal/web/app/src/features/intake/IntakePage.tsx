import { Page } from '@/shared/ui/Page.tsx'

export default function IntakePage() {
  return <Page title="IntakePage">{null}</Page>
}
