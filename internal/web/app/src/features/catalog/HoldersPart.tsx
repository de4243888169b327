import { Segmented, Select } from 'antd'
import { Fragment } from 'react'
import { useSearchParams } from 'wouter'
import { useAsk } from '@/shared/api/hooks.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { PersonLink } from '@/shared/ui/links.tsx'
import { Choice, Section } from '@/shared/ui/Page.tsx'
import { type Scale, useLevelText } from '@/shared/ui/RequiredLevel.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { type Holders, holdersDocument } from './documents.ts'
import { useCatalogTexts } from './texts.ts'

const usual = 0.7 // what most prerequisites ask for

type Props = { point: string; required: readonly number[]; scale: Scale }

// HoldersPart shows who holds a point, at the usual level or one that a position requires, among
// everyone whom the viewer may ask about, or in a department.
export function HoldersPart({ point, required, scale }: Props) {
  const t = useCatalogTexts()
  const words = useTexts()
  const [params, setParams] = useSearchParams()
  const unit = params.get('unit')
  const levels = [...new Set([usual, ...required])].sort((a, b) => a - b)
  const level = levels.find((one) => String(one) === params.get('level')) ?? usual
  const holders = useAsk(holdersDocument, { code: point, level, unit, inUnit: unit !== null })
  const levelText = useLevelText(scale)
  const set = (name: 'unit' | 'level', value: string | null) =>
    setParams(
      (before) => {
        if (value === null) before.delete(name)
        else before.set(name, value)
        return before
      },
      { replace: true },
    )
  return (
    <Section
      title={t.holders}
      actions={
        <>
          {levels.length > 1 && (
            <Segmented
              size="small"
              aria-label={t.holdersLevel}
              value={level}
              onChange={(one) => set('level', one === usual ? null : String(one))}
              options={levels.map((one) => ({ value: one, label: levelText(one) }))}
            />
          )}
          <Choice label={t.holdersUnit}>
            <Select<string>
              className="choose"
              aria-label={t.holdersUnit}
              placeholder={words.firm}
              value={unit ?? undefined}
              onChange={(code) => set('unit', code ?? null)}
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
              popupMatchSelectWidth={false}
              options={(holders.data?.orgUnits.nodes ?? []).map((u) => ({ value: u.code, label: u.name }))}
            />
          </Choice>
        </>
      }
      note={t.holdersAt(levelText(level))}
    >
      <Answer query={holders} rows={2}>
        {(answer) => <HoldersView holders={answer.knowledgePoint?.among ?? answer.knowledgePoint?.everyone ?? null} />}
      </Answer>
    </Section>
  )
}

function HoldersView({ holders }: { holders: Holders | null }) {
  const t = useCatalogTexts()
  if (holders === null) return <p className="quiet">{t.holdersDenied}</p>
  if (holders.class === null) return <p className="quiet">{t.withheld}</p>
  const { people, count } = holders
  return (
    <>
      <p className="holder-class">
        <strong>{t[`holder${holders.class}`]}</strong>
        {holders.class !== 'NONE' && <span>{count === null ? t.countWithheld : t.holderCount(count)}</span>}
      </p>
      {people === null ? (
        <p className="quiet">{t.namesWithheld}</p>
      ) : (
        <p>
          {people.nodes.map((person) => (
            <Fragment key={person.code}>
              <PersonLink person={person} />{' '}
            </Fragment>
          ))}
          {people.totalCount > people.nodes.length && <span className="quiet">{t.moreHolders(people.totalCount - people.nodes.length)}</span>}
        </p>
      )}
    </>
  )
}
