import type { ReactNode } from 'react'

// Cut is a cell of a table that is cut where it is long, so that the columns after it stay in
// sight. The pointer shows it whole, and what is read aloud is whole.
export function Cut({ text, children }: { text: string; children: ReactNode }) {
  return (
    <span className="cut" title={text}>
      {children}
    </span>
  )
}
