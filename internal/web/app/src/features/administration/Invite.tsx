import { useQueryClient } from '@tanstack/react-query'
import { Button, Drawer, Form, Input } from 'antd'
import type { Role } from '@/shared/access/words.ts'
import { useSecretAct } from '@/shared/api/hooks.ts'
import { ChoosePerson } from '@/shared/choose/Choose.tsx'
import { FormButtons } from '@/shared/forms/FormButtons.tsx'
import { FormProblem, useFieldErrors } from '@/shared/forms/FormProblem.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useUrl } from '@/shared/ui/url.ts'
import { ChooseGrant } from './ChooseGrant.tsx'
import { inviteDocument } from './documents.ts'
import { InvitationLink } from './InvitationLink.tsx'
import { useAdministrationTexts } from './texts.ts'

type Values = { login: string; name?: string; employee?: string | null; grants?: { role: Role; orgUnit?: string | null }[] }
const fields = ['login', 'name', 'employee'] as const

// Invite makes an account for a person, and shows the link for the password once.
export function Invite() {
  const t = useAdministrationTexts()
  const [params, change] = useUrl()
  const client = useQueryClient()
  const invite = useSecretAct(inviteDocument)
  const path = invite.data?.inviteAccount.invitationPath
  const close = () => {
    invite.reset()
    change({ invite: null })
  }
  return (
    <>
      <Button type="primary" className="filters-act" onClick={() => change({ invite: '1' }, { replace: false })}>
        {t.invite}
      </Button>
      <Drawer open={params.has('invite') && !path} size={520} title={t.inviteTitle} onClose={close} destroyOnHidden>
        <InviteForm
          error={invite.error}
          busy={invite.isPending}
          onCancel={close}
          onSubmit={(values) =>
            invite.mutate({ input: { ...values, name: values.name?.trim() || null } }, { onSuccess: () => void client.invalidateQueries() })
          }
        />
      </Drawer>
      {path && <InvitationLink path={path} waits={false} onClose={close} />}
    </>
  )
}

type FormProps = { error: Error | null; busy: boolean; onSubmit: (values: Values) => void; onCancel: () => void }

function InviteForm({ error, busy, onSubmit, onCancel }: FormProps) {
  const t = useAdministrationTexts()
  const words = useTexts()
  const [form] = Form.useForm<Values>()
  useFieldErrors(form, error, fields)
  return (
    <Form<Values> form={form} layout="vertical" onFinish={onSubmit} requiredMark={false} autoComplete="off">
      <p className="form-note">{t.inviteHow}</p>
      <Form.Item name="login" label={t.login} rules={[{ required: true, whitespace: true, message: t.loginEmpty }]}>
        <Input autoFocus />
      </Form.Item>
      <Form.Item name="name" label={words.name} extra={t.nameHow}>
        <Input />
      </Form.Item>
      <Form.Item name="employee" label={t.employee} extra={t.employeeHow}>
        <ControlledPerson />
      </Form.Item>
      <Form.List name="grants">
        {(items, { add, remove }) => (
          <fieldset className="grants">
            <legend>{t.roles}</legend>
            <p className="form-note">{t.grantsHow}</p>
            {items.map((item) => (
              <div key={item.key} className="grant-item">
                <ChooseGrant item={item.name} />
                <Button size="small" onClick={() => remove(item.name)}>
                  {t.dropRole}
                </Button>
              </div>
            ))}
            <Button onClick={() => add({})}>{t.addRole}</Button>
          </fieldset>
        )}
      </Form.List>
      <FormProblem error={error} fields={fields} />
      <FormButtons busy={busy} onCancel={onCancel} />
    </Form>
  )
}

const ignore = () => {}

export function ControlledPerson({ value = null, onChange = ignore, id }: { value?: string | null; onChange?: (code: string | null) => void; id?: string }) {
  return <ChoosePerson id={id} label={useAdministrationTexts().employee} allowClear value={value} onChange={onChange} />
}
