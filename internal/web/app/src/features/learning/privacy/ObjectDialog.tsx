import { Alert, App, Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { Refusal, useAct } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { useTexts } from '@/shared/ui/texts.ts'
import { objectDocument } from './documents.ts'
import { usePrivacyTexts } from './texts.ts'

type Known = { knowledgePoint: { code: string; name: string; nameEn: string | null }; mastery: number }
type Fields = { point: string; reason: string }

// The server names fields by their names in the API.
const fieldOf: Record<string, keyof Fields> = { knowledgePoint: 'point', reason: 'reason' }

// ObjectDialog takes an objection to one state. What was typed stays where it was refused.
export function ObjectDialog({ open, onClose, states }: { open: boolean; onClose: () => void; states: readonly Known[] }) {
  const t = usePrivacyTexts()
  const words = useTexts()
  const { nameOf, percent } = useFormat()
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const [general, setGeneral] = useState<string[]>([])
  const act = useAct(objectDocument)
  const submit = (fields: Fields) => {
    setGeneral([])
    act.mutate(fields, {
      onSuccess: () => {
        void message.success(t.objected)
        form.resetFields()
        onClose()
      },
      onError: (problem) => {
        const errors = problem instanceof Refusal ? problem.userErrors : [{ field: null, message: problem.message || words.failed }]
        const known = errors.flatMap((e) => {
          const name = e.field === null ? undefined : fieldOf[e.field]
          return name ? [{ name, errors: [e.message] }] : []
        })
        form.setFields(known)
        setGeneral(errors.filter((e) => e.field === null || !fieldOf[e.field]).map((e) => e.message))
      },
    })
  }
  return (
    <Modal open={open} title={t.objectTitle} onCancel={onClose} onOk={form.submit} okText={t.object} cancelText={words.cancel} confirmLoading={act.isPending}>
      <Form form={form} layout="vertical" onFinish={submit} requiredMark={false}>
        <Form.Item name="point" label={t.point} rules={[{ required: true, message: t.missing }]}>
          <Select
            autoFocus
            placeholder={t.choosePoint}
            showSearch={{ optionFilterProp: 'label' }}
            options={states.map((s) => ({ value: s.knowledgePoint.code, label: `${nameOf(s.knowledgePoint)} (${percent(s.mastery)})` }))}
          />
        </Form.Item>
        <Form.Item name="reason" label={t.reason} rules={[{ required: true, whitespace: true, message: t.missing }]}>
          <Input.TextArea rows={4} maxLength={2000} showCount />
        </Form.Item>
        {general.map((text) => (
          <Alert key={text} type="error" role="alert" title={text} />
        ))}
      </Form>
    </Modal>
  )
}
