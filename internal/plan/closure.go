package plan

import (
	"cmp"
	"math/bits"
	"slices"
)

// closures holds the closure of each goal: the goal with all that it still waits
// for. Goals are the jobs with a value of their own. What is taken for one goal is
// taken for all that share it, so their closures become lighter.
type closures struct {
	p         *PendingSet
	jobs      []job
	soft      bool     // soft prerequisites belong to a closure
	goals     []int32  // jobs
	words     int      // of a set of goals
	resting   []uint64 // vertex, review → the set of goals that rest on it
	done      []bool   // job → whether it was done before
	full      []job    // goal → its closure as one job
	remaining []job    // full, without what has been taken
	taken     []bool
	sequence  []int32   // jobs in the order of taking
	junctions adjacency // point → the junctions that it is in
}

// maxGoals is how many goals compete with each other. Of more, those with the
// highest value per minute of their own come first.
const maxGoals = 1024

// listGoals lists the goals among the jobs that are not done.
func (s *scratch) listGoals(jobs []job, done []bool) []int32 {
	s.goals = s.goals[:0]
	for j := range jobs {
		if jobs[j].value > 0 && !done[j] {
			s.goals = append(s.goals, int32(j))
		}
	}
	if len(s.goals) > maxGoals {
		slices.SortFunc(s.goals, func(a, b int32) int { return cmp.Or(byDensity(&jobs[a], &jobs[b]), cmp.Compare(a, b)) })
	}
	return s.goals
}

// nextGoals returns the next goals that compete with each other, and the rest.
func nextGoals(goals []int32) (next, rest []int32) {
	n := min(len(goals), maxGoals)
	return goals[:n], goals[n:]
}

// build finds the closures of goals, without the jobs that are done. It costs
// O(goals/64 · links) and the size of the closures.
func (b *closures) build(p *PendingSet, jobs []job, goals []int32, done []bool, soft bool) *closures {
	b.p, b.jobs, b.goals, b.done, b.soft = p, jobs, goals, done, soft
	b.words = (len(goals) + 63) / 64
	b.full, b.remaining = resized(b.full, len(goals)), resized(b.remaining, len(goals))
	b.taken, b.resting = resized(b.taken, len(jobs)), resized(b.resting, (len(jobs)+len(p.junctions))*b.words)
	for g, j := range goals {
		b.full[g].rank = jobs[j].rank
		b.goalsOn(int(j))[g/64] |= 1 << (g % 64)
	}
	// A dependent has a higher index than what it waits for, and all dependents
	// of a junction than the points in it.
	p.listJunctions(&b.junctions)
	for i := len(p.points) - 1; i >= 0; i-- {
		if done[i] {
			continue
		}
		for _, v := range b.junctions.of(i) {
			unionInto(b.goalsOn(i), b.goalsOn(b.rowOf(v)))
		}
		for _, before := range b.prerequisites(i) {
			for _, v := range before {
				unionInto(b.goalsOn(b.rowOf(v)), b.goalsOn(i))
			}
		}
	}
	for j := range jobs {
		if !done[j] {
			b.addWeight(b.full, j, 1)
		}
	}
	return b
}

// rowOf returns the place of a vertex among jobs and junctions.
func (b *closures) rowOf(v int32) int {
	if int(v) < len(b.p.points) {
		return int(v)
	}
	return int(v) - len(b.p.points) + len(b.jobs)
}

func (b *closures) goalsOn(row int) []uint64 { return b.resting[row*b.words : (row+1)*b.words] }

func unionInto(set, with []uint64) {
	for i := range set {
		set[i] |= with[i]
	}
}

// prerequisites returns what a point waits for, and its soft prerequisites where
// they count.
func (b *closures) prerequisites(i int) [2][]int32 {
	if b.soft {
		return [2][]int32{b.p.hard.of(i), b.p.soft.of(i)}
	}
	return [2][]int32{b.p.hard.of(i)}
}

// addWeight adds a job to the closures of all goals that rest on it; sign -1 removes
// it.
func (b *closures) addWeight(weights []job, j, sign int) {
	minutes, value := sign*b.jobs[j].minutes, float64(sign)*b.jobs[j].value
	for word, set := range b.goalsOn(j) {
		for ; set != 0; set &= set - 1 {
			w := &weights[word*64+bits.TrailingZeros64(set)]
			w.minutes += minutes
			w.value += value
		}
	}
}

// takeDensest takes closure after closure greedily: always the densest that fits,
// those of a lower priority number first. The order of taking is a valid one. It
// returns the value gained.
func (b *closures) takeDensest(budget int, priority []int8) (gained float64) {
	copy(b.remaining, b.full)
	copy(b.taken, b.done)
	b.sequence = b.sequence[:0]
	for {
		best := -1
		for g := range b.remaining {
			if w := &b.remaining[g]; w.minutes == 0 || w.minutes > budget {
				continue // taken, or too much
			}
			if best < 0 || priority[g] < priority[best] || priority[g] == priority[best] && byDensity(&b.remaining[g], &b.remaining[best]) < 0 {
				best = g
			}
		}
		if best < 0 {
			return gained
		}
		budget -= b.remaining[best].minutes
		gained += b.remaining[best].value
		if b.soft {
			b.takeInnerGoals(best)
		}
		b.takeClosure(int(b.goals[best]))
	}
}

// takeInnerGoals takes the goals that a goal rests on, by the same rule. So the order
// within a closure is good too.
func (b *closures) takeInnerGoals(goal int) {
	for {
		best := -1
		for g := range b.remaining {
			if g == goal || b.remaining[g].minutes == 0 || b.goalsOn(int(b.goals[g]))[goal/64]&(1<<(goal%64)) == 0 {
				continue
			}
			if best < 0 || byDensity(&b.remaining[g], &b.remaining[best]) < 0 {
				best = g
			}
		}
		if best < 0 {
			return
		}
		b.takeInnerGoals(best)
		b.takeClosure(int(b.goals[best]))
	}
}

// takeClosure takes a job after all that it still waits for.
func (b *closures) takeClosure(j int) {
	if b.taken[j] {
		return
	}
	b.taken[j] = true
	if j < len(b.p.points) {
		for _, before := range b.prerequisites(j) {
			for _, v := range before {
				if int(v) < len(b.p.points) {
					b.takeClosure(int(v))
					continue
				}
				for _, m := range b.p.hard.of(int(v)) {
					b.takeClosure(int(m))
				}
			}
		}
	}
	b.addWeight(b.remaining, j, -1)
	b.sequence = append(b.sequence, int32(j))
}
