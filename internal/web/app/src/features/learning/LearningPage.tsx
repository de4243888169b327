import { Link } from 'wouter'
import { useMe } from '@/shared/session/me.ts'
import { Empty } from '@/shared/ui/Answer.tsx'
import { Page } from '@/shared/ui/Page.tsx'
import { Learner } from './Learner.tsx'
import { useLearningTexts } from './texts.ts'
import './learning.css'

// LearningPage is about the person who looks.
export default function LearningPage() {
  const t = useLearningTexts()
  const me = useMe()
  if (me.employeeCode === null)
    return (
      <Page title={t.title}>
        <Empty title={t.noEmployeeTitle} action={<Link href="/positions">{t.toPositions}</Link>}>
          {t.noEmployee}
        </Empty>
      </Page>
    )
  return <Learner key={me.employeeCode} person={me.employeeCode} own />
}
