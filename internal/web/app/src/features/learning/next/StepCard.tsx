import { Button } from 'antd'
import { useId, useState } from 'react'
import { Link } from 'wouter'
import { useFormat } from '@/shared/format/values.ts'
import { PointLink, pathOf } from '@/shared/ui/links.tsx'
import { useModalityNames } from '@/shared/words/modalities.ts'
import type { NextStep } from '../documents.ts'
import { useLearningTexts } from '../texts.ts'
import type { Assessed } from './AssessDialog.tsx'

type Props = { step: NextStep; number: number; onAssess?: (assessed: Assessed) => void }

// StepCard is one thing to do now: what, how long, why, and from what.
export function StepCard({ step, number, onAssess }: Props) {
  const t = useLearningTexts()
  const modalities = useModalityNames()
  const format = useFormat()
  const [why, setWhy] = useState(false)
  const id = useId()
  const { knowledgePoint: point, resource } = step
  const explained = Boolean(point.description) || step.reasons.some((r, i) => i > 0 || r.chain.length > 1)
  return (
    <article className="card" aria-labelledby={id}>
      <div className="card-head">
        <span className="card-number" aria-hidden="true">
          {number}
        </span>
        <h3 id={id}>
          <PointLink point={point} />
        </h3>
        <span className="quiet card-minutes">{format.duration(step.minutes)}</span>
      </div>
      <p>
        {step.kind === 'REVIEW' && <span className="status status-DECAYED">↻ {t.review}</span>} {step.reasons[0]?.message}
        {explained && (
          <Button type="link" size="small" className="card-why-button no-print" aria-expanded={why} aria-controls={`${id}-why`} onClick={() => setWhy(!why)}>
            {t.why}
          </Button>
        )}
      </p>
      <div className="card-about quiet">
        <p>
          {resource ? (
            <>
              {resource.modality && `${modalities[resource.modality]} · `}
              <Link href={pathOf.resource(resource.code)}>{resource.title}</Link>
            </>
          ) : (
            t.noResource
          )}
        </p>
        {step.unlocks > 0 && <p>{t.unlocks(step.unlocks)}</p>}
      </div>
      <div className="card-actions no-print">
        {resource && <StartButton resource={resource} own={onAssess !== undefined} />}
        {onAssess && (
          <>
            <Button onClick={() => onAssess({ act: step.kind === 'REVIEW' ? 'reviewed' : 'finished', step })}>
              {step.kind === 'REVIEW' ? t.reviewed : t.finished}
            </Button>
            {step.kind === 'LEARN' && <Button onClick={() => onAssess({ act: 'known', step })}>{t.known}</Button>}
          </>
        )}
      </div>
      <div id={`${id}-why`} className="card-why" hidden={!why}>
        {step.reasons.map((reason, i) => (
          <div key={reason.kind + reason.message}>
            {i > 0 && <p>{reason.message}</p>}
            {reason.chain.length > 1 && (
              <ol className="chain">
                {reason.chain.map((p) => (
                  <li key={p.code} aria-current={p.code === point.code ? 'step' : undefined}>
                    <PointLink point={p} />
                  </li>
                ))}
              </ol>
            )}
          </div>
        ))}
        {point.description && <p className="quiet">{point.description}</p>}
      </div>
    </article>
  )
}

// StartButton opens the resource itself, or its page where it has no address.
function StartButton({ resource, own }: { resource: NonNullable<NextStep['resource']>; own: boolean }) {
  const t = useLearningTexts()
  const label = own ? t.start : t.open
  if (!resource.url)
    return (
      <Link href={pathOf.resource(resource.code)} className="button-link">
        {t.about}
      </Link>
    )
  return (
    <Button
      type={own ? 'primary' : 'default'}
      href={resource.url}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={`${label}: ${resource.title} (${t.newTab})`}
    >
      {label}
    </Button>
  )
}
