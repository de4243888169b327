package plan

import "math/bits"

// How many goals are put into their best order at once. Few goals of one priority are
// ordered together; a window slides over many.
const (
	maxExactWindow = 12
	windowWidth    = 8
	maxPasses      = 3
)

// window is a stretch of an order, with the goals that end in it.
type window struct {
	*closures
	order  []int32
	goalOf []int32 // job → its goal, counted from 1
	ends   []int   // where each goal ends, in the order; 0 before them
	stale  []bool  // window → whether it, or what it overlaps, changed since it was optimal

	goalsIn    []int32
	innerGoals []uint16  // goal → the goals that it rests on
	minutes    []int64   // set of goals → minutes of all that they wait for
	cost       []float64 // set of goals → least value × minute of its orders
	last       []int8    // set of goals → the goal that ends last in the best order
	jobs       []int32
	restingOn  []uint16 // job in the window → the goals that rest on it
}

// improveOrder improves the order in which closures were taken, among goals of one
// priority. Goals that are adjacent are put into the best of all their orders,
// window by window. The order is optimal where no priority has more than
// maxExactWindow goals, since priorities are parts of a Sidney decomposition.
//
// A job without value comes as late as the first goal that rests on it. So an order
// of all jobs is an order of goals, each with what it still waits for. The best one
// is found by dynamic programming over sets of goals (Held and Karp, "A dynamic
// programming approach to sequencing problems", Journal of SIAM 10, 1962).
func (w *window) improveOrder(b *closures, priority []int8) {
	w.closures, w.order = b, b.sequence
	w.goalOf = resized(w.goalOf, len(b.jobs))
	for g, j := range b.goals {
		w.goalOf[j] = int32(g) + 1
	}
	w.ends = append(w.ends[:0], 0)
	for i, j := range w.order {
		if w.goalOf[j] > 0 {
			w.ends = append(w.ends, i+1)
		}
	}
	priorityAt := func(i int) int8 { return priority[w.goalOf[w.order[w.ends[i+1]-1]]-1] }
	for from, to := 0, 0; from < len(w.ends)-1; from = to {
		for to = from + 1; to < len(w.ends)-1 && priorityAt(to) == priorityAt(from); to++ {
		}
		w.improveStretch(w.ends[from : to+1])
	}
}

// improveStretch improves the order of a stretch, and moves the ends of its goals.
func (w *window) improveStretch(ends []int) {
	n := len(ends) - 1
	if n <= maxExactWindow {
		w.improveWindow(ends)
		return
	}
	const step = windowWidth / 2
	w.stale = resized(w.stale, n/step+2)
	for i := range w.stale {
		w.stale[i] = true
	}
	for range maxPasses {
		for i, from := 0, 0; from+step < n; i, from = i+1, from+step {
			if w.stale[i] && w.improveWindow(ends[from:min(from+windowWidth+1, n+1)]) {
				w.stale[max(i-1, 0)], w.stale[i+1] = true, true
			}
			w.stale[i] = false
		}
	}
}

// improveWindow puts the goals of a stretch into their best order, and moves their
// ends. It reports whether the order was improved.
func (w *window) improveWindow(ends []int) bool {
	k := len(ends) - 1
	if k < 2 {
		return false
	}
	stretch := w.order[ends[0]:ends[k]]
	w.goalsIn = w.goalsIn[:0]
	for _, end := range ends[1:] {
		w.goalsIn = append(w.goalsIn, w.goalOf[w.order[end-1]]-1)
	}
	now := w.measure(stretch, ends)
	if w.solve(k) >= now {
		return false
	}
	w.rearrange(stretch, ends)
	return true
}

// measure finds which goals rest on each job of a stretch. For each set of goals it
// finds the minutes of all that they wait for. It returns the cost of the order.
func (w *window) measure(stretch []int32, ends []int) (now float64) {
	k := len(w.goalsIn)
	w.minutes = resized(w.minutes, 1<<k)
	w.innerGoals = resized(w.innerGoals, k)
	w.restingOn = resized(w.restingOn, len(stretch))
	minute, next := int64(0), 0
	for i, j := range stretch {
		on, rest := w.goalsOn(int(j)), uint16(0)
		for bit, g := range w.goalsIn {
			rest |= uint16(on[g/64]>>(g%64)&1) << bit
		}
		w.restingOn[i] = rest
		minute += int64(w.closures.jobs[j].minutes)
		// For now, the minutes on which exactly these goals rest, in the place of the
		// complement.
		w.minutes[len(w.minutes)-1-int(rest)] += int64(w.closures.jobs[j].minutes)
		if ends[0]+i+1 == ends[next+1] {
			now += w.closures.jobs[j].value * float64(minute)
			for r := rest &^ (1 << next); r != 0; r &= r - 1 {
				w.innerGoals[bits.TrailingZeros16(r)] |= 1 << next
			}
			next++
		}
	}
	// A set waits for all but what only others rest on: a sum over subsets.
	for bit := range k {
		for set := range w.minutes {
			if set&(1<<bit) == 0 {
				w.minutes[set] += w.minutes[set|1<<bit]
			}
		}
	}
	for set := range w.minutes {
		w.minutes[set] = minute - w.minutes[set]
	}
	return now
}

// solve fills cost and last, and returns the least cost of all goals.
func (w *window) solve(k int) float64 {
	w.cost, w.last = resized(w.cost, 1<<k), resized(w.last, 1<<k)
	for set := 1; set < 1<<k; set++ {
		best, least := int8(-1), 0.0
		for s := uint16(set); s != 0; s &= s - 1 {
			g := bits.TrailingZeros16(s)
			before := set &^ (1 << g)
			if w.innerGoals[g]&^uint16(before) != 0 || before != 0 && w.last[before] < 0 {
				continue
			}
			c := w.cost[before] + w.closures.jobs[w.goals[w.goalsIn[g]]].value*float64(w.minutes[set])
			if best < 0 || c < least {
				best, least = int8(g), c
			}
		}
		w.cost[set], w.last[set] = least, best
	}
	return w.cost[1<<k-1]
}

// rearrange writes a stretch in the order that solve has found.
func (w *window) rearrange(stretch []int32, ends []int) {
	k := len(w.goalsIn)
	var order [16]int
	for set, i := 1<<k-1, k-1; i >= 0; i-- {
		order[i] = int(w.last[set])
		set &^= 1 << order[i]
	}
	w.jobs = append(w.jobs[:0], stretch...)
	at := 0
	for i, g := range order[:k] {
		for n, j := range w.jobs {
			if w.restingOn[n]&(1<<g) != 0 {
				stretch[at], w.restingOn[n] = j, 0
				at++
			}
		}
		ends[i+1] = ends[0] + at
	}
}
