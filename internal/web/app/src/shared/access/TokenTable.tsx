import { App, Button, Popconfirm } from 'antd'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'
import { useAct } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import type { CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUnitName } from './Grant.tsx'
import { useTokenTexts } from './texts.ts'
import { useAccessWords } from './words.ts'

export const tokenParts = graphql(`fragment TokenParts on Token { id name scopes orgUnits createdAt expiresAt lastUseAt }`)
type Token = ResultOf<typeof tokenParts>

const revokeDocument = graphql(`mutation RevokeToken($id: ID!) { revokeToken(input: { id: $id }) { done userErrors { field message code } } }`)

// TokenTable lists tokens, and revokes them.
export function TokenTable({ tokens, csv }: { tokens: readonly Token[]; csv?: CsvTable }) {
  const t = useTokenTexts()
  const words = useTexts()
  const access = useAccessWords()
  const unitName = useUnitName()
  const { dateTime } = useFormat()
  const { message } = App.useApp()
  const revoke = useAct(revokeDocument)
  const end = (token: Token) => revoke.mutate({ id: token.id }, { onSuccess: () => message.success(words.done), onError: (e) => message.error(e.message) })
  if (tokens.length === 0) return <p className="quiet">{t.none}</p>
  return (
    <DataTable<Token>
      caption={t.token}
      rows={tokens}
      rowKey={(token) => token.id}
      csv={csv}
      columns={[
        {
          title: t.purpose,
          render: (_, token) => (
            <>
              {token.name} <span className="code">{token.id}</span>
            </>
          ),
        },
        {
          title: t.scopes,
          className: 'wrapping',
          render: (_, token) => (
            <>
              {token.scopes.map(access.scope).join(' · ')}
              {token.orgUnits.length > 0 && <div className="quiet">{token.orgUnits.map(unitName).join('、')}</div>}
            </>
          ),
        },
        { title: t.made, render: (_, token) => dateTime(token.createdAt) },
        {
          title: t.expires,
          render: (_, token) => (
            <>
              {dateTime(token.expiresAt)}
              {new Date(token.expiresAt) <= new Date() && <strong> {t.expired}</strong>}
            </>
          ),
        },
        { title: t.lastUse, render: (_, token) => (token.lastUseAt ? dateTime(token.lastUseAt) : t.never) },
        {
          title: words.acts,
          fixed: 'end',
          render: (_, token) => (
            <Popconfirm title={t.revokeSure} okText={t.revoke} cancelText={words.cancel} onConfirm={() => end(token)}>
              <Button size="small" aria-label={`${t.revoke}: ${token.name}`}>
                {t.revoke}
              </Button>
            </Popconfirm>
          ),
        },
      ]}
    />
  )
}
