package plan

import "cmp"

// fit chooses jobs that take no more minutes than a budget, leave none without
// its chosen prerequisites, and win much value: greedily the job that, with
// what it still waits for, wins most per minute, and once more by what wins
// most at all; the better of the two. (The best choice is a knapsack under
// precedence, which is NP-hard.)
func fit(p *Pending, jobs []job, budget int) []bool {
	dense, densely := greedy(p, jobs, budget, func(b bundle) float64 { return b.value / float64(b.minutes) })
	great, greatly := greedy(p, jobs, budget, func(b bundle) float64 { return b.value })
	if greatly > densely {
		return great
	}
	return dense
}

// bundle is a job together with all that it still waits for.
type bundle struct {
	job     int32
	minutes int
	value   float64
	score   float64
}

func greedy(p *Pending, jobs []job, budget int, score func(bundle) float64) (in []bool, won float64) {
	in = make([]bool, len(jobs))
	visit := newClosure(p)
	measure := func(j int32) bundle {
		b := bundle{job: j}
		visit.each(j, in, func(i int32) {
			b.minutes += jobs[i].minutes
			b.value += jobs[i].value
		})
		if b.minutes > 0 {
			b.score = score(b)
		}
		return b
	}
	candidates := queue[bundle]{before: func(a, b bundle) bool {
		if a.score != b.score {
			return a.score > b.score
		}
		return cmp.Compare(jobs[a.job].rank, jobs[b.job].rank) < 0
	}}
	for j := range jobs {
		if jobs[j].value > 0 {
			candidates.push(measure(int32(j)))
		}
	}
	var parked []int32 // did not fit, and may when others have paid for what they share
	for candidates.len() > 0 {
		next := measure(candidates.pop().job)
		switch {
		case next.minutes == 0: // taken along with another
		case candidates.len() > 0 && next.score < candidates.items[0].score:
			candidates.push(next) // no longer the best since others were taken
		case next.minutes > budget:
			parked = append(parked, next.job)
		default:
			visit.each(next.job, in, func(i int32) { in[i] = true })
			budget -= next.minutes
			won += next.value
			for _, j := range parked {
				candidates.push(measure(j))
			}
			parked = parked[:0]
		}
	}
	return in, won
}

// closure walks what a job rests on.
type closure struct {
	p     *Pending
	seen  []int32
	round int32
	stack []int32
}

func newClosure(p *Pending) *closure { return &closure{p: p, seen: make([]int32, p.vertices())} }

// each visits a job and everything it waits for that is not in the set yet.
func (c *closure) each(j int32, in []bool, visit func(int32)) {
	points := len(c.p.points)
	if int(j) >= points {
		if !in[j] {
			visit(j)
		}
		return
	}
	c.round++
	c.stack = append(c.stack[:0], j)
	c.seen[j] = c.round
	for len(c.stack) > 0 {
		v := c.stack[len(c.stack)-1]
		c.stack = c.stack[:len(c.stack)-1]
		if int(v) < points {
			if in[v] {
				continue
			}
		}
		for _, w := range c.p.hard.of(int(v)) {
			if c.seen[w] != c.round {
				c.seen[w] = c.round
				c.stack = append(c.stack, w)
			}
		}
		if int(v) < points {
			visit(v)
		}
	}
}
