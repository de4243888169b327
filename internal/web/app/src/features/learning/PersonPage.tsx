import { Redirect, useSearch } from 'wouter'
import { useMe } from '@/shared/session/me.ts'
import { usePathCode } from '@/shared/ui/path-code.ts'
import { Learner } from './Learner.tsx'
import './learning.css'

// PersonPage is about somebody else.
export default function PersonPage() {
  const me = useMe()
  const search = useSearch()
  const person = usePathCode()
  if (me.employeeCode === person) return <Redirect to={search ? `/learning?${search}` : '/learning'} replace />
  return <Learner key={person} person={person} own={false} />
}
