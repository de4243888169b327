package plan

import "math/bits"

// How many goals are put into their best order at once: all of a part where they
// are few, else those that stand next to each other.
const (
	mostExact = 12
	wide      = 8
	passes    = 3
)

// window is a stretch of a sequence in which some goals end.
type window struct {
	*bundles
	sequence []int32
	goal     []int32 // job → its goal, counted from 1
	ends     []int   // where each goal ends, in the order of the sequence; 0 before them
	stale    []bool  // window → it, or what it overlaps, has changed since it was the best

	among   []int32 // the goals in it
	inside  []uint16
	minutes []int64   // set of goals → minutes of all that they wait for
	cost    []float64 // set of goals → least value × minute of its orders
	last    []int8    // set of goals → the goal that ends last in the best of them
	jobs    []int32
	rest    []uint16 // job in the window → the goals that rest on it
}

// polish improves the order in which bundles have been taken, turn by turn. Goals
// that stand next to each other are put into the best of all their orders, given
// what stands before and after them, window by window. Where no turn has more
// than mostExact goals, the order is the best of all, since turns are the parts of
// a Sidney decomposition.
//
// For what a job is worth nothing itself, it comes as late as the first goal that
// rests on it: so an order of all jobs is an order of goals, each with what it
// still waits for. The best one is found by dynamic programming over sets of
// goals (Held and Karp, "A dynamic programming approach to sequencing problems",
// Journal of SIAM 10, 1962).
func (w *window) polish(b *bundles, turn []int8) {
	w.bundles, w.sequence = b, b.order
	w.goal = resized(w.goal, len(b.jobs))
	for g, j := range b.goals {
		w.goal[j] = int32(g) + 1
	}
	w.ends = append(w.ends[:0], 0)
	for i, j := range w.sequence {
		if w.goal[j] > 0 {
			w.ends = append(w.ends, i+1)
		}
	}
	when := func(i int) int8 { return turn[w.goal[w.sequence[w.ends[i+1]-1]]-1] }
	for from, to := 0, 0; from < len(w.ends)-1; from = to {
		for to = from + 1; to < len(w.ends)-1 && when(to) == when(from); to++ {
		}
		w.arrange(w.ends[from : to+1])
	}
}

// arrange improves the order of a stretch, and moves the ends of its goals.
func (w *window) arrange(ends []int) {
	n := len(ends) - 1
	if n <= mostExact {
		w.improve(ends)
		return
	}
	const step = wide / 2
	w.stale = resized(w.stale, n/step+2)
	for i := range w.stale {
		w.stale[i] = true
	}
	for range passes {
		for i, from := 0, 0; from+step < n; i, from = i+1, from+step {
			if w.stale[i] && w.improve(ends[from:min(from+wide+1, n+1)]) {
				w.stale[max(i-1, 0)], w.stale[i+1] = true, true
			}
			w.stale[i] = false
		}
	}
}

// improve puts the goals of a stretch into their best order, and moves the ends of
// those but the last. It reports whether that is better than it was.
func (w *window) improve(ends []int) bool {
	k := len(ends) - 1
	if k < 2 {
		return false
	}
	stretch := w.sequence[ends[0]:ends[k]]
	w.among = w.among[:0]
	for _, end := range ends[1:] {
		w.among = append(w.among, w.goal[w.sequence[end-1]]-1)
	}
	now := w.measure(stretch, ends)
	if w.search(k) >= now {
		return false
	}
	w.rearrange(stretch, ends)
	return true
}

// measure finds which goals rest on each job of a stretch and, for each set of
// goals, the minutes of all that they wait for. It returns what the order costs.
func (w *window) measure(stretch []int32, ends []int) (now float64) {
	k := len(w.among)
	w.minutes = resized(w.minutes, 1<<k)
	w.inside = resized(w.inside, k)
	w.rest = resized(w.rest, len(stretch))
	minute, next := int64(0), 0
	for i, j := range stretch {
		on, rest := w.on(int(j)), uint16(0)
		for bit, g := range w.among {
			rest |= uint16(on[g/64]>>(g%64)&1) << bit
		}
		w.rest[i] = rest
		minute += int64(w.bundles.jobs[j].minutes)
		// For now, what exactly these goals rest on, in the place of all others.
		w.minutes[len(w.minutes)-1-int(rest)] += int64(w.bundles.jobs[j].minutes)
		if ends[0]+i+1 == ends[next+1] {
			now += w.bundles.jobs[j].value * float64(minute)
			for r := rest &^ (1 << next); r != 0; r &= r - 1 {
				w.inside[bits.TrailingZeros16(r)] |= 1 << next
			}
			next++
		}
	}
	// A set waits for all but what only others rest on: sums over subsets.
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

// search fills cost and last, and returns the least cost of all goals.
func (w *window) search(k int) float64 {
	w.cost, w.last = resized(w.cost, 1<<k), resized(w.last, 1<<k)
	for set := 1; set < 1<<k; set++ {
		best, least := int8(-1), 0.0
		for s := uint16(set); s != 0; s &= s - 1 {
			g := bits.TrailingZeros16(s)
			before := set &^ (1 << g)
			if w.inside[g]&^uint16(before) != 0 || before != 0 && w.last[before] < 0 {
				continue
			}
			c := w.cost[before] + w.bundles.jobs[w.goals[w.among[g]]].value*float64(w.minutes[set])
			if best < 0 || c < least {
				best, least = int8(g), c
			}
		}
		w.cost[set], w.last[set] = least, best
	}
	return w.cost[1<<k-1]
}

// rearrange writes a stretch in the order that search has found.
func (w *window) rearrange(stretch []int32, ends []int) {
	k := len(w.among)
	var order [16]int
	for set, i := 1<<k-1, k-1; i >= 0; i-- {
		order[i] = int(w.last[set])
		set &^= 1 << order[i]
	}
	w.jobs = append(w.jobs[:0], stretch...)
	at := 0
	for i, g := range order[:k] {
		for n, j := range w.jobs {
			if w.rest[n]&(1<<g) != 0 {
				stretch[at], w.rest[n] = j, 0
				at++
			}
		}
		ends[i+1] = ends[0] + at
	}
}
