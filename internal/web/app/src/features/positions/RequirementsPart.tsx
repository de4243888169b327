import { Segmented } from 'antd'
import { useSearchParams } from 'wouter'
import { useFormat } from '@/shared/format/values.ts'
import { Empty } from '@/shared/ui/Answer.tsx'
import { CsvButton, type CsvTable } from '@/shared/ui/CsvButton.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import type { Scale } from '@/shared/ui/RequiredLevel.tsx'
import { Sentence } from '@/shared/ui/Sentence.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { type Position, positionDocument } from './documents.ts'
import { PointsTable } from './PointsTable.tsx'
import { minutesOf } from './points.ts'
import { importCommand, usePositionTexts } from './texts.ts'
import { WrittenTable } from './WrittenTable.tsx'

// RequirementsPart shows what a position requires: point by point, or as it was written.
export function RequirementsPart({ position, scale }: { position: Position; scale: Scale }) {
  const t = usePositionTexts()
  const { duration } = useFormat()
  const [params, setParams] = useSearchParams()
  const written = params.get('view') === 'written'
  const onlyCritical = params.get('critical') === 'true'
  const set = (name: string, value: string | null) =>
    setParams(
      (before) => {
        if (value === null) before.delete(name)
        else before.set(name, value)
        return before
      },
      { replace: true },
    )
  const csv = useRequirementsCsv(position, written)
  if (position.requirements.length === 0)
    return (
      <Section title={t.tabRequirements}>
        <Empty title={t.noPoints}>
          <Sentence text={t.noPointsHow} parts={{ command: <code>{importCommand}</code> }} />
        </Empty>
      </Section>
    )
  const critical = position.requiredPoints.filter((r) => r.critical)
  return (
    <Section
      title={t.tabRequirements}
      actions={
        <>
          {!written && (
            <Segmented
              size="small"
              aria-label={t.critical}
              value={onlyCritical ? 'critical' : 'all'}
              onChange={(v) => set('critical', v === 'critical' ? 'true' : null)}
              options={[
                { value: 'all', label: t.allPoints(position.requiredPoints.length) },
                { value: 'critical', label: t.onlyCritical(critical.length) },
              ]}
            />
          )}
          <Segmented
            size="small"
            aria-label={t.tabRequirements}
            value={written ? 'written' : 'points'}
            onChange={(v) => set('view', v === 'written' ? 'written' : null)}
            options={[
              { value: 'points', label: t.byPoint },
              { value: 'written', label: t.written },
            ]}
          />
          <CsvButton {...csv} />
        </>
      }
      note={written ? t.writtenNote : `${t.byPointNote} ${t.learnTime(duration(minutesOf(position.requiredPoints)))}`}
    >
      {written ? (
        <WrittenTable requirements={position.requirements} scale={scale} />
      ) : (
        <PointsTable points={onlyCritical ? critical : position.requiredPoints} scale={scale} />
      )}
    </Section>
  )
}

function useRequirementsCsv(position: Position, written: boolean): CsvTable {
  const t = usePositionTexts()
  const words = useTexts()
  const { nameOf } = useFormat()
  const target = written ? 'target' : 'knowledgePoint'
  return {
    query: positionDocument,
    variables: { code: position.code, people: false },
    rows: written ? 'position.requirements' : 'position.requiredPoints',
    name: `${nameOf(position)} ${t.tabRequirements}`,
    columns: [
      { title: words.code, path: `${target}.code` },
      { title: words.name, path: `${target}.name` },
      ...(written ? [] : [{ title: words.competency, path: 'knowledgePoint.competency.name' }]),
      { title: words.required, path: 'level' },
      { title: t.weight, path: 'weight' },
      { title: words.critical, path: 'critical', texts: { true: words.yes, false: words.no } },
    ],
  }
}
