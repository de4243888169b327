import { Page } from '@/shared/ui/Page.tsx'

export default function AuditPage() {
  return <Page title="AuditPage">{null}</Page>
}
