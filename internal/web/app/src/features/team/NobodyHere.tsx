import { Button } from 'antd'
import { useLocation } from 'wouter'
import { hasRole, isOpen, useMe } from '@/shared/session/me.ts'
import { Empty } from '@/shared/ui/Answer.tsx'
import { useTeamTexts } from './texts.ts'

// NobodyHere says what to do where a heat map would be empty.
export function NobodyHere({ without, compared }: { without: number; compared: boolean }) {
  const t = useTeamTexts()
  const me = useMe()
  const [, go] = useLocation()
  if (without > 0 && !compared) return <Empty title={t.noPosition}>{t.noPositionHow}</Empty>
  const enters = isOpen(me) || hasRole(me, 'HR')
  return (
    <Empty
      title={t.noPeople}
      action={
        enters && (
          <Button type="primary" onClick={() => go('/people')}>
            {t.toPeople}
          </Button>
        )
      }
    >
      {enters ? t.noPeopleHr : t.noPeopleAsk}
    </Empty>
  )
}
