package plan

import "math"

// order puts the jobs that are in the set into a valid order that closes
// weighted gap early: bundle after bundle, always the one that wins most per
// minute. So a foundation comes when what it opens is worth its minutes, and
// not with all others at the beginning. Where a single bundle does not show what
// many goals together are worth, a Sidney decomposition says which come first.
func order(p *Pending, jobs []job, in []bool) []int32 {
	done := make([]bool, len(jobs))
	for j := range jobs {
		done[j] = !in[j]
	}
	sequence := make([]int32, 0, len(jobs))
	for _, goals := range chunks(jobs, done) {
		b := newBundles(p, jobs, goals, done, true)
		b.pack(math.MaxInt, turns(p, jobs, goals, in))
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

// mostDivided is how many jobs are divided exactly: for several thousand that
// would take longer than all the rest.
const mostDivided = 1000

// turns returns for each goal when it is considered: by the part of the Sidney
// decomposition that it is in. So few goals that they will be put into the best
// order of all need none.
func turns(p *Pending, jobs []job, goals []int32, in []bool) []int8 {
	turn := make([]int8, len(goals))
	if len(goals) <= mostExact || len(jobs) > mostDivided {
		return turn
	}
	parts, _ := decompose(p, jobs, in, true, func() bool { return false })
	at := make([]int8, len(jobs))
	for i, part := range parts {
		for _, j := range part.jobs {
			at[j] = int8(min(i, math.MaxInt8)) // behind so many parts little is left to win
		}
	}
	for g, j := range goals {
		turn[g] = at[j]
	}
	return turn
}
