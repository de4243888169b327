import { Page } from '@/shared/ui/Page.tsx'

export default function TalentPage() {
  return <Page title="TalentPage">{null}</Page>
}
