import { Form, InputNumber, Radio, Segmented } from 'antd'
import { useAsk } from '@/shared/api/hooks.ts'
import { useLanguage } from '@/shared/format/messages.ts'
import { percent } from '@/shared/format/values.ts'
import { recordLevelsDocument } from './documents.ts'
import type { RecordValues } from './pieces.ts'
import { useRecordTexts } from './texts.ts'

// ResultFields ask for a result as a word of the scale or in percent. None is chosen before.
export function ResultFields({ by }: { by: RecordValues['by'] }) {
  const t = useRecordTexts()
  const language = useLanguage()
  const { data } = useAsk(recordLevelsDocument, {}, { staleTime: Number.POSITIVE_INFINITY })
  const levels = [{ value: 0, label: t.notYet }, ...(data?.levels ?? []).map((l) => ({ value: l.level, label: (language === 'en' && l.labelEn) || l.label }))]
  return (
    <>
      <Form.Item name="by" label={t.result} className="record-by">
        <Segmented
          aria-label={t.result}
          options={[
            { value: 'level', label: t.byLevel },
            { value: 'percent', label: t.byPercent },
          ]}
        />
      </Form.Item>
      {by === 'level' ? (
        <Form.Item name="level" rules={[{ required: true, message: t.needed }]}>
          <Radio.Group aria-label={t.level} className="record-levels">
            {levels.map((l) => (
              <Radio key={l.value} value={l.value}>
                {l.label} <span className="quiet">{percent(l.value)}</span>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
      ) : (
        <Form.Item name="percent" rules={[{ required: true, message: t.needed }]}>
          <InputNumber<number> aria-label={t.percent} min={0} max={100} suffix="%" />
        </Form.Item>
      )}
    </>
  )
}
