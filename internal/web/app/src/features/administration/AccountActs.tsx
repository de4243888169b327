import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input, Popconfirm } from 'antd'
import { useState } from 'react'
import { useSecretAct } from '@/shared/api/hooks.ts'
import { FormButtons } from '@/shared/forms/FormButtons.tsx'
import { FormProblem, useFieldErrors } from '@/shared/forms/FormProblem.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { type Account, disableDocument, enableDocument, joinDocument, linkDocument, reinviteDocument } from './documents.ts'
import { InvitationLink } from './InvitationLink.tsx'
import { ControlledPerson } from './Invite.tsx'
import { useAdministrationTexts } from './texts.ts'
import { useEdit } from './useEdit.ts'

// AccountActs are what is done to an account as a whole.
export function AccountActs({ account }: { account: Account }) {
  const t = useAdministrationTexts()
  const words = useTexts()
  const client = useQueryClient()
  const [form, setForm] = useState<'link' | 'join' | null>(null)
  const [disable, enable, link] = [useEdit(disableDocument), useEdit(enableDocument), useEdit(linkDocument)]
  const reinvite = useSecretAct(reinviteDocument)
  const made = reinvite.data?.reinviteAccount
  const id = { account: account.id }
  // What was refused before is no longer shown once something else is done.
  const begin = (run: () => void) => () => {
    for (const act of [disable, enable, link, reinvite]) act.reset()
    setForm(null)
    run()
  }
  const sure = (title: string, act: string, run: () => void) => (
    <Popconfirm title={title} okText={act} cancelText={words.cancel} onConfirm={begin(run)}>
      <Button>{act}</Button>
    </Popconfirm>
  )
  return (
    <section className="part">
      <div className="form-actions">
        {!account.service && (
          <>
            {sure(t.reinviteSure, t.reinvite, () => reinvite.mutate(id, { onSuccess: () => void client.invalidateQueries() }))}
            {account.employeeCode === null ? (
              <Button onClick={begin(() => setForm('link'))}>{t.link}</Button>
            ) : (
              sure(t.unlinkSure, t.unlink, () => link.run({ input: { account: account.id, employee: null } }))
            )}
          </>
        )}
        <Button onClick={begin(() => setForm('join'))}>{t.join}</Button>
        {account.disabled ? <Button onClick={begin(() => enable.run(id))}>{t.enable}</Button> : sure(t.disableSure, t.disable, () => disable.run(id))}
      </div>
      <FormProblem error={disable.error ?? enable.error ?? link.error ?? reinvite.error} />
      {form === 'link' && <LinkForm account={account.id} onDone={() => setForm(null)} />}
      {form === 'join' && <JoinForm account={account.id} onDone={() => setForm(null)} />}
      {made?.invitationPath && <InvitationLink path={made.invitationPath} waits={made.pending.length > 0} onClose={() => reinvite.reset()} />}
    </section>
  )
}

function LinkForm({ account, onDone }: { account: string; onDone: () => void }) {
  const t = useAdministrationTexts()
  const words = useTexts()
  const [form] = Form.useForm<{ employee: string }>()
  const link = useEdit(linkDocument)
  useFieldErrors(form, link.error, ['employee'])
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={({ employee }) => link.run({ input: { account, employee } }, onDone)}>
      <Form.Item name="employee" label={t.employee} extra={t.employeeHow} rules={[{ required: true, message: words.choosePerson }]}>
        <ControlledPerson />
      </Form.Item>
      <FormProblem error={link.error} fields={['employee']} />
      <FormButtons busy={link.busy} onCancel={onDone} />
    </Form>
  )
}

function JoinForm({ account, onDone }: { account: string; onDone: () => void }) {
  const t = useAdministrationTexts()
  const [form] = Form.useForm<{ subject: string }>()
  const join = useEdit(joinDocument)
  useFieldErrors(form, join.error, ['subject'])
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={({ subject }) => join.run({ input: { account, subject } }, onDone)}>
      <Form.Item name="subject" label={t.subject} extra={t.joinHow} rules={[{ required: true, whitespace: true, message: t.joinEmpty }]}>
        <Input />
      </Form.Item>
      <FormProblem error={join.error} fields={['subject']} />
      <FormButtons busy={join.busy} onCancel={onDone} />
    </Form>
  )
}
