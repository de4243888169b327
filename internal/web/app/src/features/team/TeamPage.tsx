import { Segmented } from 'antd'
import { useAsk, useCancel } from '@/shared/api/hooks.ts'
import { ChoosePosition } from '@/shared/choose/Choose.tsx'
import { ChooseGroup } from '@/shared/choose/ChooseGroup.tsx'
import { parseGroup } from '@/shared/choose/group.ts'
import { hasRole, isOpen, useMe } from '@/shared/session/me.ts'
import { LongAnswer } from '@/shared/ui/LongAnswer.tsx'
import { Choice, Page } from '@/shared/ui/Page.tsx'
import { useUrl } from '@/shared/ui/url.ts'
import { DueAndRisks } from './DueAndRisks.tsx'
import { mapDocument, type TeamMap } from './documents.ts'
import { Heading, Lead } from './Heading.tsx'
import { HeatMap } from './HeatMap.tsx'
import { columnsOf } from './heat.ts'
import { NobodyHere } from './NobodyHere.tsx'
import { PointsDrawer } from './PointsDrawer.tsx'
import { Training } from './Training.tsx'
import { useTeamTexts } from './texts.ts'
import { Unblocking } from './Unblocking.tsx'
import './team.css'

export default function TeamPage() {
  const t = useTeamTexts()
  const me = useMe()
  const [params, change] = useUrl()
  const group = parseGroup(params.get('group'), me)
  const position = params.get('position')
  const tier = Math.min(2, Number(params.get('tier') ?? 1) || 0)
  const unit = group?.orgUnit
  const variables = { group, position, tier, compared: position !== null, code: position ?? '', inUnit: unit !== undefined, unit: unit ?? '' }
  const map = useAsk(mapDocument, variables)
  // Another group or column closes the cell that is open.
  const set = (changes: Record<string, string | null>) => change({ person: null, in: null, ...changes }, { replace: false })
  const compared = map.data?.position
  const chosen = position === null ? null : compared?.code === position ? compared : { code: position, name: position }
  const closeCell = () => {
    change({ person: null, in: null })
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.heat [tabindex="0"]')?.focus({ preventScroll: true }))
  }
  const choices = (
    <>
      <Choice label={t.group}>
        <ChooseGroup label={t.group} value={group} unit={map.data?.orgUnit} awaited={!map.error} onChange={(chosen) => set({ group: chosen })} />
      </Choice>
      <Choice label={t.position}>
        <ChoosePosition label={t.position} placeholder={t.own} chosen={chosen} value={position} onChange={(code) => set({ position: code })} allowClear />
      </Choice>
      <Choice label={t.tier}>
        <Segmented
          aria-label={t.tier}
          size="small"
          value={tier}
          onChange={(chosen) => set({ tier: String(chosen), sort: null })}
          options={[t.tier0, t.tier1, t.tier2].map((label, value) => ({ value, label }))}
        />
      </Choice>
    </>
  )
  const cancel = useCancel(mapDocument)
  // Only experts ask about people whom they may not read.
  const denied = map.data?.teamGaps?.people === null && hasRole(me, 'EXPERT') && !isOpen(me)
  const found = map.data && !map.error ? map.data : undefined
  return (
    <Page
      title={t.title}
      choices={choices}
      heading={found && !isNobody(found) ? <Heading map={found} /> : t.title}
      lead={found ? <Lead map={found} /> : '\u00a0'}
    >
      <LongAnswer query={map} rows={14} cancel={cancel} deniedHow={t.deniedHow}>
        {(data) =>
          isNobody(data) ? (
            <NobodyHere without={data.teamGaps?.without ?? 0} compared={position !== null} />
          ) : (
            data.teamGaps && (
              <>
                <HeatMap gaps={data.teamGaps} variables={variables} denied={denied} />
                <OpenCell data={data} position={position} onClose={closeCell} />
              </>
            )
          )
        }
      </LongAnswer>
      {found && !isNobody(found) && (
        <>
          <div className="columns">
            <Unblocking group={group} denied={denied} />
            <Training group={group} position={chosen} />
          </div>
          <DueAndRisks group={group} denied={denied} />
        </>
      )}
    </Page>
  )
}

function isNobody({ teamGaps }: TeamMap): boolean {
  return teamGaps !== null && teamGaps.columns.length === 0 && (teamGaps.people ?? teamGaps.units).length === 0
}

// OpenCell is the drawer of the cell that the address names.
function OpenCell({ data, position, onClose }: { data: TeamMap; position: string | null; onClose: () => void }) {
  const [params] = useUrl()
  const [person, code] = [params.get('person'), params.get('in')]
  const columns = data.teamGaps ? columnsOf(data.teamGaps) : []
  const column = columns.find((c) => c.code === code)
  if (!person || !column) return null
  return <PointsDrawer person={person} column={column} columns={columns} position={position} onClose={onClose} />
}
