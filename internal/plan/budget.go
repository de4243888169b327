package plan

import (
	"cmp"
	"slices"
)

// Bounds on the search for a better choice.
const (
	maxExactGoals = 64      // so many goals, one bit each, are chosen by exact search
	maxBranches   = 1 << 19 // of that search, times the size of a branch: a few milliseconds
	fillEffort    = 1 << 20 // of local search: many changes to a small set, few to a large one
)

// selectWithinBudget marks jobs that fit a budget in minutes, leave none without
// its chosen prerequisites, and gain much value.
//
// This is a knapsack under precedence, which is NP-hard. It starts from a greedy
// choice of closures by value per minute. Greedy fails where closures are large
// beside the budget or share much. So few goals are chosen by exact search; of many,
// a local search changes when one or two of them are considered.
func (s *scratch) selectWithinBudget(p *PendingSet, jobs []job, budget int) {
	in := s.in
	clear(in)
	f := &s.fill
	for goals, rest := nextGoals(s.listGoals(jobs, in)); len(goals) > 0; goals, rest = nextGoals(rest) {
		s.priority = resized(s.priority, len(goals))
		f.closures, f.budget, f.bestValue, f.priority = s.closures.build(p, jobs, goals, in, false), budget, -1, s.priority
		f.tries = fillEffort / (len(jobs) * len(goals))
		f.tryFill()
		if movable := f.listMovable(); len(movable) > maxExactGoals || !f.solveExactly(movable) {
			f.localSearch(movable)
		}
		for j, taken := range f.bestJobs {
			if taken && !in[j] {
				in[j] = true
				budget -= jobs[j].minutes
			}
		}
	}
}

// budgetFill fills a budget with closures, and keeps the best of many fills.
type budgetFill struct {
	*closures
	budget   int
	tries    int    // how many more fills are affordable
	priority []int8 // goal → when it is considered, lowest first

	bestValue    float64 // value gained by
	bestJobs     []bool
	bestPriority []int8
	movable      []int32 // the goals whose closure fits the budget
	knapsack     knapsack
}

func (f *budgetFill) tryFill() {
	if gained := f.takeDensest(f.budget, f.priority); gained > f.bestValue {
		f.bestValue, f.bestJobs, f.bestPriority = gained, append(f.bestJobs[:0], f.taken...), append(f.bestPriority[:0], f.priority...)
	}
}

// listMovable lists the goals whose closure fits, the most valuable closures first.
func (f *budgetFill) listMovable() []int32 {
	f.movable = f.movable[:0]
	for g := range f.goals {
		if f.full[g].minutes <= f.budget {
			f.movable = append(f.movable, int32(g))
		}
	}
	slices.SortFunc(f.movable, func(a, b int32) int {
		return cmp.Or(cmp.Compare(f.full[b].value, f.full[a].value), cmp.Compare(a, b))
	})
	return f.movable
}

// localSearch changes the priorities of one goal, and then of two, as long as that
// gains more.
func (f *budgetFill) localSearch(movable []int32) {
	for changes := 1; changes <= 2; changes++ {
		before := f.bestValue
		f.tryPriorities(changes, movable)
		if f.bestValue > before {
			copy(f.priority, f.bestPriority)
			changes = 0
		}
	}
}

// tryPriorities tries other priorities of up to so many goals.
func (f *budgetFill) tryPriorities(count int, movable []int32) {
	for i, g := range movable {
		current := f.priority[g]
		for priority := int8(-1); priority <= 1 && f.tries > 0; priority++ {
			if f.priority[g] = priority; priority == current {
				continue
			}
			f.tries--
			f.tryFill()
			if count > 1 {
				f.tryPriorities(count-1, movable[i+1:])
			}
		}
		f.priority[g] = current
	}
}
