import { useQueryClient } from '@tanstack/react-query'
import { AutoComplete, Drawer, Form } from 'antd'
import { SecretDialogue } from '@/shared/access/SecretDialogue.tsx'
import { expiryOf, TokenForm, type TokenValues } from '@/shared/access/TokenForm.tsx'
import { useTokenTexts } from '@/shared/access/texts.ts'
import { scopes } from '@/shared/access/words.ts'
import { useSecretAct } from '@/shared/api/hooks.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { type Account, createServiceDocument, createTokenDocument } from './documents.ts'
import { useAdministrationTexts } from './texts.ts'

type Values = TokenValues & { program: string }

// NewToken makes a token for a program, and its account first where it has none.
export function NewToken({ services }: { services: readonly Account[] }) {
  const t = useAdministrationTexts()
  const tokens = useTokenTexts()
  const [params, change] = useUrl()
  const [form] = Form.useForm<Values>()
  const client = useQueryClient()
  const createService = useSecretAct(createServiceDocument)
  const createToken = useSecretAct(createTokenDocument)
  const made = createToken.data?.createToken
  const close = () => {
    createService.reset()
    createToken.reset()
    change({ token: null })
  }
  const submit = async ({ program, days, ...values }: Values) => {
    createToken.reset()
    const known = services.find((s) => s.name === program.trim())?.id
    const account = known ?? (await createService.mutateAsync({ name: program.trim() })).createServiceAccount.account?.id
    await createToken.mutateAsync({ input: { ...values, account, expiresAt: expiryOf(days, new Date()) } }).finally(() => client.invalidateQueries())
  }
  return (
    <>
      <Drawer open={params.has('token') && !made?.text} size={520} title={t.newToken} onClose={close} destroyOnHidden>
        <TokenForm<Values>
          form={form}
          offered={scopes}
          initial={{ days: 180, program: services.length === 1 ? services[0]?.name : undefined }}
          error={createService.error ?? createToken.error}
          busy={createService.isPending || createToken.isPending}
          onSubmit={(values) => void submit(values).catch(() => {})} // the form shows why
          onCancel={close}
          more={['program']}
        >
          <Form.Item name="program" label={t.program} extra={t.programHow} rules={[{ required: true, whitespace: true, message: t.programEmpty }]}>
            <AutoComplete options={services.map((s) => ({ value: s.name }))} showSearch={{ filterOption: true }} />
          </Form.Item>
        </TokenForm>
      </Drawer>
      {made?.text && (
        <SecretDialogue title={tokens.token} label={tokens.token} secret={made.text} onClose={close}>
          <p>{tokens.tokenSend}</p>
          {made.pending.length > 0 && <p>{t.tokenWaits}</p>}
        </SecretDialogue>
      )}
    </>
  )
}
