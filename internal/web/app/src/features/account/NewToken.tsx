import { useQueryClient } from '@tanstack/react-query'
import { Button, Drawer, Form } from 'antd'
import { SecretDialogue } from '@/shared/access/SecretDialogue.tsx'
import { expiryOf, TokenForm, type TokenValues } from '@/shared/access/TokenForm.tsx'
import { useTokenTexts } from '@/shared/access/texts.ts'
import { scopes, scopesOfOwners } from '@/shared/access/words.ts'
import { useSecretAct } from '@/shared/api/hooks.ts'
import { may, useMe } from '@/shared/session/me.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { createTokenDocument } from './documents.ts'
import { useAccountTexts } from './texts.ts'

// NewToken makes a token of one's own, of the scopes that one's rights have a use for.
export function NewToken() {
  const t = useAccountTexts()
  const tokens = useTokenTexts()
  const me = useMe()
  const [params, change] = useUrl()
  const [form] = Form.useForm<TokenValues>()
  const client = useQueryClient()
  const create = useSecretAct(createTokenDocument)
  const text = create.data?.createToken.text
  const close = () => {
    create.reset()
    change({ token: null })
  }
  return (
    <>
      <Button onClick={() => change({ token: '1' }, { replace: false })}>{t.newToken}</Button>
      <Drawer open={params.has('token') && !text} size={520} title={t.newToken} onClose={close} destroyOnHidden>
        <TokenForm
          form={form}
          offered={scopes.filter((scope) => scopesOfOwners[scope].some((c) => may(me, c)))}
          initial={{ days: 90 }}
          error={create.error}
          busy={create.isPending}
          onSubmit={({ days, ...values }) =>
            create.mutate({ input: { ...values, expiresAt: expiryOf(days, new Date()) } }, { onSuccess: () => void client.invalidateQueries() })
          }
          onCancel={close}
        />
      </Drawer>
      {text && (
        <SecretDialogue title={tokens.token} label={tokens.token} secret={text} onClose={close}>
          <p>{tokens.tokenSend}</p>
        </SecretDialogue>
      )}
    </>
  )
}
