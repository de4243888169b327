package plan

import (
	"cmp"
	"slices"
)

// What is weighed for the sake of a better choice is bounded.
const (
	few      = 64      // goals, one bit each, between which all choices are weighed
	branches = 1 << 19 // of that search, times what a branch weighs: a few milliseconds
	effort   = 1 << 20 // else: many ways to change a small set, few of a large one, where single jobs matter less
)

// fit chooses jobs that take no more minutes than a budget, leave none without
// its chosen prerequisites, and win much value: bundle after bundle, the one
// that wins most per minute. That goes wrong where bundles are large beside the
// budget or share much of what they wait for. Where goals are few, the best
// choice of all is searched for. That is a knapsack under precedence, which is
// NP-hard, so else the filling is done again with one or two goals considered
// before all others, or after them, and so on from the change that wins most.
func (s *scratch) fit(p *Pending, jobs []job, budget int) {
	in := s.in
	clear(in)
	f := &s.filling
	for goals, rest := chunk(s.list(jobs, in)); len(goals) > 0; goals, rest = chunk(rest) {
		s.turn = resized(s.turn, len(goals))
		f.bundles, f.budget, f.most, f.turn = s.bundles.weigh(p, jobs, goals, in, false), budget, -1, s.turn
		f.tries = effort / (len(jobs) * len(goals))
		f.fill()
		if movable := f.move(); len(movable) > few || !f.exhaust(movable) {
			f.improve(movable)
		}
		for j, taken := range f.best {
			if taken && !in[j] {
				in[j] = true
				budget -= jobs[j].minutes
			}
		}
	}
}

// filling fills a budget with bundles, again and again.
type filling struct {
	*bundles
	budget int
	tries  int    // how many more fillings are affordable
	turn   []int8 // goal → when it is considered

	most     float64 // value won, with
	best     []bool  // these jobs
	bestTurn []int8
	movable  []int32 // the goals that fit at all
	knapsack knapsack
}

func (f *filling) fill() {
	if won := f.pack(f.budget, f.turn); won > f.most {
		f.most, f.best, f.bestTurn = won, append(f.best[:0], f.taken...), append(f.bestTurn[:0], f.turn...)
	}
}

// move lists the goals that fit at all, the bundles of most value first.
func (f *filling) move() []int32 {
	f.movable = f.movable[:0]
	for g := range f.goals {
		if f.whole[g].minutes <= f.budget {
			f.movable = append(f.movable, int32(g))
		}
	}
	slices.SortFunc(f.movable, func(a, b int32) int {
		return cmp.Or(cmp.Compare(f.whole[b].value, f.whole[a].value), cmp.Compare(a, b))
	})
	return f.movable
}

// improve changes the turns of goals as long as that wins more.
func (f *filling) improve(movable []int32) {
	for changes := 1; changes <= 2; changes++ {
		before := f.most
		f.vary(changes, movable)
		if f.most > before {
			copy(f.turn, f.bestTurn)
			changes = 0
		}
	}
}

// vary tries other turns of up to so many goals.
func (f *filling) vary(count int, movable []int32) {
	for i, g := range movable {
		stays := f.turn[g]
		for turn := int8(-1); turn <= 1 && f.tries > 0; turn++ {
			if f.turn[g] = turn; turn == stays {
				continue
			}
			f.tries--
			f.fill()
			if count > 1 {
				f.vary(count-1, movable[i+1:])
			}
		}
		f.turn[g] = stays
	}
}
