import { Alert, App, Button, Form, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'
import { Refusal, useAct } from '@/shared/api/hooks.ts'
import { useIds } from '@/shared/api/id.ts'
import { useFormat } from '@/shared/format/values.ts'
import { useFaultTexts } from '@/shared/ui/Answer.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { Levels } from '../documents.ts'
import { useLearningTexts } from '../texts.ts'
import { dayOf, momentOf } from './day.ts'

const recordMutation = graphql(`mutation RecordSelfAssessment($evidence: EvidenceInput!) {
  recordEvidence(input: { evidence: [$evidence] }) {
    superseded
    learners { states { mastery knowledgePoint { code } } }
    userErrors { field message code }
  }
}`)

// Assessed is what a person says of themselves: that they knew it, learned it, or reviewed it.
export type Assessed = {
  act: 'known' | 'finished' | 'reviewed'
  step: { target: number; knowledgePoint: { code: string; name: string; nameEn: string | null; description: string | null }; resource: { code: string } | null }
}

type Props = { open: boolean; person: string; assessed: Assessed; levels: Levels; onClose: () => void; afterClose: () => void; onPlace: () => void }

// AssessDialog asks how well the person masters a point, in the words of the scale.
export function AssessDialog({ open, person, assessed, levels, onClose, afterClose, onPlace }: Props) {
  const t = useLearningTexts()
  const words = useTexts()
  const format = useFormat()
  const { message } = App.useApp()
  const faultText = useFaultTexts()
  const act = useAct(recordMutation)
  const [opened] = useState(() => new Date())
  const [form] = Form.useForm<{ level: number; day: string }>()
  const idOf = useIds()
  const { act: kind, step } = assessed
  const { knowledgePoint: point, resource } = step
  const name = format.nameOf(point)
  const title = { known: t.knownTitle, finished: t.finishedTitle, reviewed: t.reviewedTitle }[kind](name)
  const dated = kind !== 'known'
  const tell = ({ recordEvidence: { learners, superseded } }: ResultOf<typeof recordMutation>) => {
    const state = learners?.flatMap((l) => l.states).find((s) => s.knowledgePoint.code === point.code)
    onClose()
    if (superseded > 0) void message.info(t.superseded, 6)
    else if (state) void message.success(t.recorded(name, format.percent(state.mastery), format.percent(step.target)), 6)
    else void message.success(words.saved)
  }
  const record = ({ level, day }: { level: number; day?: string }) =>
    act.mutate(
      {
        evidence: {
          id: idOf(`${level} ${day}`),
          employee: person,
          knowledgePoints: [point.code],
          kind: 'SELF_ASSESSMENT',
          score: level,
          at: momentOf(day ?? dayOf(opened), opened).toISOString(),
          item: dated ? resource?.code : undefined,
        },
      },
      {
        onSuccess: tell,
        onError: (error) => {
          const problems = error instanceof Refusal ? error.userErrors.filter((e) => e.field?.endsWith('at')) : []
          if (dated && problems.length > 0) form.setFields([{ name: 'day', errors: problems.map((e) => e.message) }])
        },
      },
    )
  const shownAbove = act.error && !(dated && act.error instanceof Refusal && act.error.userErrors.every((e) => e.field?.endsWith('at')))
  return (
    <Modal
      open={open}
      title={title}
      okText={words.save}
      cancelText={words.cancel}
      onCancel={onClose}
      afterClose={afterClose}
      okButtonProps={{ htmlType: 'submit', form: 'assess' }}
      confirmLoading={act.isPending}
    >
      <Form id="assess" name="assess" form={form} layout="vertical" onFinish={record} initialValues={{ day: dayOf(opened) }} requiredMark={false}>
        {point.description && <p className="quiet assess-about">{point.description}</p>}
        <Form.Item name="level" label={t.how} rules={[{ required: true, message: t.howRequired }]}>
          <Radio.Group
            className="levels"
            options={levels.map((l) => ({ value: l.level, label: `${format.nameOf({ name: l.label, nameEn: l.labelEn })} ${format.percent(l.level)}` }))}
          />
        </Form.Item>
        {dated && (
          <Form.Item name="day" label={t.when} rules={[{ required: true, message: t.whenRequired }]}>
            <Input type="date" max={dayOf(opened)} className="day" />
          </Form.Item>
        )}
        <p className="note">{t.counts}</p>
        {kind === 'known' && (
          <p>
            {t.notSure}{' '}
            <Button type="link" className="inline-button" onClick={onPlace}>
              {t.ratherAsk}
            </Button>
          </p>
        )}
        {shownAbove && <Alert type="error" role="alert" title={faultText(act.error)} />}
      </Form>
    </Modal>
  )
}
