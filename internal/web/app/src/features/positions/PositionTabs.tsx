import { Link, useSearchParams } from 'wouter'
import { pathOf } from '@/shared/ui/links.tsx'
import { usePositionTexts } from './texts.ts'

export const tabs = ['requirements', 'map', 'people', 'distance'] as const
export type Tab = (typeof tabs)[number]

// useTab returns the part of the page that its address names.
export function useTab(): Tab {
  const [params] = useSearchParams()
  return tabs.find((tab) => tab === params.get('tab')) ?? 'requirements'
}

// PositionTabs lead to the parts of the page. They are links, because each part has an address.
export function PositionTabs({ code }: { code: string }) {
  const t = usePositionTexts()
  const [params] = useSearchParams()
  const chosen = useTab()
  const names: Record<Tab, string> = { requirements: t.tabRequirements, map: t.tabMap, people: t.tabPeople, distance: t.tabDistance }
  const to = (tab: Tab) => {
    const query = new URLSearchParams(params)
    query.set('tab', tab)
    return `${pathOf.position(code)}?${query}`
  }
  return (
    <nav className="position-tabs no-print" aria-label={t.tabs}>
      {tabs.map((tab) => (
        <Link key={tab} href={to(tab)} aria-current={tab === chosen ? 'page' : undefined}>
          {names[tab]}
        </Link>
      ))}
    </nav>
  )
}
