import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import { useFormat } from '@/shared/format/values.ts'
import { FormProblem } from '@/shared/forms/FormProblem.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import type { Recorded } from './documents.ts'
import { useRecordTexts } from './texts.ts'

type Mastery = { employee: string; knowledgePoint: string; mastery: number; assessedAt: string }

export type Outcome = { what: 'evidence'; ids: string[]; recorded: Recorded } | { what: 'mastery'; point: { label: React.ReactNode }; input: Mastery }

type Props = { outcome: Outcome; problem: Error | null; busy: boolean; onTakeBack: () => void; onAnother: () => void; onClose: () => void }

// RecordedView says in one line what a result did, and takes it back.
export function RecordedView({ outcome, problem, busy, onTakeBack, onAnother, onClose }: Props) {
  const t = useRecordTexts()
  const words = useTexts()
  const done = useRef<HTMLButtonElement>(null)
  useEffect(() => done.current?.focus(), [])
  return (
    <div className="record-form">
      <div role="status" className="record-done">
        <b>✓ {t.recorded}</b>
        <p>
          <What outcome={outcome} />
        </p>
      </div>
      <FormProblem error={problem} />
      <div className="record-buttons">
        <Button ref={done} type="primary" onClick={onClose}>
          {words.done}
        </Button>
        <Button onClick={onAnother}>{t.another}</Button>
        <Button danger loading={busy} onClick={onTakeBack}>
          {t.takeBack}
        </Button>
      </div>
    </div>
  )
}

function What({ outcome }: { outcome: Outcome }) {
  const t = useRecordTexts()
  const { percent, nameOf } = useFormat()
  if (outcome.what === 'mastery') return t.entered(String(outcome.point.label), percent(outcome.input.mastery))
  const { learners, results } = outcome.recorded
  const superseded = results.reduce((n, r) => n + r.superseded.length, 0)
  const changes = (learners ?? [])
    .flatMap((l) => l.states)
    .map((s) => {
      const before = s.effects[0]?.before
      return t.change(nameOf(s.knowledgePoint), before === null || before === undefined ? t.unknownBefore : percent(before), percent(s.mastery))
    })
  if (superseded > 0) changes.push(t.superseded(superseded))
  if (results.every((r) => r.outcome === 'DUPLICATE')) return t.duplicate
  if (changes.length > 0) return changes.join(' · ')
  return learners === null ? null : t.unchanged
}
