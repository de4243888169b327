import { Page } from '@/shared/ui/Page.tsx'

export default function ApprovalsPage() {
  return <Page title="ApprovalsPage">{null}</Page>
}
