import './forms.css'
import { Alert, type FormInstance } from 'antd'
import { useEffect } from 'react'
import { Refusal } from '@/shared/api/hooks.ts'
import { useFaultText } from '@/shared/ui/Answer.tsx'

// useFieldErrors puts each message of a refusal at the field that it is about, and goes to the
// first of them. What was typed stays.
export function useFieldErrors(form: FormInstance, error: Error | null, fields: readonly string[]): void {
  useEffect(() => {
    if (!(error instanceof Refusal)) return
    const wrong = fields.filter((name) => messagesOf(error, name).length > 0)
    form.setFields(wrong.map((name) => ({ name, errors: messagesOf(error, name) })))
    if (wrong[0]) form.scrollToField(wrong[0], { focus: true })
  }, [error])
}

// baseOf returns the field of the form that a field of the input belongs to: scopes for scopes[1].
function baseOf(field: string | null): string {
  return field?.split(/[.[]/)[0] ?? ''
}

function messagesOf(refusal: Refusal, field: string): string[] {
  return refusal.userErrors.filter((e) => baseOf(e.field) === field).map((e) => e.message)
}

// FormProblem shows, above the buttons of a form, why it was refused where that is about no
// field of the form.
export function FormProblem({ error, fields = [] }: { error: Error | null; fields?: readonly string[] }) {
  const fault = useFaultText(error ?? new Error())
  if (!error) return null
  const messages = error instanceof Refusal ? error.userErrors.filter((e) => !fields.includes(baseOf(e.field))).map((e) => e.message) : [fault]
  if (messages.length === 0) return null
  return <Alert className="form-problem" type="error" showIcon role="alert" title={messages.map((m) => <p key={m}>{m}</p>)} />
}
