package plan

import (
	"math"

	"github.com/zhitu/zhitu/internal/gap"
)

// part is one part of a Sidney decomposition: jobs that every best order does
// after those of the parts before it and before all others, as far as density
// goes.
type part struct {
	jobs    []int32
	minutes int
	value   float64
}

// decompose splits jobs into parts of falling density, value per minute: each
// the largest of the densest sets that wait for nothing but themselves and the
// parts before (Sidney, "Decomposition algorithms for single-machine sequencing
// with precedence relations", Operations Research 23, 1975). A set is split at
// the density of the whole: what is denser comes first, and so on in both halves.
// The densest closed set is a minimum cut (Picard, "Maximal closure of a graph
// and applications to combinatorial problems", Management Science 22, 1976). It
// costs two cuts for each part.
//
// Only the jobs that are in the set count; soft says whether soft prerequisites
// have to come before as well. It returns false where it was stopped.
func decompose(p *Pending, jobs []job, in []bool, soft bool, stop func() bool) ([]part, bool) {
	d := decomposition{p: p, jobs: jobs, soft: soft, stop: stop, at: make([]int32, len(jobs)+len(p.junctions))}
	var all []int32
	for v := range d.at {
		if v >= len(jobs) || in[v] {
			all = append(all, int32(v))
		}
	}
	whole := d.split(all)
	return d.parts, whole
}

type decomposition struct {
	p     *Pending
	jobs  []job
	soft  bool
	stop  func() bool
	at    []int32 // vertex → its place in the network, valid during one cut
	n     network
	parts []part
}

// before calls f with what a vertex waits for; jobs come first among vertices,
// then junctions.
func (d *decomposition) before(v int32, f func(w int32)) {
	place := func(w int32) int32 {
		if int(w) < len(d.p.points) {
			return w
		}
		return w - int32(len(d.p.points)) + int32(len(d.jobs))
	}
	switch {
	case int(v) < len(d.p.points):
		for _, w := range d.p.hard.of(int(v)) {
			f(place(w))
		}
		if d.soft {
			for _, w := range d.p.soft.of(int(v)) {
				f(place(w))
			}
		}
	case int(v) >= len(d.jobs):
		for _, w := range d.p.hard.of(int(v) - len(d.jobs) + len(d.p.points)) {
			f(place(w))
		}
	}
}

// split adds the parts of a set of vertices, of which nothing waits for what is
// not in it or in a part, unless it is stopped.
func (d *decomposition) split(set []int32) bool {
	whole := part{}
	for _, v := range set {
		if int(v) < len(d.jobs) {
			whole.jobs = append(whole.jobs, v)
			whole.minutes += d.jobs[v].minutes
			whole.value += d.jobs[v].value
		}
	}
	if len(whole.jobs) == 0 {
		return true
	}
	if d.stop() {
		return false
	}
	if first, rest := d.denser(set, whole); len(first) > 0 {
		return d.split(first) && d.split(rest)
	}
	d.parts = append(d.parts, whole)
	return true
}

// denser divides a set at its density, whose first half is the denser one; it is
// empty where no part is denser than the whole.
func (d *decomposition) denser(set []int32, whole part) (first, rest []int32) {
	// Whole numbers make the cut exact; values of an absurd size lose some digits.
	scale := 1.0
	for whole.value*scale*float64(whole.minutes) > 1<<61 {
		scale /= 2
	}
	total := int64(whole.value * scale)
	if total == 0 || len(whole.jobs) == 1 {
		return nil, nil
	}
	for i := range d.at {
		d.at[i] = -1
	}
	for i, v := range set {
		d.at[v] = int32(i)
	}
	n := &d.n
	n.reset(len(set))
	for i, v := range set {
		if int(v) < len(d.jobs) {
			j := &d.jobs[v]
			n.worth(int32(i), int64(j.value*scale)*int64(whole.minutes)-int64(j.minutes)*total)
		}
		d.before(v, func(w int32) {
			if d.at[w] >= 0 {
				n.needs(int32(i), d.at[w])
			}
		})
	}
	for i, in := range n.closure() {
		if in {
			first = append(first, set[i])
		} else {
			rest = append(rest, set[i])
		}
	}
	if len(rest) == 0 {
		return nil, nil
	}
	return first, rest
}

// network finds closures of greatest worth by maximum flow (Dinic's algorithm).
// What is worth something is fed by the source, what costs something drains
// into the sink, and what needs something else can pass on any amount to it.
type network struct {
	source, sink int32
	head         []int32 // vertex → its first arc, -1 for none
	arcs         []arc
	level, next  []int32
	queue        []int32
}

// arc is half of a pair: the other direction is at its index with the last bit
// turned.
type arc struct {
	to, next int32
	room     int64
}

// reset makes a network of so many vertices and no arcs, in the memory of the one
// before.
func (n *network) reset(vertices int) {
	n.source, n.sink = int32(vertices), int32(vertices)+1
	n.head, n.arcs = resized(n.head, vertices+2), n.arcs[:0]
	for i := range n.head {
		n.head[i] = -1
	}
}

func (n *network) arc(from, to int32, room int64) {
	n.arcs = append(n.arcs, arc{to, n.head[from], room}, arc{from, n.head[to], 0})
	n.head[from], n.head[to] = int32(len(n.arcs)-2), int32(len(n.arcs)-1)
}

func (n *network) needs(v, other int32) { n.arc(v, other, math.MaxInt64/2) }

func (n *network) worth(v int32, worth int64) {
	if worth > 0 {
		n.arc(n.source, v, worth)
	} else if worth < 0 {
		n.arc(v, n.sink, -worth)
	}
}

// closure returns which vertices are in the smallest closure of greatest worth.
func (n *network) closure() []bool {
	n.level, n.next = resized(n.level, len(n.head)), resized(n.next, len(n.head))
	for n.levels() {
		copy(n.next, n.head)
		for n.push(n.source, math.MaxInt64) > 0 {
		}
	}
	in := make([]bool, len(n.head)-2)
	for v := range in {
		in[v] = n.level[v] >= 0
	}
	return in
}

// levels measures how far each vertex is from the source, -1 for those that it no
// longer reaches, and reports whether it reaches the sink.
func (n *network) levels() bool {
	for v := range n.level {
		n.level[v] = -1
	}
	n.level[n.source] = 0
	n.queue = append(n.queue[:0], n.source)
	for q := 0; q < len(n.queue); q++ {
		v := n.queue[q]
		for a := n.head[v]; a >= 0; a = n.arcs[a].next {
			if to := n.arcs[a].to; n.arcs[a].room > 0 && n.level[to] < 0 {
				n.level[to] = n.level[v] + 1
				n.queue = append(n.queue, to)
			}
		}
	}
	return n.level[n.sink] >= 0
}

// push sends as much as it can down one way to the sink.
func (n *network) push(v int32, most int64) int64 {
	if v == n.sink {
		return most
	}
	for ; n.next[v] >= 0; n.next[v] = n.arcs[n.next[v]].next {
		a := n.next[v]
		if to := n.arcs[a].to; n.arcs[a].room > 0 && n.level[to] == n.level[v]+1 {
			if sent := n.push(to, min(most, n.arcs[a].room)); sent > 0 {
				n.arcs[a].room -= sent
				n.arcs[a^1].room += sent
				return sent
			}
		}
	}
	return 0
}

// Quality says how good a path is beside what no path can be better than.
type Quality struct {
	// RatioToBound is Σ v × completion minute of the path's steps, divided by a
	// lower bound on it over all their orders; 1 where there is nothing to win.
	RatioToBound float64
	// CoverageAtBudget is the coverage of the position after so many minutes of the
	// path, and BestPossibleAtBudget an upper bound on what any path has reached by
	// then.
	CoverageAtBudget, BestPossibleAtBudget float64
}

// Quality compares the path with bounds, and the coverage after so many minutes,
// unless it is stopped. It costs two minimum cuts for each part of two Sidney
// decompositions.
//
// The lower bound takes the jobs of each part as done evenly, side by side: the one
// by which every order that keeps to the decomposition costs at most twice the
// best (Chekuri and Motwani, "Precedence constrained scheduling to minimize sum
// of weighted completion times on a single machine", Discrete Applied Mathematics
// 98, 1999). The upper bound lets the last part that begins in time be done in
// part.
func (p *Path) Quality(minutes int, stop func() bool) (Quality, bool) {
	in := make([]bool, len(p.jobs))
	var cost, bound, won float64
	for i, j := range p.sequence {
		in[j] = true
		value := p.jobs[j].value
		cost += value * float64(p.Steps[i].Cumulative)
		bound += value * float64(p.Steps[i].Minutes) / 2
		if p.Steps[i].Cumulative <= minutes {
			won += value
		}
	}
	parts, whole := decompose(p.Pending, p.jobs, in, true, stop)
	before := 0
	for _, s := range parts {
		bound += s.value * (float64(before) + float64(s.minutes)/2)
		before += s.minutes
	}
	q := Quality{RatioToBound: 1, CoverageAtBudget: 1, BestPossibleAtBudget: 1}
	if bound > 0 {
		q.RatioToBound = cost / bound
	}

	for j := range in {
		in[j] = true
	}
	parts, wholly := decompose(p.Pending, p.jobs, in, false, stop)
	var best, all float64
	before = 0
	for _, s := range parts {
		if left := minutes - before; left > 0 {
			best += s.value * min(1, float64(left)/float64(s.minutes))
		}
		before += s.minutes
	}
	for i := range p.Report.Gaps { // also what is excluded, for which there is no job
		if r := &p.Report.Gaps[i]; r.Status != gap.Met {
			all += billionths(r.Value())
		}
	}
	if all > 0 { // what is not covered is what can be won
		missing := 1 - p.Report.Coverage
		q.CoverageAtBudget, q.BestPossibleAtBudget = 1-missing*(1-won/all), 1-missing*(1-best/all)
	}
	return q, whole && wholly
}
