import { Page } from '@/shared/ui/Page.tsx'

export default function TeamPage() {
  return <Page title="TeamPage">{null}</Page>
}
