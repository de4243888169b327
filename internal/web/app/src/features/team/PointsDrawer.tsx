import { Button, Drawer } from 'antd'
import { useState } from 'react'
import { Fault } from '@/shared/api/ask.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { useFormat } from '@/shared/format/values.ts'
import { mayRecord } from '@/shared/record/kinds.ts'
import { RecordDialog } from '@/shared/record/RecordDialog.tsx'
import { useMe } from '@/shared/session/me.ts'
import { Answer, FaultView } from '@/shared/ui/Answer.tsx'
import { LevelBar } from '@/shared/ui/LevelBar.tsx'
import { PersonLink, PointLink, PositionLink } from '@/shared/ui/links.tsx'
import { CriticalMark, StatusTag } from '@/shared/ui/Status.tsx'
import { type Gap, pointsDocument } from './documents.ts'
import { Evidence, type EvidenceNode } from './Evidence.tsx'
import { type Column, inColumn } from './heat.ts'
import { useTeamTexts } from './texts.ts'

type Props = { person: string; column: Column; columns: readonly Column[]; position: string | null; onClose: () => void }

// PointsDrawer has the points of one person in one competency, with levels and evidence.
export function PointsDrawer({ person, column, columns, position, onClose }: Props) {
  const t = useTeamTexts()
  const { nameOf } = useFormat()
  const query = useAsk(pointsDocument, { employee: person, position }, { placeholderData: undefined })
  const name = query.data?.employee?.name ?? person
  return (
    <Drawer open onClose={onClose} size={480} title={t.points(name, column.competency ? nameOf(column.competency) : t.elsewhere)}>
      <Answer query={query} rows={8}>
        {({ employee }) => {
          if (!employee?.gapAnalysis) return <FaultView error={new Fault('', employee ? 'PERMISSION_DENIED' : 'NOT_FOUND')} />
          const gaps = employee.gapAnalysis.gaps.filter((g) => inColumn(g.knowledgePoint.competency, column.code, columns))
          return (
            <>
              <p className="quiet">
                <PersonLink person={employee} /> · {t.forPosition} <PositionLink position={employee.gapAnalysis.position} />
              </p>
              {gaps.length === 0 ? <p>{t.noPoints}</p> : <Points person={employee} gaps={gaps} evidence={employee.evidence?.nodes ?? []} />}
            </>
          )
        }}
      </Answer>
    </Drawer>
  )
}

type PointsProps = { person: { code: string; name: string }; gaps: readonly Gap[]; evidence: readonly EvidenceNode[] }

function Points({ person, gaps, evidence }: PointsProps) {
  const t = useTeamTexts()
  const me = useMe()
  const { nameOf, percent } = useFormat()
  const [point, setPoint] = useState<Gap['knowledgePoint'] | null>(null)
  const [open, setOpen] = useState(false)
  const begin = (of: Gap['knowledgePoint']) => {
    setPoint(of)
    setOpen(true)
  }
  return (
    <>
      <ul className="team-points">
        {gaps.map((gap) => (
          <li key={gap.knowledgePoint.code}>
            <div className="team-point-head">
              <span>
                {gap.critical && <CriticalMark />} <PointLink point={gap.knowledgePoint} />
              </span>
              <StatusTag status={gap.status} />
            </div>
            <div className="team-point-level">
              <LevelBar current={gap.current} mastery={gap.mastery} required={gap.required} />
              <span className="quiet">
                {percent(gap.current)}/{percent(gap.required)}
              </span>
              {mayRecord(me, person.code) && (
                <Button size="small" aria-label={t.recordPoint(nameOf(gap.knowledgePoint))} onClick={() => begin(gap.knowledgePoint)}>
                  {t.record}
                </Button>
              )}
            </div>
            <Evidence of={gap.knowledgePoint.code} evidence={evidence} />
          </li>
        ))}
      </ul>
      {point && <RecordDialog open={open} onClose={() => setOpen(false)} person={person} point={point} />}
    </>
  )
}
