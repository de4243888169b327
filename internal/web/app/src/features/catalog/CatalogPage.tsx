import { Page } from '@/shared/ui/Page.tsx'

export default function CatalogPage() {
  return <Page title="CatalogPage">{null}</Page>
}
