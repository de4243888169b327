import { useFormat } from '@/shared/format/values.ts'
import type { Import } from './documents.ts'
import { useImportTexts } from './texts.ts'

// Progress shows how much of a stage is done, in bytes while files are read.
export function Progress({ job }: { job: Import }) {
  const t = useImportTexts()
  const { number } = useFormat()
  if (job.state !== 'WAITING' && job.state !== 'RUNNING' && job.state !== 'APPLYING') return null
  const { progress } = job
  const stage = progress && (progress.stage === 'APPLYING' ? t.stageAPPLYING : t[progress.stage])
  const amount = (n: number) => (progress?.stage === 'READING' ? `${number(Math.ceil(n / 1024))} kB` : number(n))
  return (
    <div className="import-progress" role="status">
      <progress aria-label={stage ?? t.WAITING} max={progress?.total ?? undefined} value={progress?.total ? progress.done : undefined} />
      <span>
        {stage ?? t.WAITING}
        {progress?.total ? `: ${t.done(amount(progress.done), amount(progress.total))}` : ''}
      </span>
      <span className="quiet">{job.state === 'WAITING' ? t.waiting : t.leave}</span>
    </div>
  )
}
