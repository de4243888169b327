import type { ReactNode } from 'react'

// Cut is a cell of a table that is cut where it is long, so that the columns after it stay in
// sight. The pointer shows it whole, and what is read aloud is whole.
export function Cut({ text, short, children }: { text: string; short?: boolean; children: ReactNode }) {
  return (
    <span className={short ? 'cut cut-short' : 'cut'} title={text}>
      {children}
    </span>
  )
}
