package plan

import "math"

// part is one part of a Sidney decomposition: jobs that every best order does
// after those of the parts before it and before all others, as far as density
// goes.
type part struct {
	jobs    int
	minutes int
	value   float64
}

// decomposition splits jobs into parts of falling density, value per minute: each
// the largest of the densest sets that wait for nothing but themselves and the
// parts before (Sidney, "Decomposition algorithms for single-machine sequencing
// with precedence relations", Operations Research 23, 1975). A set is split at
// the density of the whole: what is denser comes first, and so on in both halves.
// The densest closed set is a minimum cut (Picard, "Maximal closure of a graph
// and applications to combinatorial problems", Management Science 22, 1976). It
// costs two cuts for each part.
type decomposition struct {
	p     *Pending
	jobs  []job
	soft  bool
	stop  func() bool
	set   []int32 // vertices, of which a split puts the denser ones before the others
	rest  []int32
	at    []int32 // vertex → its place in the network, valid during one cut
	n     network
	parts []part
	part  []int32 // job → its part
}

// run finds the parts of the jobs that are in a set; soft says whether soft
// prerequisites have to come before as well. It returns false where it was stopped.
func (d *decomposition) run(p *Pending, jobs []job, in []bool, soft bool, stop func() bool) bool {
	d.p, d.jobs, d.soft, d.stop = p, jobs, soft, stop
	d.at, d.part = resized(d.at, len(jobs)+len(p.junctions)), resized(d.part, len(jobs))
	d.set, d.parts = d.set[:0], d.parts[:0]
	for v := range d.at {
		if d.at[v] = -1; v >= len(jobs) || in[v] {
			d.set = append(d.set, int32(v))
		}
	}
	return d.split(d.set)
}

// split adds the parts of a set of vertices, of which nothing waits for what is
// not in it or in a part, unless it is stopped.
func (d *decomposition) split(set []int32) bool {
	whole := part{}
	for _, v := range set {
		if int(v) < len(d.jobs) {
			whole.jobs++
			whole.minutes += d.jobs[v].minutes
			whole.value += d.jobs[v].value
		}
	}
	if whole.jobs == 0 {
		return true
	}
	if d.stop() {
		return false
	}
	if first := d.denser(set, whole); first > 0 {
		return d.split(set[:first]) && d.split(set[first:])
	}
	for _, v := range set {
		if int(v) < len(d.jobs) {
			d.part[v] = int32(len(d.parts))
		}
	}
	d.parts = append(d.parts, whole)
	return true
}

// denser divides a set at its density: what is denser comes first, and is counted;
// 0 where no part is denser than the whole.
func (d *decomposition) denser(set []int32, whole part) int {
	// Whole numbers make the cut exact; values of an absurd size lose some digits.
	scale := 1.0
	for whole.value*scale*float64(whole.minutes) > 1<<61 {
		scale /= 2
	}
	total := int64(whole.value * scale)
	if total == 0 || whole.jobs == 1 {
		return 0
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
		d.needs(int32(i), v)
	}
	n.flow()
	first := 0
	d.rest = d.rest[:0]
	for i, v := range set {
		d.at[v] = -1
		if n.closed(int32(i)) {
			set[first] = v
			first++
		} else {
			d.rest = append(d.rest, v)
		}
	}
	copy(set[first:], d.rest)
	return first % len(set)
}

// needs tells the network what the vertex at a place waits for; jobs come first
// among vertices, then junctions.
func (d *decomposition) needs(place, v int32) {
	points, jobs := int32(len(d.p.points)), int32(len(d.jobs))
	add := func(waits []int32) {
		for _, w := range waits {
			if w >= points {
				w += jobs - points
			}
			if d.at[w] >= 0 {
				d.n.needs(place, d.at[w])
			}
		}
	}
	switch {
	case v < points:
		add(d.p.hard.of(int(v)))
		if d.soft {
			add(d.p.soft.of(int(v)))
		}
	case v >= jobs:
		add(d.p.hard.of(int(v - jobs + points)))
	}
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

// flow sends all that it can from the source to the sink.
func (n *network) flow() {
	n.level, n.next = resized(n.level, len(n.head)), resized(n.next, len(n.head))
	for n.levels() {
		copy(n.next, n.head)
		for n.push(n.source, math.MaxInt64) > 0 {
		}
	}
}

// closed reports, after the flow, whether a vertex is in the smallest closure of
// greatest worth.
func (n *network) closed(v int32) bool { return n.level[v] >= 0 }

// levels measures how far each vertex is from the source, as far as to the sink, -1
// for those that it no longer reaches, and reports whether it reaches the sink.
func (n *network) levels() bool {
	for v := range n.level {
		n.level[v] = -1
	}
	n.level[n.source] = 0
	n.queue = append(n.queue[:0], n.source)
	for q := 0; q < len(n.queue) && n.level[n.sink] < 0; q++ {
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
