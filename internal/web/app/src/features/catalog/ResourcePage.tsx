import { Page } from '@/shared/ui/Page.tsx'

export default function ResourcePage() {
  return <Page title="ResourcePage">{null}</Page>
}
