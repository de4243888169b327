package plan

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
