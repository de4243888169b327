import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { Page } from '@/shared/ui/Page.tsx'
import { useUrl } from '@/shared/ui/url.ts'
import { useTalentTexts } from './texts.ts'

export const views = ['candidates', 'positions', 'compare', 'people'] as const
export type View = (typeof views)[number]

type Props = { view: View; heading?: ReactNode; lead?: ReactNode; choices: ReactNode; children: ReactNode }

// TalentFrame is what the four views have in common. The position that was chosen goes along.
export function TalentFrame({ view, heading, lead, choices, children }: Props) {
  const t = useTalentTexts()
  const [params] = useUrl()
  const position = params.get('position')
  const path = (to: View) => `/talent?${new URLSearchParams({ view: to, ...(position && { position }) })}`
  return (
    <Page
      title={`${t[view]} · ${t.title}`}
      heading={heading ?? t[view]}
      lead={lead}
      choices={
        <>
          <nav className="talent-views" aria-label={t.views}>
            {views.map((v) => (
              <Link key={v} href={path(v)} aria-current={v === view ? 'page' : undefined}>
                {t[v]}
              </Link>
            ))}
          </nav>
          {choices}
        </>
      }
    >
      {children}
    </Page>
  )
}
