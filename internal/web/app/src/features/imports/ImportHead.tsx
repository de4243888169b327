import { Button } from 'antd'
import { Link, useLocation } from 'wouter'
import { base } from '@/shared/api/ask.ts'
import { useAct } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { FormProblem } from '@/shared/forms/FormProblem.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { ApplyButton } from './ApplyButton.tsx'
import { cancelDocument, type Import } from './documents.ts'
import { Progress } from './Progress.tsx'
import { StateTag } from './StateTag.tsx'
import { useImportTexts } from './texts.ts'

// ImportHead says what an import is, and what to do next.
export function ImportHead({ job }: { job: Import }) {
  const t = useImportTexts()
  const { dateTime } = useFormat()
  const [, go] = useLocation()
  const cancel = useAct(cancelDocument)
  const busy = job.state === 'WAITING' || job.state === 'RUNNING'
  const options = [
    job.options.replace && t.optionReplace,
    job.options.prune && t.optionPrune,
    job.options.encoding,
    job.options.timeZone && t.optionZone(job.options.timeZone),
  ].filter((text): text is string => typeof text === 'string' && text !== '')
  return (
    <Section title={job.files.map((f) => f.name).join(', ')} actions={<StateTag state={job.state} />}>
      <Progress job={job} />
      <Guidance job={job} />
      <FormProblem error={cancel.error} />
      <div className="import-acts">
        {job.state === 'PLANNED' && job.changes.totalCount > 0 && <ApplyButton job={job} />}
        {job.markedPath && (
          <Button type={job.state === 'REFUSED' ? 'primary' : 'default'} href={base + job.markedPath.replace(/^\//, '')} download>
            {t.marked}
          </Button>
        )}
        {job.planPath && job.state === 'PLANNED' && job.changes.totalCount > 0 && (
          <Button href={base + job.planPath.replace(/^\//, '')} download>
            {t.plan}
          </Button>
        )}
        {busy && (
          <Button loading={cancel.isPending} onClick={() => cancel.mutate({ number: job.number })}>
            {t.stop}
          </Button>
        )}
        {!busy && job.state !== 'APPLYING' && <Button onClick={() => go('/imports')}>{t.again}</Button>}
      </div>
      <p className="note">
        {dateTime(job.createdAt)} · {t.optionsAre(options)} · {t.expires(dateTime(job.expiresAt))}
      </p>
    </Section>
  )
}

// Guidance says what to do next, or why nothing can be done.
function Guidance({ job }: { job: Import }) {
  const t = useImportTexts()
  switch (job.state) {
    case 'PLANNED':
      return job.changes.totalCount > 0 ? <p>{job.moved.length > 0 ? t.movedHow : t.plannedHow}</p> : null
    case 'REFUSED':
      return (
        <p>
          {t.refusedHow} {job.markedPath && t.markedHow}
        </p>
      )
    case 'APPLIED':
      return (
        <p>
          {job.revision !== null && t.appliedHow(job.revision)} <Link href="/catalog">{t.catalog}</Link>
        </p>
      )
    case 'FAILED':
      return (
        job.failure && (
          <>
            <p>{job.failure.message}</p>
            {job.failure.code === 'PERMISSION_DENIED' && <p>{t.deniedHow}</p>}
          </>
        )
      )
    default:
      return null
  }
}
