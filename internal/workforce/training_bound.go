package workforce

import (
	"math"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/plan"
)

const (
	// boundRounds and boundEffort bound the rounds of raising the bound, and their work.
	boundRounds = 200
	boundEffort = 20_000_000
	// boundStep is how much of a point's minutes moves in a round.
	boundStep = 0.25
)

// trainingBound returns minutes that no valid plan undercuts, whole ones, rounded up.
//
// It is a Lagrangian relaxation of the set cover. Of each person and goal only what is
// unavoidable is counted (see plan.Unavoidable). The minutes of a point that several goals
// of one person share are divided among these goals, in any way. Whoever comes to hold some
// goals then costs at least the sum of their parts, on purpose or by the way. So each goal
// costs at least the cheapest parts of as many people as it lacks holders. Rounds of
// exponentiated gradient ascent move the minutes of a point towards the goals that count
// (Kivinen and Warmuth, "Exponentiated gradient versus gradient descent for linear
// predictors", Information and Computation 132, 1997).
func trainingBound(t *team) (int, error) {
	b, err := newBoundProblem(t)
	if err != nil {
		return 0, err
	}
	best, rounds := b.value(t), min(boundRounds, boundEffort/max(1, len(b.parts)))
	for range rounds {
		if err := t.ctx.Err(); err != nil {
			return 0, err
		}
		b.shift()
		best = max(best, b.value(t))
	}
	return int(math.Ceil(best - 1e-6)), nil // what sums leave must not round up
}

// boundProblem is the minutes of shared points, with who and what shares them.
type boundProblem struct {
	parts  []boundPart // of one person and point in one piece
	shared []int32     // where these pieces begin, and the end
	prices [][]price   // goal → the sum of its parts, by person
	sorted []float64
}

// boundPart is the part that one goal bears of the minutes of a point for one person.
type boundPart struct {
	goal, place int32 // the price to which it belongs
	minutes     float64
	weight      float64 // share of the minutes; those of a piece add up to 1
}

// price is what a goal costs a person at least, and whether that counts.
type price struct {
	minutes float64
	counts  bool
}

func newBoundProblem(t *team) (*boundProblem, error) {
	b := &boundProblem{prices: make([][]price, len(t.goals))}
	for i := range t.people {
		p := &t.people[i]
		bearers := map[kg.Node][]boundPart{}
		var points []kg.Node
		for k := range p.able.all() {
			if err := t.ctx.Err(); err != nil {
				return nil, err
			}
			place := int32(len(b.prices[k]))
			b.prices[k] = append(b.prices[k], price{})
			for _, w := range t.unavoidable(p, k) {
				if bearers[w.point] == nil {
					points = append(points, w.point)
				}
				bearers[w.point] = append(bearers[w.point], boundPart{goal: int32(k), place: place, minutes: float64(w.minutes)})
			}
		}
		for _, point := range points {
			b.shared = append(b.shared, int32(len(b.parts)))
			for _, part := range bearers[point] {
				part.weight = 1 / float64(len(bearers[point]))
				b.parts = append(b.parts, part)
			}
		}
	}
	b.shared = append(b.shared, int32(len(b.parts)))
	return b, nil
}

// unavoidable returns steps that are on every path on which a person comes to hold a goal,
// with the least minutes that they can have.
func (t *team) unavoidable(p *trainee, k int) []work {
	targets := plan.Unavoidable(t.g, p.learner.States, t.goals[k:k+1], p.learner.Employee.Modalities)
	if len(targets) == 0 {
		return []work{{t.goals[k].Point, t.leastRefresh(p, k)}}
	}
	steps := make([]work, len(targets))
	for i, target := range targets {
		steps[i] = work{target.Point, target.Minutes}
	}
	return steps
}

// leastRefresh returns the least minutes by which a person meets a goal that is DECAYED: a
// review, or learning it up to what something else asks of it.
func (t *team) leastRefresh(p *trainee, k int) int {
	point := t.goals[k].Point
	least := p.singles[k][0].minutes
	for n := point; n != kg.None; n = t.g.Parent(n) {
		for _, edge := range t.g.Out(n) {
			e := &t.g.Catalog().Prerequisites[edge]
			asked := kg.Requirement{Point: point, Level: competency.DefaultPrerequisiteLevel}
			if e.Level != nil {
				asked.Level = *e.Level
			}
			if e.Strength == competency.Soft {
				continue
			}
			for _, target := range plan.Unavoidable(t.g, p.learner.States, []kg.Requirement{asked}, p.learner.Employee.Modalities) {
				if target.Point == point {
					least = min(least, target.Minutes)
				}
			}
		}
	}
	return least
}

// value returns the bound of the weights as they are, and marks the prices that count.
func (b *boundProblem) value(t *team) (sum float64) {
	for k := range b.prices {
		for i := range b.prices[k] {
			b.prices[k][i] = price{}
		}
	}
	for i := range b.parts {
		part := &b.parts[i]
		b.prices[part.goal][part.place].minutes += part.weight * part.minutes
	}
	for k, prices := range b.prices {
		b.sorted = b.sorted[:0]
		for i := range prices {
			b.sorted = append(b.sorted, prices[i].minutes)
		}
		slices.Sort(b.sorted)
		left := t.wanted[k]
		for _, m := range b.sorted[:left] {
			sum += m
		}
		for i := range prices { // of equal prices the first ones
			if last := b.sorted[t.wanted[k]-1]; left > 0 && prices[i].minutes <= last {
				prices[i].counts = true
				left--
			}
		}
	}
	return sum
}

// shift moves the minutes of each point towards the goals whose price counts.
func (b *boundProblem) shift() {
	for i, from := range b.shared[:len(b.shared)-1] {
		piece := b.parts[from:b.shared[i+1]]
		if len(piece) == 1 {
			continue
		}
		total := 0.0
		for j := range piece {
			if part := &piece[j]; b.prices[part.goal][part.place].counts {
				part.weight *= 1 + boundStep
			}
			total += piece[j].weight
		}
		for j := range piece {
			piece[j].weight /= total
		}
	}
}
