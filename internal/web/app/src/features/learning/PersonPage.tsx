import { Redirect, useParams, useSearch } from 'wouter'
import { useMe } from '@/shared/session/me.ts'
import { Learner } from './Learner.tsx'
import './learning.css'

// PersonPage is about somebody else.
export default function PersonPage() {
  const me = useMe()
  const search = useSearch()
  const { code } = useParams<{ code: string }>()
  const person = decodeURIComponent(code)
  if (me.employeeCode === person) return <Redirect to={search ? `/learning?${search}` : '/learning'} replace />
  return <Learner key={person} person={person} own={false} />
}
