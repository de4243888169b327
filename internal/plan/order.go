package plan

import "math"

// order puts the jobs that are in the set into a valid order that closes
// weighted gap early: bundle after bundle, always the one that wins most per
// minute. So a foundation comes when what it opens is worth its minutes, and
// not with all others at the beginning.
func order(p *Pending, jobs []job, in []bool) []int32 {
	done := make([]bool, len(jobs))
	for j := range jobs {
		done[j] = !in[j]
	}
	sequence := make([]int32, 0, len(jobs))
	for _, goals := range chunks(jobs, done) {
		b := newBundles(p, jobs, goals, done, true)
		b.pack(math.MaxInt, make([]int8, len(goals)))
		b.polish(b.order)
		sequence = append(sequence, b.order...)
		copy(done, b.taken)
	}
	for j := range jobs { // what wins nothing worth mentioning, and nobody rests on
		if !done[j] {
			sequence = append(sequence, int32(j))
		}
	}
	return sequence
}
