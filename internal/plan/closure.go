package plan

import (
	"cmp"
	"math/bits"
	"slices"
)

// bundles weighs goals, the jobs that win something by themselves, together
// with all that they still wait for. What has been done for one goal is done
// for all that share it, and so their bundles become lighter.
type bundles struct {
	p      *Pending
	jobs   []job
	soft   bool     // soft prerequisites belong to a bundle
	goals  []int32  // jobs
	whole  []job    // goal → its bundle as one job
	words  int      // of a set of goals
	rests  []uint64 // vertex, review → the set of goals that rest on it
	done   []bool   // job → whether it is out of the question from the start
	weight []job    // whole, beside what has been taken
	taken  []bool
	order  []int32 // what has been taken
	among  lists   // point → the junctions that it is in
}

// mostGoals is how many goals are weighed against each other. Of more, those
// that win most per minute of their own come first.
const mostGoals = 1024

// list lists the goals among what is not done.
func (s *scratch) list(jobs []job, done []bool) []int32 {
	s.goals = s.goals[:0]
	for j := range jobs {
		if jobs[j].value > 0 && !done[j] {
			s.goals = append(s.goals, int32(j))
		}
	}
	if len(s.goals) > mostGoals {
		slices.SortFunc(s.goals, func(a, b int32) int { return cmp.Or(denser(&jobs[a], &jobs[b]), cmp.Compare(a, b)) })
	}
	return s.goals
}

// chunk returns the next goals that are weighed against each other, and the rest.
func chunk(goals []int32) (next, rest []int32) {
	n := min(len(goals), mostGoals)
	return goals[:n], goals[n:]
}

// weigh weighs goals beside what is done. It costs O(goals/64 · links) and the size
// of the bundles.
func (b *bundles) weigh(p *Pending, jobs []job, goals []int32, done []bool, soft bool) *bundles {
	b.p, b.jobs, b.goals, b.done, b.soft = p, jobs, goals, done, soft
	b.words = (len(goals) + 63) / 64
	b.whole, b.weight = resized(b.whole, len(goals)), resized(b.weight, len(goals))
	b.taken, b.rests = resized(b.taken, len(jobs)), resized(b.rests, (len(jobs)+len(p.junctions))*b.words)
	for g, j := range goals {
		b.whole[g].rank = jobs[j].rank
		b.on(int(j))[g/64] |= 1 << (g % 64)
	}
	// A dependent has a higher index than what it waits for, and all dependents
	// of a junction than the points in it.
	p.junctionsOf(&b.among)
	for i := len(p.points) - 1; i >= 0; i-- {
		if done[i] {
			continue
		}
		for _, v := range b.among.of(i) {
			unite(b.on(i), b.on(b.row(v)))
		}
		for _, before := range b.before(i) {
			for _, v := range before {
				unite(b.on(b.row(v)), b.on(i))
			}
		}
	}
	for j := range jobs {
		if !done[j] {
			b.change(b.whole, j, 1)
		}
	}
	return b
}

// row returns the place of a vertex among jobs and junctions.
func (b *bundles) row(v int32) int {
	if int(v) < len(b.p.points) {
		return int(v)
	}
	return int(v) - len(b.p.points) + len(b.jobs)
}

func (b *bundles) on(row int) []uint64 { return b.rests[row*b.words : (row+1)*b.words] }

func unite(set, with []uint64) {
	for i := range set {
		set[i] |= with[i]
	}
}

// before returns what a point waits for, and in an order what advises it.
func (b *bundles) before(i int) [2][]int32 {
	if b.soft {
		return [2][]int32{b.p.hard.of(i), b.p.soft.of(i)}
	}
	return [2][]int32{b.p.hard.of(i)}
}

// change makes the bundles of all goals that rest on a job heavier or lighter.
func (b *bundles) change(weight []job, j, sign int) {
	minutes, value := sign*b.jobs[j].minutes, float64(sign)*b.jobs[j].value
	for word, set := range b.on(j) {
		for ; set != 0; set &= set - 1 {
			w := &weight[word*64+bits.TrailingZeros64(set)]
			w.minutes += minutes
			w.value += value
		}
	}
}

// pack takes one bundle after the other, always the densest that fits, those of
// an earlier turn before the others. The order of what it takes is a valid one.
func (b *bundles) pack(budget int, turn []int8) (won float64) {
	copy(b.weight, b.whole)
	copy(b.taken, b.done)
	b.order = b.order[:0]
	for {
		best := -1
		for g := range b.weight {
			if w := &b.weight[g]; w.minutes == 0 || w.minutes > budget {
				continue // taken, or too much
			}
			if best < 0 || turn[g] < turn[best] || turn[g] == turn[best] && denser(&b.weight[g], &b.weight[best]) < 0 {
				best = g
			}
		}
		if best < 0 {
			return won
		}
		budget -= b.weight[best].minutes
		won += b.weight[best].value
		if b.soft {
			b.inside(best)
		}
		b.take(int(b.goals[best]))
	}
}

// inside takes the goals that a goal rests on before the goal itself, by the
// same rule: what a bundle holds is not worth the same wherever it stands.
func (b *bundles) inside(goal int) {
	for {
		best := -1
		for g := range b.weight {
			if g == goal || b.weight[g].minutes == 0 || b.on(int(b.goals[g]))[goal/64]&(1<<(goal%64)) == 0 {
				continue
			}
			if best < 0 || denser(&b.weight[g], &b.weight[best]) < 0 {
				best = g
			}
		}
		if best < 0 {
			return
		}
		b.inside(best)
		b.take(int(b.goals[best]))
	}
}

// take takes a job after all that it still waits for.
func (b *bundles) take(j int) {
	if b.taken[j] {
		return
	}
	b.taken[j] = true
	if j < len(b.p.points) {
		for _, before := range b.before(j) {
			for _, v := range before {
				if int(v) < len(b.p.points) {
					b.take(int(v))
					continue
				}
				for _, m := range b.p.hard.of(int(v)) {
					b.take(int(m))
				}
			}
		}
	}
	b.change(b.weight, j, -1)
	b.order = append(b.order, int32(j))
}
