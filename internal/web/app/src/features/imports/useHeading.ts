import type { Import } from './documents.ts'
import { useImportTexts } from './texts.ts'
import { totals } from './totals.ts'

// useHeading returns the one sentence that says how an import stands.
export function useHeading(job: Import | null | undefined): string {
  const t = useImportTexts()
  if (!job) return ''
  const summary = t.planned(...totals(job.tables))
  switch (job.state) {
    case 'PLANNED':
      return summary ? t.wouldChange(summary) : t.nothing
    case 'REFUSED':
      return t.refused(job.problems.totalCount)
    case 'APPLIED':
      return summary ? t.applied(summary) : t.appliedNothing
    case 'FAILED':
      return t.failed
    case 'CANCELLED':
      return t.cancelled
    case 'EXPIRED':
      return t.expired
    case 'WAITING':
      return t.WAITING
    case 'APPLYING':
      return t.stageAPPLYING
    case 'RUNNING':
      return job.progress && job.progress.stage !== 'APPLYING' ? t[job.progress.stage] : t.RUNNING
  }
}
