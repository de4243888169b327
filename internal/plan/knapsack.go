package plan

import (
	"cmp"
	"math/bits"
	"slices"
)

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
