import { Fragment } from 'react'
import { useFormat } from '@/shared/format/values.ts'
import { CsvButton } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { ShareBar } from '@/shared/ui/LevelBar.tsx'
import { CompetencyLink, PointLink } from '@/shared/ui/links.tsx'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { adviceOn } from './advice.ts'
import { insightDocument, type Suspect } from './documents.ts'
import type { Filter } from './Filters.tsx'
import { useInsightTexts } from './texts.ts'

// SuspectsSection lists the prerequisites that the evidence contradicts, and what to check.
export function SuspectsSection({ suspects, filter }: { suspects: readonly Suspect[]; filter: Filter }) {
  const t = useInsightTexts()
  const words = useTexts()
  const { percent } = useFormat()
  if (suspects.length === 0)
    return (
      <Section title={t.suspects} note={t.noSuspectsHow}>
        <p className="quiet">{t.noSuspects}</p>
      </Section>
    )
  const advice = { reversed: t.todoReversed, unneeded: t.todoUnneeded, weak: t.todoWeak }
  return (
    <Section
      title={t.suspects}
      actions={
        <CsvButton
          query={insightDocument}
          variables={{ filter, points: 1 }}
          rows="insight.suspectPrerequisites"
          name={t.suspects}
          columns={[
            { title: t.edge, path: 'prerequisites.prerequisite.name' },
            { title: `${t.edge} (${words.code})`, path: 'prerequisites.prerequisite.code' },
            { title: t.before, path: 'prerequisites.dependent.name' },
            { title: `${t.before} (${words.code})`, path: 'prerequisites.dependent.code' },
            { title: t.people, path: 'people' },
            { title: t.contradicting, path: 'contradicting' },
            { title: t.share, path: 'share' },
            { title: t.lower, path: 'lowerBound' },
            { title: t.expected, path: 'expected' },
          ]}
        />
      }
      note={t.suspectsHow}
    >
      <p className="quiet insight-lead">{t.suspectsLead}</p>
      <DataTable<Suspect>
        caption={t.suspects}
        rows={suspects}
        rowKey={(s) => s.prerequisites.map((p) => `${p.prerequisite.code} ${p.dependent.code}`).join()}
        columns={[
          { title: t.edge, render: (_, s) => <Edge suspect={s} /> },
          { title: t.contradicting, render: (_, s) => t.contradictingOf(s.contradicting, s.people) },
          {
            title: t.share,
            render: (_, s) => (
              <span className="insight-share insight-share-wide">
                <ShareBar share={s.share} label={t.share} />
                <span>{t.shareLong(percent(s.share), percent(s.lowerBound))}</span>
              </span>
            ),
          },
          { title: t.expected, align: 'right', render: (_, s) => percent(s.expected) },
          { title: t.todo, render: (_, s) => <span className="insight-advice">{advice[adviceOn(s)]}</span> },
        ]}
      />
    </Section>
  )
}

type Learnable = Suspect['prerequisites'][number]['dependent']

// Edge is a prerequisite in words. The edges of a clause are alternatives.
function Edge({ suspect: { prerequisites } }: { suspect: Suspect }) {
  const t = useInsightTexts()
  const dependent = prerequisites[0]?.dependent
  return (
    <span className="insight-edge">
      {prerequisites.map(({ prerequisite }, i) => (
        <Fragment key={prerequisite.code}>
          {i > 0 && ` ${t.or} `}
          <LearnableLink learnable={prerequisite} />
        </Fragment>
      ))}
      <span className="quiet"> {t.before} </span>
      {dependent && <LearnableLink learnable={dependent} />}
    </span>
  )
}

function LearnableLink({ learnable }: { learnable: Learnable }) {
  return learnable.__typename === 'Competency' ? <CompetencyLink competency={learnable} /> : <PointLink point={learnable} />
}
