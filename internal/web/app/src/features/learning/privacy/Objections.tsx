import { App, Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useAct } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { Answer, type Asked, Empty } from '@/shared/ui/Answer.tsx'
import { PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { type Objector, withdrawDocument } from './documents.ts'
import { ObjectDialog } from './ObjectDialog.tsx'
import { usePrivacyTexts } from './texts.ts'

// Objections shows the own objections with their answers, and takes a new one.
export function Objections({ asked }: { asked: Asked<Objector> }) {
  const t = usePrivacyTexts()
  const { date } = useFormat()
  const [open, setOpen] = useState(false)
  const states = asked.data?.states ?? []
  const pointOf = (code: string) => states.find((s) => s.knowledgePoint.code === code)?.knowledgePoint ?? { code, name: code }
  const objectButton = (
    <Button onClick={() => setOpen(true)} disabled={states.length === 0}>
      {t.object}
    </Button>
  )
  return (
    <Section title={t.objections} note={t.objectionsHow} actions={objectButton}>
      <Answer query={{ ...asked, data: asked.data?.objections ?? undefined }} rows={3}>
        {(objections) =>
          objections.length === 0 ? (
            <Empty title={t.noObjections} />
          ) : (
            <ul className="objections">
              {objections.map((o) => (
                <li key={o.id}>
                  <div className="objection-head">
                    <PointLink point={pointOf(o.knowledgePointCode)} />
                    <span className="quiet">{date(o.at)}</span>
                    <WithdrawButton id={o.id} />
                  </div>
                  <p>{o.reason}</p>
                  <p className="objection-answer">
                    {o.answer === null ? (
                      <span className="quiet">{t.unanswered}</span>
                    ) : (
                      <>
                        <strong>{t.answer}</strong> <span className="quiet">{date(o.answeredAt)}</span>
                        <br />
                        {o.answer}
                      </>
                    )}
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <ObjectDialog open={open} onClose={() => setOpen(false)} states={states} />
    </Section>
  )
}

function WithdrawButton({ id }: { id: string }) {
  const t = usePrivacyTexts()
  const words = useTexts()
  const { message } = App.useApp()
  const withdraw = useAct(withdrawDocument)
  return (
    <Popconfirm
      title={t.withdrawQuestion}
      okText={t.withdraw}
      cancelText={words.cancel}
      onConfirm={() =>
        withdraw.mutate(
          { id },
          { onSuccess: () => void message.success(t.withdrawn), onError: (problem) => void message.error(problem.message || words.failed) },
        )
      }
    >
      <Button size="small" loading={withdraw.isPending}>
        {t.withdraw}
      </Button>
    </Popconfirm>
  )
}
