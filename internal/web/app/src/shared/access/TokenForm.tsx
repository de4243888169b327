import { Checkbox, Form, type FormInstance, Input, Select } from 'antd'
import type { ReactNode } from 'react'
import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { FormButtons } from '@/shared/forms/FormButtons.tsx'
import { FormProblem, useFieldErrors } from '@/shared/forms/FormProblem.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useTokenTexts } from './texts.ts'
import { type Scope, scopeCode, useAccessWords } from './words.ts'

export type TokenValues = { name: string; scopes: Scope[]; orgUnits?: string[]; days: number }

const fields = ['name', 'scopes', 'orgUnits'] as const
const unitsDocument = graphql(`query TokenUnits { orgUnits(first: 200) { nodes { code name } } }`)

// expiryOf returns when a token expires that is valid for so many days from now.
export function expiryOf(days: number, now: Date): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString()
}

type Props<Values> = {
  form: FormInstance<Values>
  offered: readonly Scope[]
  initial: Partial<Values>
  error: Error | null
  busy: boolean
  onSubmit: (values: Values) => void
  onCancel: () => void
  children?: ReactNode // fields before these
  more?: readonly string[] // their names
}

// TokenForm asks what a token is for, what it may do, for whom, and how long.
export function TokenForm<Values extends TokenValues>({ form, offered, initial, error, busy, onSubmit, onCancel, children, more = [] }: Props<Values>) {
  const t = useTokenTexts()
  const words = useTexts()
  const access = useAccessWords()
  const { data } = useAsk(unitsDocument, {}, { staleTime: 60_000 })
  const known = [...more, ...fields]
  useFieldErrors(form, error, known)
  return (
    <Form form={form} layout="vertical" initialValues={initial} onFinish={onSubmit} requiredMark={false} autoComplete="off">
      {children}
      <Form.Item name="name" label={t.purpose} rules={[{ required: true, whitespace: true, message: t.purposeEmpty }]}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item
        name="scopes"
        label={t.scopes}
        rules={[{ validator: async (_, chosen?: Scope[]) => (chosen?.length ? undefined : Promise.reject(new Error(t.scopesEmpty))) }]}
      >
        <Checkbox.Group
          className="stacked"
          options={offered.map((scope) => ({
            value: scope,
            label: (
              <>
                {access.scope(scope)} <span className="code">{scopeCode(scope)}</span>
              </>
            ),
          }))}
        />
      </Form.Item>
      <Form.Item name="orgUnits" label={t.units} extra={t.unitsHow}>
        <Select
          mode="multiple"
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={(data?.orgUnits.nodes ?? []).map((u) => ({ value: u.code, label: u.name }))}
          notFoundContent={words.nothingFound}
        />
      </Form.Item>
      <Form.Item name="days" label={t.life}>
        <Select options={[30, 90, 180, 366].map((n) => ({ value: n, label: t.days(n) }))} />
      </Form.Item>
      <FormProblem error={error} fields={known} />
      <FormButtons busy={busy} onCancel={onCancel} />
    </Form>
  )
}
