import { App, Button, Form, Input, Select } from 'antd'
import { useRef } from 'react'
import { Link } from 'wouter'
import { graphql, type VariablesOf } from '@/shared/api/graphql.ts'
import { useAct } from '@/shared/api/hooks.ts'
import { ChoosePerson, ChoosePosition, ChooseUnit } from '@/shared/choose/Choose.tsx'
import { FormProblem, useFieldErrors } from '@/shared/forms/FormProblem.tsx'
import { pathOf } from '@/shared/ui/links.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { modalities, useModalityNames } from '@/shared/words/modalities.ts'
import { ChooseTargets } from './ChooseTargets.tsx'
import { changesOf, type PersonValues } from './changes.ts'
import { usePeopleTexts } from './texts.ts'

const saveDocument = graphql(`mutation SavePerson($input: UpsertEmployeeInput!) {
  upsertEmployee(input: $input) { employee { code name } created notices userErrors { field message code } }
}`)

type Coded = { code: string }
export type PersonRecord = {
  code: string
  name: string
  orgUnit: Coded | null
  position: Coded | null
  manager: Coded | null
  targets: readonly { code: string; name: string; nameEn: string | null }[] | null
  modalities: readonly string[] | null
}

const fields = ['code', 'name', 'orgUnit', 'position', 'manager', 'targets', 'modalities'] as const
const nobody: PersonValues = { code: '', name: '', orgUnit: null, position: null, manager: null, targets: [], modalities: [] }

function valuesOf(person: PersonRecord): PersonValues {
  return {
    code: person.code,
    name: person.name,
    orgUnit: person.orgUnit?.code ?? null,
    position: person.position?.code ?? null,
    manager: person.manager?.code ?? null,
    targets: person.targets?.map((p) => p.code) ?? [],
    modalities: [...(person.modalities ?? [])],
  }
}

type Props = { person?: PersonRecord; onDone: () => void; onCancel: () => void }

export function PersonForm({ person, onDone, onCancel }: Props) {
  const t = usePeopleTexts()
  const modalityNames = useModalityNames()
  const words = useTexts()
  const { message, notification } = App.useApp()
  const [form] = Form.useForm<PersonValues>()
  // Asking again in the background changes neither what is typed nor what counts as changed.
  const before = useRef(person ? valuesOf(person) : nobody).current
  const save = useAct(saveDocument)
  useFieldErrors(form, save.error, fields)
  const submit = (values: PersonValues) => {
    const changes = changesOf(before, { ...before, ...values })
    if (person && Object.keys(changes).length === 0) {
      message.info(t.unchanged)
      return onDone()
    }
    const input = { ...changes, code: person?.code ?? values.code.trim(), mode: person ? 'UPSERT' : 'CREATE' } as VariablesOf<typeof saveDocument>['input']
    save.mutate(
      { input },
      {
        onSuccess: ({ upsertEmployee: { created, employee, notices } }) => {
          message.success(created && employee ? t.created(employee.name) : words.saved)
          for (const notice of notices) notification.warning({ title: notice, duration: 0 })
          onDone()
        },
      },
    )
  }
  return (
    <Form<PersonValues> form={form} layout="vertical" initialValues={before} onFinish={submit} requiredMark={false} autoComplete="off">
      {!person && (
        <Form.Item name="code" label={t.personCode} extra={t.codeHow} rules={[{ required: true, whitespace: true, message: t.codeEmpty }]}>
          <Input autoFocus maxLength={128} />
        </Form.Item>
      )}
      <Form.Item name="name" label={t.personName} rules={[{ required: true, whitespace: true, message: t.nameEmpty }]}>
        <Input />
      </Form.Item>
      <Form.Item name="orgUnit" label={words.unit}>
        <ControlledUnit />
      </Form.Item>
      <Form.Item name="position" label={words.position}>
        <ControlledPosition />
      </Form.Item>
      <Form.Item name="manager" label={t.manager}>
        <ControlledPerson label={t.manager} />
      </Form.Item>
      {person?.targets !== null && (
        <Form.Item name="targets" label={t.targets} extra={t.targetsHow}>
          <ChooseTargets known={person?.targets ?? []} />
        </Form.Item>
      )}
      {person?.modalities !== null && (
        <Form.Item name="modalities" label={t.modalities} extra={t.orderHow}>
          <Select mode="multiple" allowClear options={modalities.map((m) => ({ value: m, label: modalityNames[m] }))} />
        </Form.Item>
      )}
      <FormProblem error={save.error} fields={person ? fields.slice(1) : fields} />
      <div className="form-actions">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {words.save}
        </Button>
        <Button onClick={onCancel}>{words.cancel}</Button>
        {person && <Link href={pathOf.person(person.code)}>{t.open}</Link>}
      </div>
    </Form>
  )
}

// What the form gives its fields: a value, a way to change it, and the id of the label.
type Controlled = { value?: string | null; onChange?: (code: string | null) => void; id?: string }
const ignore = () => {}

function ControlledUnit({ value = null, onChange = ignore, id }: Controlled) {
  return <ChooseUnit id={id} label={useTexts().unit} allowClear value={value} onChange={onChange} />
}

function ControlledPosition({ value = null, onChange = ignore, id }: Controlled) {
  return <ChoosePosition id={id} label={useTexts().position} allowClear value={value} onChange={onChange} />
}

function ControlledPerson({ value = null, onChange = ignore, id, label }: Controlled & { label: string }) {
  return <ChoosePerson id={id} label={label} allowClear value={value} onChange={onChange} />
}
