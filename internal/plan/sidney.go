package plan

// sidneyPart is one part of a Sidney decomposition. As far as density goes, every
// best order does its jobs after those of earlier parts and before all others.
type sidneyPart struct {
	jobs    int
	minutes int
	value   float64
}

// sidneyDecomposition splits jobs into parts of falling density, which is value per
// minute. Each part is the largest of the densest sets that wait for nothing but
// themselves and earlier parts (Sidney, "Decomposition algorithms for single-machine
// sequencing with precedence relations", Operations Research 23, 1975).
//
// A set is split at the density of the whole: what is denser comes first, and both
// halves are split again. The densest closed set is a minimum cut (Picard, "Maximal
// closure of a graph and applications to combinatorial problems", Management Science
// 22, 1976). It costs two cuts for each part.
type sidneyDecomposition struct {
	p       *PendingSet
	jobs    []job
	soft    bool
	stop    func() bool
	set     []int32 // vertices; a split puts the denser ones before the others
	rest    []int32
	placeOf []int32 // vertex → its place in the flow network, valid during one cut
	flow    flowNetwork
	parts   []sidneyPart
	part    []int32 // job → its part
}

// decompose finds the parts of the jobs in a set. With soft, soft prerequisites come
// before their dependents too. It returns false where it was stopped.
func (d *sidneyDecomposition) decompose(p *PendingSet, jobs []job, in []bool, soft bool, stop func() bool) bool {
	d.p, d.jobs, d.soft, d.stop = p, jobs, soft, stop
	d.placeOf, d.part = resized(d.placeOf, len(jobs)+len(p.junctions)), resized(d.part, len(jobs))
	d.set, d.parts = d.set[:0], d.parts[:0]
	for v := range d.placeOf {
		if d.placeOf[v] = -1; v >= len(jobs) || in[v] {
			d.set = append(d.set, int32(v))
		}
	}
	return d.split(d.set)
}

// split adds the parts of a set of vertices. They must wait for nothing outside the
// set and the parts so far. It returns false where it was stopped.
func (d *sidneyDecomposition) split(set []int32) bool {
	whole := sidneyPart{}
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
	if first := d.splitDenser(set, whole); first > 0 {
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

// splitDenser moves what is denser than the set itself to its beginning, and returns
// how many vertices that is; 0 where nothing is denser.
func (d *sidneyDecomposition) splitDenser(set []int32, whole sidneyPart) int {
	// Integers make the cut exact; huge values lose some digits.
	scale := 1.0
	for whole.value*scale*float64(whole.minutes) > 1<<61 {
		scale /= 2
	}
	total := int64(whole.value * scale)
	if total == 0 || whole.jobs == 1 {
		return 0
	}
	for i, v := range set {
		d.placeOf[v] = int32(i)
	}
	flow := &d.flow
	flow.reset(len(set))
	for i, v := range set {
		if int(v) < len(d.jobs) {
			j := &d.jobs[v]
			flow.setWorth(int32(i), int64(j.value*scale)*int64(whole.minutes)-int64(j.minutes)*total)
		}
		d.addPrecedences(int32(i), v)
	}
	flow.maximize()
	first := 0
	d.rest = d.rest[:0]
	for i, v := range set {
		d.placeOf[v] = -1
		if flow.inClosure(int32(i)) {
			set[first] = v
			first++
		} else {
			d.rest = append(d.rest, v)
		}
	}
	copy(set[first:], d.rest)
	return first % len(set)
}

// addPrecedences adds what the vertex at a place waits for. Vertices are the jobs,
// then the junctions.
func (d *sidneyDecomposition) addPrecedences(place, v int32) {
	points, jobs := int32(len(d.p.points)), int32(len(d.jobs))
	add := func(waits []int32) {
		for _, w := range waits {
			if w >= points {
				w += jobs - points
			}
			if d.placeOf[w] >= 0 {
				d.flow.require(place, d.placeOf[w])
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
