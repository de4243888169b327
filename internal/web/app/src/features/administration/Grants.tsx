import { Button, Form, Popconfirm } from 'antd'
import { useState } from 'react'
import { useGrantText } from '@/shared/access/Grant.tsx'
import type { Role } from '@/shared/access/words.ts'
import { FormButtons } from '@/shared/forms/FormButtons.tsx'
import { FormProblem, useFieldErrors } from '@/shared/forms/FormProblem.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { ChooseGrant } from './ChooseGrant.tsx'
import { type Account, grantDocument, revokeDocument } from './documents.ts'
import { useAdministrationTexts } from './texts.ts'
import { useEdit } from './useEdit.ts'

// Grants are the roles of an account: they are taken away here, and added.
export function Grants({ account }: { account: Account }) {
  const t = useAdministrationTexts()
  const words = useTexts()
  const grantText = useGrantText()
  const [adding, setAdding] = useState(false)
  const revoke = useEdit(revokeDocument)
  return (
    <section className="part">
      <h3>{t.roles}</h3>
      {account.grants.length === 0 && <p className="quiet">{t.noRole}</p>}
      <ul className="grant-list">
        {account.grants.map((g) => (
          <li key={grantText(g)}>
            <span>{grantText(g)}</span>
            <Popconfirm
              title={t.removeRoleSure(grantText(g))}
              okText={t.removeRole}
              cancelText={words.cancel}
              onConfirm={() => revoke.run({ input: { account: account.id, role: g.role, orgUnit: g.orgUnit } })}
            >
              <Button size="small" aria-label={`${t.removeRole}: ${grantText(g)}`}>
                {t.removeRole}
              </Button>
            </Popconfirm>
          </li>
        ))}
      </ul>
      <FormProblem error={revoke.error} />
      {adding ? <AddGrant account={account.id} onDone={() => setAdding(false)} /> : <Button onClick={() => setAdding(true)}>{t.addRole}</Button>}
    </section>
  )
}

const fields = ['role', 'orgUnit'] as const

function AddGrant({ account, onDone }: { account: string; onDone: () => void }) {
  const [form] = Form.useForm<{ role: Role; orgUnit?: string | null }>()
  const grant = useEdit(grantDocument)
  useFieldErrors(form, grant.error, fields)
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={(values) => grant.run({ input: { account, ...values } }, onDone)}>
      <ChooseGrant />
      <FormProblem error={grant.error} fields={fields} />
      <FormButtons busy={grant.busy} onCancel={onDone} />
    </Form>
  )
}
