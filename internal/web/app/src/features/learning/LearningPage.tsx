import { Page } from '@/shared/ui/Page.tsx'

export default function LearningPage() {
  return <Page title="LearningPage">{null}</Page>
}
