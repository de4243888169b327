package plan

import (
	"cmp"
	"math/bits"
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

// exhaust finds the best choice between few goals, unless it takes too many
// branches: then it returns false, with the best that it saw.
func (f *filling) exhaust(movable []int32) bool {
	n := len(movable)
	c := &f.knapsack
	c.value, c.below, c.above = resized(c.value, n), resized(c.below, n), resized(c.above, n)
	c.most, c.best, c.shares, c.sets = f.most, 0, c.shares[:0], resized(c.sets, len(f.jobs))
	if c.place == nil {
		c.place = map[uint64]int{}
	}
	clear(c.place)
	size := 1
	for j := range f.jobs {
		for i, g := range movable {
			if !f.done[j] {
				c.sets[j] |= f.on(j)[g/64] >> (g % 64) & 1 << i
			}
		}
		if c.sets[j] == 0 {
			continue
		}
		i, known := c.place[c.sets[j]]
		if !known {
			i = len(c.shares)
			c.place[c.sets[j]] = i
			c.shares = append(c.shares, share{goals: c.sets[j]})
			size += bits.OnesCount64(c.sets[j])
		}
		c.shares[i].minutes += f.jobs[j].minutes
	}
	for i, g := range movable {
		c.value[i], c.above[i] = f.jobs[f.goals[g]].value, c.sets[f.goals[g]]
		for set := c.above[i]; set != 0; set &= set - 1 {
			c.below[bits.TrailingZeros64(set)] |= 1 << i
		}
	}
	c.branches = branches / size
	c.extend(0, 0, f.budget, 0)
	if c.best != 0 {
		f.most, f.best = c.most, append(f.best[:0], f.done...)
		for j, set := range c.sets {
			f.best[j] = f.best[j] || set&c.best != 0
		}
	}
	return c.branches > 0
}

// knapsack is a search through all sets of few goals, by branch and bound. A goal
// is taken with all goals in its bundle.
type knapsack struct {
	value        []float64      // goal → what it wins by itself
	below, above []uint64       // goal → the goals in its bundle, those whose bundle it is in; itself in both
	sets         []uint64       // job → the goals that rest on it
	shares       []share        // all minutes
	place        map[uint64]int // goals → their share
	branches     int            // how many more are affordable

	most float64 // value won, with
	best uint64  // these goals, none where that was known before
}

// share is the work that some goals have in common: whoever takes the first of
// them does it for all.
type share struct {
	goals   uint64
	minutes int
}

// extend tries all ways to take more goals in the minutes that are left, but
// none that are out.
func (c *knapsack) extend(taken, out uint64, left int, won float64) {
	if won > c.most {
		c.most, c.best = won, taken
	}
	for {
		if c.branches--; c.branches <= 0 {
			return
		}
		var minutes [few]int
		for _, s := range c.shares {
			for set := s.goals; s.goals&taken == 0 && set != 0; set &= set - 1 {
				minutes[bits.TrailingZeros64(set)] += s.minutes
			}
		}
		for g := range c.value {
			if minutes[g] > left {
				out |= c.above[g]
			}
		}
		g, bound := c.bound(taken, out, left)
		if g < 0 || won+bound < c.most+0.5 { // values are whole
			return
		}
		more := 0.0
		for set := c.below[g] &^ taken; set != 0; set &= set - 1 {
			more += c.value[bits.TrailingZeros64(set)]
		}
		c.extend(taken|c.below[g], out, left-minutes[g], won+more)
		out |= c.above[g]
	}
}

// bound returns more than any goals can win in the minutes that are left, and
// the goal that looks best, -1 where there is none: what goals have in common
// is split evenly between them, and the last goal counts in part.
func (c *knapsack) bound(taken, out uint64, left int) (best int, bound float64) {
	var part [few]float64
	for _, s := range c.shares {
		if s.goals&taken != 0 {
			continue
		}
		open := s.goals &^ out
		each := float64(s.minutes) / float64(bits.OnesCount64(open))
		for ; open != 0; open &= open - 1 {
			part[bits.TrailingZeros64(open)] += each
		}
	}
	var memory [few]int
	goals := memory[:0]
	for g := range c.value {
		if (taken|out)>>g&1 == 0 {
			goals = append(goals, g)
		}
	}
	slices.SortFunc(goals, func(a, b int) int {
		return cmp.Or(cmp.Compare(c.value[b]*part[a], c.value[a]*part[b]), cmp.Compare(a, b))
	})
	rest := float64(left)
	for _, g := range goals {
		if part[g] >= rest {
			bound += c.value[g] * rest / part[g]
			break
		}
		bound += c.value[g]
		rest -= part[g]
	}
	if len(goals) == 0 {
		return -1, 0
	}
	return goals[0], bound
}
