import { TokenTable } from '@/shared/access/TokenTable.tsx'
import { useTokenTexts } from '@/shared/access/texts.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { isOpen, useMe } from '@/shared/session/me.ts'
import { Answer, Empty } from '@/shared/ui/Answer.tsx'
import type { CsvTable } from '@/shared/ui/CsvButton.tsx'
import { Page, Section } from '@/shared/ui/Page.tsx'
import { ownAccountDocument } from './documents.ts'
import { Identity } from './Identity.tsx'
import { NewToken } from './NewToken.tsx'
import { Password } from './Password.tsx'
import { Sessions } from './Sessions.tsx'
import { useAccountTexts } from './texts.ts'
import '@/shared/forms/forms.css'
import './account.css'

// AccountPage is about the own account: who one is, sessions, password, own tokens.
export default function AccountPage() {
  const t = useAccountTexts()
  const me = useMe()
  if (isOpen(me))
    return (
      <Page title={t.title}>
        <Empty title={t.openTitle}>{t.open}</Empty>
      </Page>
    )
  return (
    <Page title={t.title} lead={t.lead}>
      <Identity />
      <OwnAccount />
    </Page>
  )
}

function OwnAccount() {
  const t = useAccountTexts()
  const tokens = useTokenTexts()
  const own = useAsk(ownAccountDocument, {})
  const csv: CsvTable = {
    query: ownAccountDocument,
    variables: {},
    rows: 'tokens',
    name: t.tokens,
    columns: [
      { title: tokens.purpose, path: 'name' },
      { title: tokens.scopes, path: 'scopes' },
      { title: tokens.units, path: 'orgUnits' },
      { title: tokens.made, path: 'createdAt' },
      { title: tokens.expires, path: 'expiresAt' },
      { title: tokens.lastUse, path: 'lastUseAt' },
    ],
  }
  return (
    <Answer query={own}>
      {(data) => (
        <>
          <Sessions sessions={data.sessions ?? []} />
          <Password has={data.me?.hasPassword ?? false} />
          <Section title={t.tokens} actions={<NewToken />} note={t.tokensHow}>
            <TokenTable tokens={data.tokens ?? []} csv={csv} />
          </Section>
        </>
      )}
    </Answer>
  )
}
