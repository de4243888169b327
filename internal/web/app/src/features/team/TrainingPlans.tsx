import type { ResultOf } from '@/shared/api/graphql.ts'
import { useFormat } from '@/shared/format/values.ts'
import type { CsvTable } from '@/shared/ui/CsvButton.tsx'
import { DataTable } from '@/shared/ui/DataTable.tsx'
import { PersonLink, PointLink } from '@/shared/ui/links.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { trainingDocument } from './documents.ts'
import { useTeamTexts } from './texts.ts'

type Set = NonNullable<ResultOf<typeof trainingDocument>['trainingSet']>
type Plan = Set['plans'][number]

// TrainingPlans says who learns what, how long it takes, and what is still missing.
export function TrainingPlans({ set, variables }: { set: Set; variables: object }) {
  const t = useTeamTexts()
  const words = useTexts()
  const { duration } = useFormat()
  const csv: CsvTable = {
    query: trainingDocument,
    variables,
    rows: 'trainingSet.plans',
    name: t.training,
    columns: [
      { title: words.code, path: 'employee.code' },
      { title: words.person, path: 'employee.name' },
      { title: `${words.minutes} (min)`, path: 'minutes' },
      { title: t.goals, path: 'goals.name' },
    ],
  }
  return (
    <div role="status">
      {set.plans.length === 0 && set.missing.length === 0 && <p>{t.trainDone}</p>}
      {set.plans.length > 0 && (
        <>
          <h3>{t.trainSum(duration(set.minutes), set.plans.length)}</h3>
          {set.bound !== null && <p className="quiet">{t.trainBound(duration(set.bound))}</p>}
          <DataTable<Plan>
            caption={t.training}
            csv={csv}
            rows={set.plans}
            rowKey={(p) => p.employee.code}
            columns={[
              { title: words.person, render: (_, p) => <PersonLink person={p.employee} /> },
              { title: t.goals, render: (_, p) => <Goals goals={p.goals} /> },
              { title: words.minutes, align: 'right', render: (_, p) => duration(p.minutes) },
            ]}
          />
        </>
      )}
      {set.missing.length > 0 && (
        <>
          <p>{t.trainMissing}</p>
          <ul>
            {set.missing.map((m) => (
              <li key={m.knowledgePoint.code}>
                <PointLink point={m.knowledgePoint} /> {t.trainLacks(m.count)}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function Goals({ goals }: { goals: Plan['goals'] }) {
  return (
    <ul className="team-list">
      {goals.map((g) => (
        <li key={g.code}>
          <PointLink point={g} />
        </li>
      ))}
    </ul>
  )
}
