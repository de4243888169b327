package plan

import (
	"cmp"
	"slices"
)

// effort bounds what is weighed for the sake of a better choice: many ways to
// change a small set, few of a large one, where single jobs matter less.
const effort = 1 << 20

// fit chooses jobs that take no more minutes than a budget, leave none without
// its chosen prerequisites, and win much value: bundle after bundle, the one
// that wins most per minute. That goes wrong where bundles are large beside the
// budget or share much of what they wait for, so it is done again with one or
// two goals considered before all others, or after them, and so on from the
// change that wins most. (The best choice of all is a knapsack under
// precedence, which is NP-hard.)
func fit(p *Pending, jobs []job, budget int) []bool {
	in := make([]bool, len(jobs))
	for _, goals := range chunks(jobs, in) {
		f := filling{bundles: newBundles(p, jobs, goals, in, false), budget: budget, most: -1, turn: make([]int8, len(goals))}
		f.tries = effort / (len(jobs) * len(goals))
		f.fill()
		f.improve()
		for j, taken := range f.best {
			if taken && !in[j] {
				in[j] = true
				budget -= jobs[j].minutes
			}
		}
	}
	return in
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
}

func (f *filling) fill() {
	if won := f.pack(f.budget, f.turn); won > f.most {
		f.most, f.best, f.bestTurn = won, slices.Clone(f.taken), slices.Clone(f.turn)
	}
}

// improve changes the turns of goals as long as that wins more.
func (f *filling) improve() {
	var movable []int32
	for g := range f.goals {
		if f.whole[g].minutes <= f.budget {
			movable = append(movable, int32(g))
		}
	}
	slices.SortFunc(movable, func(a, b int32) int {
		return cmp.Or(cmp.Compare(f.whole[b].value, f.whole[a].value), cmp.Compare(a, b))
	})
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
