import { Alert, Button, Form, Input, Segmented, Select } from 'antd'
import { FormProblem, useFieldErrors } from '@/shared/forms/FormProblem.tsx'
import { useMe } from '@/shared/session/me.ts'
import { useTexts } from '@/shared/ui/texts.ts'
import { useKindNames } from '@/shared/words/evidence.ts'
import { isRating, mayEnterMastery, recordableKinds } from './kinds.ts'
import { PointsSelect } from './PointsSelect.tsx'
import { localTime, type RecordValues } from './pieces.ts'
import { ResultFields } from './ResultFields.tsx'
import { useRecordTexts } from './texts.ts'

const fields: readonly (keyof RecordValues)[] = ['kind', 'points', 'level', 'percent', 'at', 'item', 'source']

type Props = {
  person: string
  initial: RecordValues
  busy: boolean
  problem: Error | null // why it was refused
  notice: string | null
  onSubmit: (values: RecordValues) => void
}

// RecordForm asks for a result, or for a mastery where the viewer may enter one.
export function RecordForm({ person, initial, busy, problem, notice, onSubmit }: Props) {
  const t = useRecordTexts()
  const words = useTexts()
  const kindNames = useKindNames()
  const me = useMe()
  const [form] = Form.useForm<RecordValues>()
  useFieldErrors(form, problem, fields)
  const what = Form.useWatch('what', form) ?? initial.what
  const kind = Form.useWatch('kind', form) ?? initial.kind
  const by = Form.useWatch('by', form) ?? initial.by
  const several = (Form.useWatch('points', form) ?? initial.points).length > 1
  return (
    <Form form={form} layout="vertical" noValidate requiredMark={false} initialValues={initial} onFinish={onSubmit} disabled={busy} className="record-form">
      <Form.Item name="what" hidden={!mayEnterMastery(me, person)}>
        <Segmented
          aria-label={t.kind}
          options={[
            { value: 'evidence', label: t.evidence },
            { value: 'mastery', label: t.mastery },
          ]}
          onChange={(chosen) => chosen === 'mastery' && form.setFieldValue('points', form.getFieldValue('points').slice(0, 1))}
        />
      </Form.Item>
      {what === 'evidence' && (
        <Form.Item name="kind" label={t.kind} rules={[{ required: true, message: t.needed }]}>
          <Select placeholder={t.chooseKind} options={recordableKinds(me, person).map((k) => ({ value: k, label: kindNames[k] }))} />
        </Form.Item>
      )}
      <Form.Item
        name="points"
        label={t.points}
        rules={[{ required: true, message: t.needed }]}
        extra={what === 'mastery' ? t.masteryHow : several && kind ? (isRating(kind) ? t.eachPoint : t.together) : undefined}
      >
        <PointsSelect one={what === 'mastery'} />
      </Form.Item>
      <ResultFields by={by} />
      <Form.Item name="at" label={t.at} extra={t.now}>
        <Input type="datetime-local" max={localTime(new Date())} />
      </Form.Item>
      {what === 'evidence' && kind && !isRating(kind) && (
        <Form.Item name="item" label={t.item}>
          <Input />
        </Form.Item>
      )}
      {what === 'evidence' && kind && kind !== 'SELF_ASSESSMENT' && (
        <Form.Item
          name="source"
          label={kind === 'PEER_RATING' ? t.peer : t.source}
          rules={kind === 'PEER_RATING' ? [{ required: true, whitespace: true, message: t.needed }] : []}
        >
          <Input />
        </Form.Item>
      )}
      {notice && <Alert type="info" role="status" title={notice} className="record-problem" />}
      <FormProblem error={problem} fields={fields} />
      <Button type="primary" htmlType="submit" loading={busy}>
        {words.save}
      </Button>
    </Form>
  )
}
