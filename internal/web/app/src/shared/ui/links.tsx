import { Link } from 'wouter'
import { useLanguage } from '@/shared/format/messages.ts'
import { nameOf } from '@/shared/format/values.ts'

type Coded = { code: string; name: string; nameEn?: string | null }

// Each kind of entity has one page, and every mention of it leads there.
export const pathOf = {
  person: (code: string) => `/people/${encodeURIComponent(code)}`,
  position: (code: string) => `/positions/${encodeURIComponent(code)}`,
  point: (code: string) => `/catalog/points/${encodeURIComponent(code)}`,
  competency: (code: string) => `/catalog/competencies/${encodeURIComponent(code)}`,
  resource: (code: string) => `/catalog/resources/${encodeURIComponent(code)}`,
}

function useName(entity: Coded): string {
  useLanguage()
  return nameOf(entity)
}

export function PersonLink({ person }: { person: Coded }) {
  return <Link href={pathOf.person(person.code)}>{person.name}</Link>
}

export function PositionLink({ position }: { position: Coded }) {
  return <Link href={pathOf.position(position.code)}>{useName(position)}</Link>
}

export function PointLink({ point }: { point: Coded }) {
  return <Link href={pathOf.point(point.code)}>{useName(point)}</Link>
}

export function CompetencyLink({ competency }: { competency: Coded }) {
  return <Link href={pathOf.competency(competency.code)}>{useName(competency)}</Link>
}
