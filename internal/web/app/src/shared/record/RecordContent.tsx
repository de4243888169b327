import { useState } from 'react'
import { Refusal, useAct } from '@/shared/api/hooks.ts'
import { useIds } from '@/shared/api/id.ts'
import { nameOf } from '@/shared/format/values.ts'
import { useMe } from '@/shared/session/me.ts'
import { enterMasteryDocument, recordEvidenceDocument, takeBackDocument, takeMasteryBackDocument } from './documents.ts'
import { isRating, recordableKinds } from './kinds.ts'
import { type Piece, piecesOf, type RecordValues, scoreOf, timeOf, withFields } from './pieces.ts'
import type { RecordDialogProps } from './RecordDialog.tsx'
import { type Outcome, RecordedView } from './RecordedView.tsx'
import { RecordForm } from './RecordForm.tsx'
import { useRecordTexts } from './texts.ts'
import './record.css'

// RecordContent is the form, and afterwards what the result did. Taking it back leads to the
// form again, with all that was typed.
export default function RecordContent({ person, point, onClose }: Omit<RecordDialogProps, 'open'>) {
  const t = useRecordTexts()
  const me = useMe()
  const idOf = useIds()
  // Without a time it was when the form was opened, so that what is sent again is the same.
  const [round, setRound] = useState({ number: 0, begun: new Date() })
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [problem, setProblem] = useState<Error | null>(null)
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

  const refused = (error: unknown, by: RecordValues['by']) =>
    setProblem(error instanceof Refusal ? new Refusal(withFields(error.userErrors, by)) : (error as Error))
  const submit = async (values: RecordValues) => {
    setProblem(null)
    setNotice(null)
    setInitial({ ...initial, ...values })
    try {
      if (values.what === 'mastery') {
        const [entered] = values.points
        if (!entered) return
        const input = { employee: person.code, knowledgePoint: entered.value, mastery: scoreOf(values), assessedAt: timeOf(values.at, round.begun) }
        await enter.mutateAsync({ input })
        setOutcome({ what: 'mastery', point: entered, input })
      } else {
        const evidence: Piece[] = piecesOf(idOf(JSON.stringify([round.number, values])), person.code, values, round.begun)
        const { recordEvidence } = await record.mutateAsync({ evidence })
        setOutcome({ what: 'evidence', ids: evidence.map((e) => e.id), recorded: recordEvidence })
      }
    } catch (error) {
      refused(error, values.by)
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
      refused(error, initial.by)
    }
  }
  const again = (values: RecordValues) => {
    setRound({ number: round.number + 1, begun: new Date() })
    setInitial(values)
    setProblem(null)
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
      key={round.number}
      person={person.code}
      initial={initial}
      busy={record.isPending || enter.isPending}
      problem={problem}
      notice={notice}
      onSubmit={(values) => void submit(values)}
    />
  )
}
