package plan

import "cmp"

// job is something to be done: a pending point, at its index, or after those a
// review, which waits for nothing.
type job struct {
	minutes int
	value   float64 // the weighted coverage that it wins by itself
	rank    int32   // of its point's code
}

// order puts the jobs that are in the set into a valid order that closes
// weighted gap early: of the jobs that wait for nothing more, the one with the
// highest value per minute is next, ties by code. What a job opens counts:
// each hands its value down in equal shares to what it waits for.
//
// It costs O((jobs + links) log jobs).
func order(p *Pending, jobs []job, in []bool) []int32 {
	points := len(p.points)
	worth := worths(p, jobs, in)
	waiting := make([]int32, p.vertices())
	for i := range points {
		if in[i] {
			waiting[i] = int32(len(p.hard.of(i)) + len(p.soft.of(i)))
		}
	}
	ready := queue[int32]{items: make([]int32, 0, len(jobs)), before: func(a, b int32) bool {
		// worth_a / minutes_a > worth_b / minutes_b
		x, y := worth[a]*float64(jobs[b].minutes), worth[b]*float64(jobs[a].minutes)
		if x != y {
			return x > y
		}
		return cmp.Or(cmp.Compare(jobs[a].rank, jobs[b].rank), cmp.Compare(a, b)) < 0
	}}
	after := [...]lists{invert(p.hard, 0, p.vertices(), p.vertices()), invert(p.soft, 0, points, p.vertices())}
	var done func(v int32)
	done = func(v int32) {
		for _, dependents := range after {
			for _, w := range dependents.of(int(v)) {
				if waiting[w]--; waiting[w] > 0 {
					continue
				}
				if int(w) >= points {
					done(w) // a junction takes no time
				} else if in[w] {
					ready.push(w)
				}
			}
		}
	}
	for j := range jobs {
		if in[j] && (j >= points || waiting[j] == 0) {
			ready.push(int32(j))
		}
	}
	// What is left out keeps nobody waiting: of a set that is closed under chosen
	// prerequisites, only soft ones can be outside.
	for v := points; v < p.vertices(); v++ {
		if waiting[v] = int32(len(p.hard.of(v))); waiting[v] == 0 {
			done(int32(v))
		}
	}
	for i := range points {
		if !in[i] {
			done(int32(i))
		}
	}
	sequence := make([]int32, 0, len(jobs))
	for ready.len() > 0 {
		j := ready.pop()
		sequence = append(sequence, j)
		if int(j) < points {
			done(j)
		}
	}
	return sequence
}

// worths adds to the value of each job a share of the worth of what it opens.
func worths(p *Pending, jobs []job, in []bool) []float64 {
	points := len(p.points)
	worth := make([]float64, len(jobs))
	for j := range jobs {
		worth[j] = jobs[j].value
	}
	handed := make([]float64, p.vertices())
	members := p.junctionsOf()
	for i := points - 1; i >= 0; i-- {
		if !in[i] {
			continue
		}
		worth[i] += handed[i]
		for _, v := range members.of(i) {
			worth[i] += handed[v] / float64(len(p.hard.of(int(v))))
		}
		for _, v := range p.hard.of(i) {
			handed[v] += worth[i] / float64(len(p.hard.of(i)))
		}
	}
	return worth
}
