package plan

import (
	"cmp"
	"math/bits"
	"slices"
)

// knapsack is an exact search over sets of few goals, by branch and bound. A goal is
// taken with all goals in its closure.
type knapsack struct {
	value        []float64      // goal → value by itself
	below, above []uint64       // goal → the goals in its closure, those whose closure it is in; itself in both
	resting      []uint64       // job → the goals that rest on it
	shares       []sharedWork   // all minutes
	shareOf      map[uint64]int // goals → their shared work
	branches     int            // how many more are affordable

	bestValue float64
	bestSet   uint64 // of goals; none where the best was known before
}

// sharedWork is the work that exactly these goals have in common. The first of them
// that is taken does it for all.
type sharedWork struct {
	goals   uint64
	minutes int
}

// solveExactly finds the best choice between few goals. It returns false where that
// takes too many branches; the best choice that it saw is kept.
func (f *budgetFill) solveExactly(movable []int32) bool {
	n := len(movable)
	c := &f.knapsack
	c.value, c.below, c.above = resized(c.value, n), resized(c.below, n), resized(c.above, n)
	c.bestValue, c.bestSet, c.shares, c.resting = f.bestValue, 0, c.shares[:0], resized(c.resting, len(f.jobs))
	if c.shareOf == nil {
		c.shareOf = map[uint64]int{}
	}
	clear(c.shareOf)
	size := 1
	for j := range f.jobs {
		for i, g := range movable {
			if !f.done[j] {
				c.resting[j] |= f.goalsOn(j)[g/64] >> (g % 64) & 1 << i
			}
		}
		if c.resting[j] == 0 {
			continue
		}
		i, known := c.shareOf[c.resting[j]]
		if !known {
			i = len(c.shares)
			c.shareOf[c.resting[j]] = i
			c.shares = append(c.shares, sharedWork{goals: c.resting[j]})
			size += bits.OnesCount64(c.resting[j])
		}
		c.shares[i].minutes += f.jobs[j].minutes
	}
	for i, g := range movable {
		c.value[i], c.above[i] = f.jobs[f.goals[g]].value, c.resting[f.goals[g]]
		for set := c.above[i]; set != 0; set &= set - 1 {
			c.below[bits.TrailingZeros64(set)] |= 1 << i
		}
	}
	c.branches = maxBranches / size
	c.branch(0, 0, f.budget, 0)
	if c.bestSet != 0 {
		f.bestValue, f.bestJobs = c.bestValue, append(f.bestJobs[:0], f.done...)
		for j, set := range c.resting {
			f.bestJobs[j] = f.bestJobs[j] || set&c.bestSet != 0
		}
	}
	return c.branches > 0
}

// branch tries all ways to take more goals within the remaining budget, but none
// that are out.
func (c *knapsack) branch(taken, out uint64, budget int, gained float64) {
	if gained > c.bestValue {
		c.bestValue, c.bestSet = gained, taken
	}
	for {
		if c.branches--; c.branches <= 0 {
			return
		}
		var minutes [maxExactGoals]int
		for _, s := range c.shares {
			for set := s.goals; s.goals&taken == 0 && set != 0; set &= set - 1 {
				minutes[bits.TrailingZeros64(set)] += s.minutes
			}
		}
		for g := range c.value {
			if minutes[g] > budget {
				out |= c.above[g]
			}
		}
		g, bound := c.upperBound(taken, out, budget)
		if g < 0 || gained+bound < c.bestValue+0.5 { // values are whole
			return
		}
		more := 0.0
		for set := c.below[g] &^ taken; set != 0; set &= set - 1 {
			more += c.value[bits.TrailingZeros64(set)]
		}
		c.branch(taken|c.below[g], out, budget-minutes[g], gained+more)
		out |= c.above[g]
	}
}

// upperBound returns a bound on the value that more goals can gain within the budget,
// and the goal to branch on, or -1. It relaxes the problem: goals split shared work
// evenly, and the last goal counts in part.
func (c *knapsack) upperBound(taken, out uint64, budget int) (best int, bound float64) {
	var part [maxExactGoals]float64
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
	var memory [maxExactGoals]int
	goals := memory[:0]
	for g := range c.value {
		if (taken|out)>>g&1 == 0 {
			goals = append(goals, g)
		}
	}
	slices.SortFunc(goals, func(a, b int) int {
		return cmp.Or(cmp.Compare(c.value[b]*part[a], c.value[a]*part[b]), cmp.Compare(a, b))
	})
	rest := float64(budget)
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
