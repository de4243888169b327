import { Page } from '@/shared/ui/Page.tsx'

export default function AccountPage() {
  return <Page title="AccountPage">{null}</Page>
}
