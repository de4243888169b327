package plan

import "math"

// orderJobs puts the jobs of the path into a valid order that closes weighted gap
// early. It takes closure after closure, always the one that gains most per minute.
// So a foundation comes when what it opens is worth its minutes. A single closure
// does not show what many goals gain together; a Sidney decomposition does, and
// decides which goals come first.
func (s *scratch) orderJobs(p *PendingSet, jobs []job) []int32 {
	s.done = resized(s.done, len(jobs))
	for j := range jobs {
		s.done[j] = !s.in[j]
	}
	sequence := make([]int32, 0, len(jobs))
	for goals, rest := nextGoals(s.listGoals(jobs, s.done)); len(goals) > 0; goals, rest = nextGoals(rest) {
		b := s.closures.build(p, jobs, goals, s.done, true)
		s.setPriorities(p, jobs, goals)
		b.takeDensest(math.MaxInt, s.priority)
		s.window.improveOrder(b, s.priority)
		sequence = append(sequence, b.sequence...)
		copy(s.done, b.taken)
	}
	for j := range jobs { // what gains nothing, and no goal rests on
		if !s.done[j] {
			sequence = append(sequence, int32(j))
		}
	}
	return sequence
}

// maxDecomposed is how many jobs are decomposed. For several thousand that would
// take longer than everything else.
const maxDecomposed = 1000

// setPriorities sets the priority of each goal to its part of the Sidney
// decomposition. It is not needed where the goals are few enough for the exact order.
func (s *scratch) setPriorities(p *PendingSet, jobs []job, goals []int32) {
	s.priority = resized(s.priority, len(goals))
	if len(goals) <= maxExactWindow || len(jobs) > maxDecomposed {
		return
	}
	s.sidney.decompose(p, jobs, s.in, true, neverStop)
	for g, j := range goals {
		s.priority[g] = int8(min(s.sidney.part[j], math.MaxInt8)) // behind so many parts little is left to gain
	}
}

func neverStop() bool { return false }
