import { App, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { graphql } from '@/shared/api/graphql.ts'
import { useAct } from '@/shared/api/hooks.ts'
import { FormProblem } from '@/shared/forms/FormProblem.tsx'
import { may, useMe } from '@/shared/session/me.ts'
import { useTexts } from '@/shared/ui/texts.ts'
import { usePeopleTexts } from './texts.ts'

const deleteDocument = graphql(`mutation DeletePerson($code: String!) {
  deleteEmployee(input: { code: $code }) { deletedCode userErrors { field message code } }
}`)
const eraseDocument = graphql(`mutation ErasePerson($code: String!) {
  eraseEmployee(input: { employee: $code }) { done pending { id } userErrors { field message code } }
}`)

type Person = { code: string; name: string }

// RemovePerson deletes a person, or proposes to erase them. Each says what it does, and waits
// for the code to be typed.
export function RemovePerson({ person, onDone }: { person: Person; onDone: () => void }) {
  const t = usePeopleTexts()
  const me = useMe()
  const { message, notification } = App.useApp()
  const [asking, setAsking] = useState<'delete' | 'erase' | null>(null)
  const [, go] = useLocation()
  const remove = useAct(deleteDocument)
  const erase = useAct(eraseDocument)
  const close = () => {
    setAsking(null)
    remove.reset()
    erase.reset()
  }
  const removed = () => {
    message.success(t.removed(person.name))
    close()
    onDone()
  }
  const proposed = () => {
    notification.info({ title: t.eraseProposed, actions: <Button onClick={() => go('/approvals')}>{t.toApprovals}</Button>, duration: 10 })
    close()
    onDone()
  }
  return (
    <div className="danger">
      <Button danger onClick={() => setAsking('delete')}>
        {t.remove}
      </Button>
      {may(me, 'ERASE') && (
        <Button danger onClick={() => setAsking('erase')}>
          {t.erase}
        </Button>
      )}
      {asking === 'delete' && (
        <TypedConfirmation
          code={person.code}
          title={t.removeTitle(person.name)}
          act={t.remove}
          says={[t.removeWhat, t.removeAccount, ...(may(me, 'ERASE') ? [t.removeErase] : [])]}
          error={remove.error}
          busy={remove.isPending}
          onYes={() => remove.mutate({ code: person.code }, { onSuccess: removed })}
          onNo={close}
        />
      )}
      {asking === 'erase' && (
        <TypedConfirmation
          code={person.code}
          title={t.eraseTitle(person.name)}
          act={t.erase}
          says={[t.eraseWhat, t.eraseWaits]}
          error={erase.error}
          busy={erase.isPending}
          onYes={() => erase.mutate({ code: person.code }, { onSuccess: proposed })}
          onNo={close}
        />
      )}
    </div>
  )
}

type ConfirmationProps = {
  code: string
  title: string
  act: string
  says: string[]
  error: Error | null
  busy: boolean
  onYes: () => void
  onNo: () => void
}

function TypedConfirmation({ code, title, act, says, error, busy, onYes, onNo }: ConfirmationProps) {
  const t = usePeopleTexts()
  const words = useTexts()
  const [typed, setTyped] = useState('')
  const right = typed.trim() === code
  return (
    <Modal
      open
      title={title}
      okText={act}
      cancelText={words.cancel}
      okButtonProps={{ danger: true, disabled: !right, loading: busy }}
      onOk={onYes}
      onCancel={onNo}
    >
      {says.map((text) => (
        <p className="form-note" key={text}>
          {text}
        </p>
      ))}
      <label htmlFor="typed-code">{t.typeCode(code)}</label>
      <Input id="typed-code" autoFocus autoComplete="off" value={typed} onChange={(e) => setTyped(e.target.value)} onPressEnter={() => right && onYes()} />
      <FormProblem error={error} />
    </Modal>
  )
}
