import { Button } from 'antd'
import { base } from '@/shared/api/ask.ts'
import { Section } from '@/shared/ui/Page.tsx'
import { Objections } from './Objections.tsx'
import { usePrivacyTexts } from './texts.ts'
import { WhoLooked } from './WhoLooked.tsx'
import './privacy.css'

type Props = { person: string; position: string | null; own: boolean }

// PrivacyPart is what a person can know and do about the own data. Of others there is none.
export default function PrivacyPart({ person, own }: Props) {
  const t = usePrivacyTexts()
  if (!own) return null
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
      <WhoLooked />
      <Objections person={person} />
    </>
  )
}
