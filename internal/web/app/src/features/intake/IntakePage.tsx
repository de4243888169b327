import { may, useMe } from '@/shared/session/me.ts'
import { Page } from '@/shared/ui/Page.tsx'
import { Objections } from './Objections.tsx'
import { Statements } from './Statements.tsx'
import { useIntakeTexts } from './texts.ts'
import '@/shared/forms/forms.css'
import './intake.css'

// IntakePage is what needs a person: objections, and results that could not be assigned.
export default function IntakePage() {
  const t = useIntakeTexts()
  const me = useMe()
  return (
    <Page title={t.title} lead={t.lead}>
      {may(me, 'UNMAPPED_CONTENT') && <Objections />}
      <Statements />
    </Page>
  )
}
