import { Button, Form, Input } from 'antd'
import { useSecretAct } from '@/shared/api/hooks.ts'
import { FormProblem, useFieldErrors } from '@/shared/forms/FormProblem.tsx'
import { useMe } from '@/shared/session/me.ts'
import { Section } from '@/shared/ui/Page.tsx'
import { passwordDocument } from './documents.ts'
import { leave } from './leave.ts'
import { useAccountTexts } from './texts.ts'

type Values = { current: string; password: string; again: string }
const fields = ['current', 'password'] as const

// Password changes the own password. All sessions have ended then, this one too.
export function Password({ has }: { has: boolean }) {
  const t = useAccountTexts()
  const me = useMe()
  const [form] = Form.useForm<Values>()
  const change = useSecretAct(passwordDocument)
  useFieldErrors(form, change.error, fields)
  const submit = ({ current, password }: Values) => change.mutate({ current, password }, { onSuccess: () => leave({ changed: 'password' }) })
  if (!has)
    return (
      <Section title={t.password}>
        <p>{t.noPassword}</p>
      </Section>
    )
  return (
    <Section title={t.password} note={t.passwordHow}>
      <Form<Values> form={form} className="password" layout="vertical" requiredMark={false} onFinish={submit}>
        <input type="text" name="username" autoComplete="username" value={me.login ?? ''} readOnly hidden />
        <Form.Item name="current" label={t.currentPassword} rules={[{ required: true, message: t.enter }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="password" label={t.newPassword} rules={[{ required: true, min: 12, message: t.short }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t.again}
          dependencies={['password']}
          rules={[
            { required: true, message: t.enter },
            { validator: async (_, again) => (again && again !== form.getFieldValue('password') ? Promise.reject(new Error(t.differ)) : undefined) },
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <FormProblem error={change.error} fields={fields} />
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t.change}
        </Button>
      </Form>
    </Section>
  )
}
