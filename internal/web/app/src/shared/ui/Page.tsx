import { type ReactNode, useEffect } from 'react'

type PageProps = { title: string; heading?: ReactNode; lead?: ReactNode; choices?: ReactNode; aside?: ReactNode; children: ReactNode }

// Page begins a page: what it is about (choices), one sentence that answers (heading), and a
// lead. The title is that of the window.
export function Page({ title, heading, lead, choices, aside, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · 知图 Zhitu`
  }, [title])
  return (
    <>
      <div className="page-head">
        <div className="page-head-text">
          {choices && <div className="choices">{choices}</div>}
          <h1 tabIndex={-1}>{heading ?? title}</h1>
          {lead && <p className="lead">{lead}</p>}
        </div>
        {aside}
      </div>
      {children}
    </>
  )
}

type SectionProps = { title: ReactNode; actions?: ReactNode; note?: ReactNode; children: ReactNode; className?: string; id?: string }

// Section is a part of a page with a heading of its own.
export function Section({ title, actions, note, children, className, id }: SectionProps) {
  return (
    <section className={`section ${className ?? ''}`} id={id}>
      <div className="section-head">
        <h2>{title}</h2>
        {actions && <div className="section-actions">{actions}</div>}
      </div>
      {children}
      {note && <p className="note">{note}</p>}
    </section>
  )
}

// Choice is a choice in the head of a page. What is chosen from has the label for those who do
// not see it.
export function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="choice">
      <span>{label}</span>
      {children}
    </div>
  )
}
