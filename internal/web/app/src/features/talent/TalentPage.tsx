import { useUrl } from '@/shared/ui/url.ts'
import { CandidatesView } from './CandidatesView.tsx'
import { ComparePeopleView } from './ComparePeopleView.tsx'
import { ComparePositionsView } from './ComparePositionsView.tsx'
import { PositionsView } from './PositionsView.tsx'
import { views } from './TalentFrame.tsx'
import './talent.css'

const contents = { candidates: CandidatesView, positions: PositionsView, compare: ComparePositionsView, people: ComparePeopleView }

// TalentPage answers who could take which position.
export default function TalentPage() {
  const [params] = useUrl()
  const View = contents[views.find((v) => v === params.get('view')) ?? 'candidates']
  return <View />
}
