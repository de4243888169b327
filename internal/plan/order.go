package plan

import "math"

// order puts the jobs that are in the set into a valid order that closes
// weighted gap early: bundle after bundle, always the one that wins most per
// minute. So a foundation comes when what it opens is worth its minutes, and
// not with all others at the beginning. Where a single bundle does not show what
// many goals together are worth, a Sidney decomposition says which come first.
func (s *scratch) order(p *Pending, jobs []job) []int32 {
	s.done = resized(s.done, len(jobs))
	for j := range jobs {
		s.done[j] = !s.in[j]
	}
	sequence := make([]int32, 0, len(jobs))
	for goals, rest := chunk(s.list(jobs, s.done)); len(goals) > 0; goals, rest = chunk(rest) {
		b := s.bundles.weigh(p, jobs, goals, s.done, true)
		s.turns(p, jobs, goals)
		b.pack(math.MaxInt, s.turn)
		s.window.polish(b, s.turn)
		sequence = append(sequence, b.order...)
		copy(s.done, b.taken)
	}
	for j := range jobs { // what wins nothing worth mentioning, and nobody rests on
		if !s.done[j] {
			sequence = append(sequence, int32(j))
		}
	}
	return sequence
}

// mostDivided is how many jobs are divided exactly: for several thousand that
// would take longer than all the rest.
const mostDivided = 1000

// turns says for each goal when it is considered: by the part of the Sidney
// decomposition that it is in. So few goals that they will be put into the best
// order of all need none.
func (s *scratch) turns(p *Pending, jobs []job, goals []int32) {
	s.turn = resized(s.turn, len(goals))
	if len(goals) <= mostExact || len(jobs) > mostDivided {
		return
	}
	s.division.run(p, jobs, s.in, true, never)
	for g, j := range goals {
		s.turn[g] = int8(min(s.division.part[j], math.MaxInt8)) // behind so many parts little is left to win
	}
}

func never() bool { return false }
