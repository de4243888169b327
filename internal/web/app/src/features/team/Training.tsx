import { Button, Form, InputNumber, Radio } from 'antd'
import { useEffect } from 'react'
import { useAsk, useCancel } from '@/shared/api/hooks.ts'
import { ChoosePosition } from '@/shared/choose/Choose.tsx'
import type { Group } from '@/shared/choose/group.ts'
import { LongAnswer } from '@/shared/ui/LongAnswer.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useUrl } from '@/shared/ui/url.ts'
import { trainingDocument } from './documents.ts'
import { TrainingPlans } from './TrainingPlans.tsx'
import { useTeamTexts } from './texts.ts'

type Values = { position?: string; holders: number; pool: 'INCUMBENTS' | 'ALL'; hours?: number | null }

// Training asks for the least training after which enough people hold every critical point of a
// position. What was asked stands in the address.
export function Training({ group, position }: { group: Group; position: { code: string; name: string } | null }) {
  const t = useTeamTexts()
  const [params, change] = useUrl()
  const [form] = Form.useForm<Values>()
  const compared = position?.code
  const train = params.get('train')
  const asked = {
    position: train ?? '',
    group,
    holders: whole(params.get('holders')) ?? 2,
    pool: params.get('pool') === 'ALL' ? ('ALL' as const) : ('INCUMBENTS' as const),
    maxMinutes: whole(params.get('minutes')),
  }
  const query = useAsk(trainingDocument, asked, { enabled: train !== null, placeholderData: undefined })
  const cancel = useCancel(trainingDocument)
  useEffect(() => {
    if (!train && compared) form.setFieldValue('position', compared)
  }, [form, train, compared])
  const ask = (values: Values) =>
    change({
      train: values.position ?? null,
      holders: String(values.holders),
      pool: values.pool,
      minutes: values.hours == null ? null : String(Math.round(values.hours * 60)),
    })
  const initial: Values = {
    position: train ?? compared ?? undefined,
    holders: asked.holders,
    pool: asked.pool,
    hours: asked.maxMinutes === null ? null : asked.maxMinutes / 60,
  }
  return (
    <Section className="half" title={t.training} id="training">
      <p className="quiet">{t.trainingLead}</p>
      <Form form={form} layout="vertical" requiredMark={false} className="team-train" initialValues={initial} onFinish={ask}>
        <Form.Item name="position" label={t.trainPosition} rules={[{ required: true, message: t.filling }]} htmlFor="train-position">
          <PositionField chosen={position} />
        </Form.Item>
        <Form.Item name="holders" label={t.trainHolders} rules={[{ required: true, message: t.filling }]}>
          <InputNumber min={1} max={100} precision={0} />
        </Form.Item>
        <Form.Item name="pool" label={t.trainPool}>
          <Radio.Group
            options={[
              { value: 'INCUMBENTS', label: t.INCUMBENTS },
              { value: 'ALL', label: t.ALL },
            ]}
          />
        </Form.Item>
        <Form.Item name="hours" label={t.trainMax}>
          <InputNumber min={1} max={10_000} placeholder={t.noBound} />
        </Form.Item>
        <Form.Item>
          <Button type="primary" htmlType="submit" loading={train !== null && query.isFetching}>
            {t.compute}
          </Button>
        </Form.Item>
      </Form>
      {train !== null && (
        <LongAnswer query={query} rows={4} cancel={cancel}>
          {({ trainingSet }) => trainingSet && <TrainingPlans set={trainingSet} variables={asked} />}
        </LongAnswer>
      )}
    </Section>
  )
}

type FieldProps = { chosen: { code: string; name: string } | null; value?: string; onChange?: (code: string | undefined) => void }

function PositionField({ chosen, value, onChange }: FieldProps) {
  const t = useTeamTexts()
  return <ChoosePosition id="train-position" label={t.trainPosition} chosen={chosen} value={value ?? null} onChange={(code) => onChange?.(code ?? undefined)} />
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,7}$/.test(text) ? Number(text) : null
}
