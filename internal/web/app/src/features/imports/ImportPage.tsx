import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link, useParams } from 'wouter'
import { Fault } from '@/shared/api/ask.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { usePoll } from '@/shared/api/poll.ts'
import { Answer, FaultView } from '@/shared/ui/Answer.tsx'
import { Breadcrumbs } from '@/shared/ui/Breadcrumbs.tsx'
import { Page } from '@/shared/ui/Page.tsx'
import { ChangesSection } from './ChangesSection.tsx'
import { importDocument, noticesDocument, problemsDocument, warningsDocument } from './documents.ts'
import { ImportHead } from './ImportHead.tsx'
import { MovedSection } from './MovedSection.tsx'
import { ProblemsSection } from './ProblemsSection.tsx'
import { TablesSection } from './TablesSection.tsx'
import { useImportTexts } from './texts.ts'
import { useHeading } from './useHeading.ts'
import './imports.css'

const working = new Set(['WAITING', 'RUNNING', 'APPLYING'])

// ImportPage is one import: what it is doing, its problems or its plan, and what to do next.
export default function ImportPage() {
  const number = Number(useParams<{ number: string }>().number)
  const known = Number.isSafeInteger(number) && number > 0
  return known ? <OneImport number={number} /> : <FaultView error={new Fault('', 'NOT_FOUND')} />
}

function OneImport({ number }: { number: number }) {
  const t = useImportTexts()
  const asked = useAsk(importDocument, { number })
  const job = asked.data?.importJob
  const busy = working.has(job?.state ?? '')
  usePoll(importDocument, { number }, busy)
  const client = useQueryClient()
  // A plan that was made again has other changes.
  useEffect(() => {
    if (!busy) void client.invalidateQueries({ predicate: (q) => q.queryKey[1] === 'pages' })
  }, [client, busy])
  const heading = useHeading(job)
  return (
    <Answer query={asked} rows={10}>
      {({ importJob: job }) =>
        job && (
          <Page
            title={t.importOf(number)}
            choices={<Breadcrumbs places={[{ key: 'imports', link: <Link href="/imports">{t.back}</Link> }]} />}
            heading={heading}
          >
            <ImportHead job={job} />
            {job.moved.length > 0 && <MovedSection job={job} />}
            {job.problems.totalCount > 0 && (
              <ProblemsSection job={job} name="problems" title={t.problems} document={problemsDocument} listOf={(j) => j.problems} />
            )}
            {job.warnings.totalCount > 0 && (
              <ProblemsSection job={job} name="warnings" title={t.warnings} note={t.warningsHow} document={warningsDocument} listOf={(j) => j.warnings} />
            )}
            {job.tables.length > 0 && <TablesSection job={job} />}
            {job.changes.totalCount > 0 && <ChangesSection job={job} />}
            {job.notices.totalCount > 0 && (
              <ProblemsSection job={job} name="notices" title={t.notices} note={t.noticesHow} document={noticesDocument} listOf={(j) => j.notices} />
            )}
          </Page>
        )
      }
    </Answer>
  )
}
