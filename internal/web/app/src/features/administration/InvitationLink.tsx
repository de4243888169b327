import { SecretDialogue } from '@/shared/access/SecretDialogue.tsx'
import { base } from '@/shared/api/ask.ts'
import { useAdministrationTexts } from './texts.ts'

type Props = { path: string; waits: boolean; onClose: () => void }

// InvitationLink shows the link by which a person sets the password, once.
export function InvitationLink({ path, waits, onClose }: Props) {
  const t = useAdministrationTexts()
  const link = location.origin + base.replace(/\/$/, '') + path
  return (
    <SecretDialogue title={t.linkTitle} label={t.linkLabel} secret={link} copy={t.copyLink} onClose={onClose}>
      <p>{t.linkHow}</p>
      {waits && <p>{t.linkWaits}</p>}
    </SecretDialogue>
  )
}
