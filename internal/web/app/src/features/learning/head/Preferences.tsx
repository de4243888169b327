import { Alert, App, Button, Form, Modal, Select } from 'antd'
import { useState } from 'react'
import { graphql } from '@/shared/api/graphql.ts'
import { useAct } from '@/shared/api/hooks.ts'
import { useFaultTexts } from '@/shared/ui/Answer.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { type Modality, modalities, useModalityNames } from '@/shared/words/modalities.ts'
import type { Learner } from '../documents.ts'
import { useLearningTexts } from '../texts.ts'

const modalitiesMutation = graphql(`mutation SetModalities($employee: String!, $modalities: [Modality!]!) {
  upsertEmployee(input: { code: $employee, modalities: $modalities }) { userErrors { field message code } }
}`)

// Preferences orders the forms in which a person likes to learn.
export function Preferences({ learner }: { learner: Learner }) {
  const t = useLearningTexts()
  const words = useTexts()
  const names = useModalityNames()
  const { message } = App.useApp()
  const [open, setOpen] = useState(false)
  const [chosen, choose] = useState<Modality[]>([])
  const act = useAct(modalitiesMutation)
  const faultText = useFaultTexts()
  const current = learner.modalities ?? []
  const show = () => {
    act.reset()
    choose([...current])
    setOpen(true)
  }
  const save = () =>
    act.mutate(
      { employee: learner.code, modalities: chosen },
      {
        onSuccess: () => {
          setOpen(false)
          void message.success(words.saved)
        },
      },
    )
  return (
    <>
      <Button size="small" onClick={show} className="no-print">
        {t.preferences}
        {current.length > 0 && <span className="quiet"> {current.map((m) => names[m]).join(' › ')}</span>}
      </Button>
      <Modal
        open={open}
        title={t.preferences}
        okText={words.save}
        cancelText={words.cancel}
        onCancel={() => setOpen(false)}
        okButtonProps={{ htmlType: 'submit', form: 'preferences' }}
        confirmLoading={act.isPending}
      >
        <Form id="preferences" layout="vertical" onFinish={save}>
          <Form.Item label={t.preferencesHow} htmlFor="modalities">
            <Select
              id="modalities"
              mode="multiple"
              value={chosen}
              onChange={choose}
              placeholder={t.noPreference}
              options={modalities.map((value) => ({ value, label: names[value] }))}
            />
          </Form.Item>
          {act.error && <Alert type="error" role="alert" title={faultText(act.error)} />}
        </Form>
      </Modal>
    </>
  )
}
