import { useState } from 'react'
import { Refusal, type UserError, useAct } from '@/shared/api/hooks.ts'
import { nameOf } from '@/shared/format/values.ts'
import { useMe } from '@/shared/session/me.ts'
import { enterMasteryDocument, recordEvidenceDocument, takeBackDocument, takeMasteryBackDocument } from './documents.ts'
import { isRating, recordableKinds } from './kinds.ts'
import { fieldOf, newId, type Piece, piecesOf, type RecordValues, scoreOf, timeOf } from './pieces.ts'
import type { RecordDialogProps } from './RecordDialog.tsx'
import { type Outcome, RecordedView } from './RecordedView.tsx'
import { type FieldErrors, RecordForm } from './RecordForm.tsx'
import { useRecordTexts } from './texts.ts'
import './record.css'

type Field = keyof RecordValues

// RecordContent is the form, and afterwards what the result did. Taking it back leads to the
// form again, with all that was typed.
export default function RecordContent({ person, point, onClose }: Omit<RecordDialogProps, 'open'>) {
  const t = useRecordTexts()
  const me = useMe()
  const [id, setId] = useState(newId)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [problem, setProblem] = useState<Error | null>(null)
  const [fieldErrors, setFieldErrors] = useState<FieldErrors>([])
  const [notice, setNotice] = useState<string | null>(null)
  const record = useAct(recordEvidenceDocument)
  const enter = useAct(enterMasteryDocument)
  const takeBack = useAct(takeBackDocument)
  const takeMasteryBack = useAct(takeMasteryBackDocument)
  const offered = recordableKinds(me, person.code)
  const kind = offered.length === 1 ? offered[0] : undefined
  const [initial, setInitial] = useState<RecordValues>({
    what: 'evidence',
    kind,
    points: point ? [{ value: point.code, label: nameOf(point) }] : [],
    by: kind && !isRating(kind) ? 'percent' : 'level',
  })

  const refused = (error: unknown, values?: RecordValues) => {
    const loose: UserError[] = []
    const messages = new Map<Field, string[]>()
    if (!(error instanceof Refusal)) return setProblem(error as Error)
    for (const e of error.userErrors) {
      const field = values && (fieldOf(e.field, values.by) as Field | null)
      if (field) messages.set(field, [...new Set([...(messages.get(field) ?? []), e.message])])
      else loose.push(e)
    }
    setFieldErrors([...messages].map(([name, errors]) => ({ name, errors })))
    setProblem(loose.length > 0 ? new Refusal(loose) : null)
  }
  const submit = async (values: RecordValues) => {
    setProblem(null)
    setNotice(null)
    setInitial({ ...initial, ...values })
    const now = new Date()
    try {
      if (values.what === 'mastery') {
        const [entered] = values.points
        if (!entered) return
        const input = { employee: person.code, knowledgePoint: entered.value, mastery: scoreOf(values), assessedAt: timeOf(values.at, now) }
        await enter.mutateAsync({ input })
        setOutcome({ what: 'mastery', point: entered, input })
      } else {
        const evidence: Piece[] = piecesOf(id, person.code, values, now)
        const { recordEvidence } = await record.mutateAsync({ evidence })
        setOutcome({ what: 'evidence', ids: evidence.map((e) => e.id), recorded: recordEvidence })
      }
    } catch (error) {
      refused(error, values)
    }
  }
  const undo = async (done: Outcome) => {
    setProblem(null)
    try {
      if (done.what === 'evidence') await takeBack.mutateAsync({ ids: done.ids })
      else await takeMasteryBack.mutateAsync(done.input)
      again(initial)
      setNotice(t.takenBack)
    } catch (error) {
      refused(error)
    }
  }
  const again = (values: RecordValues) => {
    setId(newId())
    setInitial(values)
    setProblem(null)
    setFieldErrors([])
    setNotice(null)
    setOutcome(null)
  }
  if (outcome)
    return (
      <RecordedView
        outcome={outcome}
        problem={problem}
        busy={takeBack.isPending || takeMasteryBack.isPending}
        onTakeBack={() => void undo(outcome)}
        onAnother={() => again({ ...initial, points: [], level: undefined, percent: undefined })}
        onClose={onClose}
      />
    )
  return (
    <RecordForm
      key={id}
      errors={fieldErrors}
      person={person.code}
      initial={initial}
      busy={record.isPending || enter.isPending}
      problem={problem}
      notice={notice}
      onSubmit={(values) => void submit(values)}
    />
  )
}
