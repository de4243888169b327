import { Page } from '@/shared/ui/Page.tsx'

export default function AdministrationPage() {
  return <Page title="AdministrationPage">{null}</Page>
}
