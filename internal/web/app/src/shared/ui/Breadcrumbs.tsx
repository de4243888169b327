import type { ReactNode } from 'react'
import { useTexts } from './texts.ts'
import './breadcrumbs.css'

// Breadcrumbs lead from the outermost place to the page, which itself is not among them.
export function Breadcrumbs({ places }: { places: { key: string; link: ReactNode }[] }) {
  const t = useTexts()
  return (
    <nav aria-label={t.breadcrumbs}>
      <ol className="breadcrumbs">
        {places.map((place) => (
          <li key={place.key}>{place.link}</li>
        ))}
      </ol>
    </nav>
  )
}
