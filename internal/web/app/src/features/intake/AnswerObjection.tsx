import { App, Form, Input, Modal } from 'antd'
import { graphql } from '@/shared/api/graphql.ts'
import { useAct } from '@/shared/api/hooks.ts'
import { FormProblem, useFieldErrors } from '@/shared/forms/FormProblem.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { Objection } from './Objections.tsx'
import { useIntakeTexts } from './texts.ts'

const answerDocument = graphql(`mutation AnswerObjection($input: AnswerObjectionInput!) {
  answerObjection(input: $input) { objection { id } userErrors { field message code } }
}`)

export function AnswerObjection({ objection, who, onClose }: { objection: Objection; who: string; onClose: () => void }) {
  const t = useIntakeTexts()
  const words = useTexts()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ answer: string }>()
  const send = useAct(answerDocument)
  useFieldErrors(form, send.error, ['answer'])
  const submit = ({ answer }: { answer: string }) =>
    send.mutate(
      { input: { employee: objection.employeeCode, id: objection.id, answer } },
      {
        onSuccess: () => {
          message.success(t.sent)
          onClose()
        },
      },
    )
  return (
    <Modal
      open
      title={t.answerTitle(who)}
      okText={t.send}
      cancelText={words.cancel}
      okButtonProps={{ loading: send.isPending }}
      mask={{ closable: false }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <blockquote className="objection">{objection.reason}</blockquote>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ answer: objection.answer ?? '' }} onFinish={submit}>
        <Form.Item name="answer" label={t.answer} extra={t.answerHow} rules={[{ required: true, whitespace: true, message: t.answerEmpty }]}>
          <Input.TextArea autoFocus rows={6} maxLength={2000} showCount />
        </Form.Item>
        <FormProblem error={send.error} fields={['answer']} />
      </Form>
    </Modal>
  )
}
