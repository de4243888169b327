import { Form, Select } from 'antd'
import { type Role, roles, rolesOfUnits, useAccessWords } from '@/shared/access/words.ts'
import { ChooseUnit } from '@/shared/choose/Choose.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useAdministrationTexts } from './texts.ts'

// ChooseGrant are two fields of a form, or of an item of its list of grants: a role, and the
// department that it is for, where it may be for one. The roles lie open where a role is added
// to an account, because that is all there is to choose.
export function ChooseGrant({ item }: { item?: number }) {
  const t = useAdministrationTexts()
  const words = useTexts()
  const access = useAccessWords()
  const form = Form.useFormInstance()
  const role = Form.useWatch<Role | undefined>(item === undefined ? ['role'] : ['grants', item, 'role'], form)
  const at = (field: string) => (item === undefined ? field : [item, field])
  return (
    <div className="grant-fields">
      <Form.Item name={at('role')} label={t.role} extra={role && access.roleMay(role)} rules={[{ required: true, message: t.roleEmpty }]}>
        <Select autoFocus={item === undefined} defaultOpen={item === undefined} options={roles.map((r) => ({ value: r, label: access.role(r) }))} />
      </Form.Item>
      {role && rolesOfUnits.includes(role) && (
        <Form.Item name={at('orgUnit')} label={words.unit}>
          <ControlledUnit />
        </Form.Item>
      )}
    </div>
  )
}

const ignore = () => {}

function ControlledUnit({ value = null, onChange = ignore, id }: { value?: string | null; onChange?: (code: string | null) => void; id?: string }) {
  return <ChooseUnit id={id} label={useTexts().unit} placeholder={useAdministrationTexts().firm} allowClear value={value} onChange={onChange} />
}
