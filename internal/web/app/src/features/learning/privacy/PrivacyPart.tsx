import { Button } from 'antd'
import { base } from '@/shared/api/ask.ts'
import { useAllPages } from '@/shared/api/pages.ts'
import { Section } from '@/shared/ui/Page.tsx'
import { privacyDocument } from './documents.ts'
import { Objections } from './Objections.tsx'
import { usePrivacyTexts } from './texts.ts'
import { WhoLooked } from './WhoLooked.tsx'
import './privacy.css'

type Props = { person: string; position: string | null; own: boolean }

// PrivacyPart is what a person can know and do about the own data. Of others there is none.
export default function PrivacyPart({ person, own }: Props) {
  return own && <OwnPrivacy person={person} />
}

function OwnPrivacy({ person }: { person: string }) {
  const t = usePrivacyTexts()
  const asked = useAllPages(privacyDocument, { person }, (answer) => answer.myAuditLog)
  return (
    <>
      <Section
        title={t.keptTitle}
        note={t.downloadHow}
        actions={
          <Button href={`${base}me/export`} download>
            {t.download}
          </Button>
        }
      >
        <p>{t.kept}</p>
        <p>{t.decision}</p>
      </Section>
      <WhoLooked person={person} entries={asked} />
      <Objections asked={{ ...asked, data: asked.data?.first?.employee ?? undefined }} />
    </>
  )
}
