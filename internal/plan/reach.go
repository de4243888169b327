package plan

import (
	"math/bits"
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
)

// Unlocks returns, for every point, how many pending points rest on it, directly
// or not. It costs O(n/64 · (n + links)).
func (p *PendingSet) Unlocks() []int {
	counts := make([]int, len(p.points))
	p.forEachReaching(nil, func(i int, _ []int32, set uint64) { counts[i] += bits.OnesCount64(set) })
	return counts
}

// NeededFor returns, for every foundation, the required pending points that rest
// on it, directly or not, by code. It returns false where these are more than most
// in all. It costs as much as Unlocks, and the result.
func (p *PendingSet) NeededFor(most int) ([][]kg.Node, bool) {
	var required []int32
	for i := range p.points {
		if p.Required(i) {
			required = append(required, int32(i))
		}
	}
	p.forEachReaching(required, func(i int, _ []int32, set uint64) {
		if !p.Required(i) {
			most -= bits.OnesCount64(set)
		}
	})
	if most < 0 {
		return nil, false
	}
	lists := make([][]kg.Node, len(p.points))
	p.forEachReaching(required, func(i int, block []int32, set uint64) {
		for ; set != 0 && !p.Required(i); set &= set - 1 {
			lists[i] = append(lists[i], p.points[block[bits.TrailingZeros64(set)]])
		}
	})
	for _, list := range lists {
		p.sortByCode(list)
	}
	return lists, true
}

// forEachReaching visits each point with the target points that rest on it, in
// blocks of 64 targets: one bit per target, one pass per block. All points are
// targets where targets is nil.
//
// A dependent has a higher index than what it waits for. So a pass down the indices
// sees every dependent of a point before the point. All dependents of a junction
// come before the first of its points.
func (p *PendingSet) forEachReaching(targets []int32, visit func(i int, block []int32, set uint64)) {
	if targets == nil {
		targets = make([]int32, len(p.points))
		for i := range targets {
			targets[i] = int32(i)
		}
	}
	var in adjacency
	p.listJunctions(&in)
	resting := make([]uint64, p.vertexCount()) // targets that rest on a vertex
	for len(targets) > 0 {
		block := targets[:min(64, len(targets))]
		targets = targets[len(block):]
		clear(resting)
		for i := int(block[len(block)-1]); i >= 0; i-- {
			set := resting[i]
			for _, j := range in.of(i) {
				set |= resting[j]
			}
			if set != 0 {
				visit(i, block, set)
			}
			if b, ok := slices.BinarySearch(block, int32(i)); ok {
				set |= 1 << b
			}
			if set != 0 {
				for _, v := range p.hard.of(i) {
					resting[v] |= set
				}
			}
		}
	}
}

// listJunctions lists, for every point, the junctions that it is in (a counting
// sort).
func (p *PendingSet) listJunctions(in *adjacency) {
	n := len(p.points)
	in.start = resized(in.start, n+2)
	for v := n; v < p.vertexCount(); v++ {
		for _, i := range p.hard.of(v) {
			in.start[i+2]++
		}
	}
	for i := range n {
		in.start[i+2] += in.start[i+1]
	}
	// While it is being filled, the list of a point starts one place further up.
	in.items = resized(in.items, int(in.start[n+1]))
	for v := n; v < p.vertexCount(); v++ {
		for _, i := range p.hard.of(v) {
			in.items[in.start[i+1]] = int32(v)
			in.start[i+1]++
		}
	}
}

// Chains returns, for every point, its predecessor on a shortest chain from an
// unmet requirement along chosen prerequisites (breadth-first search). It is -1
// where the point is such a requirement itself. Ties go to the requirement, and
// then the point, that is later in topological order. It costs O(n + links).
func (p *PendingSet) Chains() []int32 {
	const unseen = -2
	from := make([]int32, p.vertexCount())
	queue := make([]int32, 0, len(from))
	for i := range from {
		from[i] = unseen
	}
	for i := len(p.points) - 1; i >= 0; i-- {
		if p.isUnmet(i) {
			from[i] = -1
			queue = append(queue, int32(i))
		}
	}
	for q := 0; q < len(queue); q++ {
		i := queue[q]
		for _, v := range p.hard.of(int(i)) {
			if from[v] != unseen {
				continue
			}
			from[v] = i
			if int(v) < len(p.points) {
				queue = append(queue, v)
				continue
			}
			for _, m := range p.hard.of(int(v)) { // a junction does not count as a link
				if from[m] == unseen {
					from[m] = i
					queue = append(queue, m)
				}
			}
		}
	}
	return from[:len(p.points)]
}
