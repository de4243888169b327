import { Page } from '@/shared/ui/Page.tsx'

export default function CompetencyPage() {
  return <Page title="CompetencyPage">{null}</Page>
}
