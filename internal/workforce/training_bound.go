package workforce

import (
	"cmp"
	"math"
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
)

const (
	// maxBoundParts is about how many parts are moved, of 24 bytes each. BoundRounds and
	// boundEffort bound the rounds, and how many parts they move in all.
	maxBoundParts = 1_000_000
	boundRounds   = 200
	boundEffort   = 12_000_000
	// boundStep is how much of a part is added in a round.
	boundStep = 0.25
)

// bound returns minutes that no valid plan undercuts, whole ones, rounded up.
//
// It is a Lagrangian relaxation of the set cover. Of each person and goal only what is
// unavoidable is counted (see plan.Unavoidable). The minutes of a point that several goals
// of one person share are divided among these goals, in any way. Whoever comes to hold some
// goals, on purpose or by the way, spends at least the sum of their parts: their prices. So
// a goal that lacks n holders costs at least the n cheapest of its prices. Rounds of
// exponentiated gradient ascent move the minutes of a point towards the goals whose price
// counts (Kivinen and Warmuth, "Exponentiated gradient versus gradient descent for linear
// predictors", Information and Computation 132, 1997). Where there are too many people for
// that, the minutes of those with high prices stay divided equally.
func (t *team) bound() (int, error) {
	r, err := t.newRelaxation()
	if err != nil {
		return 0, err
	}
	best, rounds := r.value(t.wanted), min(boundRounds, boundEffort/max(1, len(r.parts)))
	for range rounds {
		if err := t.ctx.Err(); err != nil {
			return 0, err
		}
		r.shift()
		best = max(best, r.value(t.wanted))
	}
	return int(math.Ceil(best*(1-1e-9) - 1e-6)), nil // what sums leave must not round up
}

// relaxation is the minutes of shared points, with who and what shares them.
type relaxation struct {
	parts  []boundPart // those of one person and point are adjacent
	pieces []int       // where the parts of one person and point begin
	prices [][]float64 // goal → the sum of its parts, by person whose parts are moved
	able   [][]bool    // goal → whether there is a price, by person
	counts [][]bool    // goal → whether the price is among the cheapest, by person
	fixed  [][]float64 // goal → prices of the others
	sorted []float64
}

// boundPart is the part that one goal bears of the minutes of a point for one person.
type boundPart struct {
	goal, person int32
	minutes      float64
	weight       float64 // share of the minutes; those of a piece add up to 1
}

// newRelaxation divides all minutes equally.
func (t *team) newRelaxation() (*relaxation, error) {
	goals := len(t.goals)
	r := &relaxation{prices: make([][]float64, goals), able: make([][]bool, goals), counts: make([][]bool, goals), fixed: t.prices}
	for _, p := range t.byPrice() {
		if len(r.parts) < maxBoundParts {
			if err := r.addPerson(t, p); err != nil {
				return nil, err
			}
			continue
		}
		for k := range p.open.all() {
			r.fixed[k] = append(r.fixed[k], p.prices[k])
		}
	}
	for k := range r.fixed {
		slices.Sort(r.fixed[k])
		r.fixed[k] = r.fixed[k][:min(len(r.fixed[k]), t.wanted[k])]
	}
	return r, nil
}

// byPrice returns the people by how cheap they are for the goal for which they are cheapest
// of all.
func (t *team) byPrice() []*trainee {
	people, place := make([]*trainee, len(t.people)), make(map[*trainee]int, len(t.people))
	for i := range people {
		people[i] = &t.people[i]
		place[people[i]] = len(people)
	}
	for k := range t.goals {
		slices.SortStableFunc(people, func(a, b *trainee) int { return cmp.Compare(a.prices[k], b.prices[k]) })
		i := 0
		for _, p := range people {
			if p.open.has(k) {
				place[p] = min(place[p], i)
				i++
			}
		}
	}
	slices.SortStableFunc(people, func(a, b *trainee) int { return cmp.Compare(place[a], place[b]) })
	return people
}

// addPerson adds the parts of a person.
func (r *relaxation) addPerson(t *team, p *trainee) error {
	person := int32(0)
	for k := range t.goals {
		person = int32(len(r.prices[k]))
		r.prices[k], r.able[k], r.counts[k] = append(r.prices[k], 0), append(r.able[k], p.open.has(k)), append(r.counts[k], false)
	}
	parts := map[kg.Node][]boundPart{}
	var points []kg.Node
	for k := range p.open.all() {
		if err := t.ctx.Err(); err != nil {
			return err
		}
		for _, step := range t.unavoidable(p, k, t.single(p, k)) {
			if parts[step.point] == nil {
				points = append(points, step.point)
			}
			parts[step.point] = append(parts[step.point], boundPart{int32(k), person, float64(step.minutes), 0})
		}
	}
	for _, point := range points {
		r.pieces = append(r.pieces, len(r.parts))
		for _, part := range parts[point] {
			part.weight = 1 / float64(len(parts[point]))
			r.parts = append(r.parts, part)
		}
	}
	return nil
}

// value returns the bound for the minutes as they are divided, and marks the prices that
// count.
func (r *relaxation) value(wanted []int) (sum float64) {
	for k := range r.prices {
		clear(r.prices[k])
		clear(r.counts[k])
	}
	for i := range r.parts {
		part := &r.parts[i]
		r.prices[part.goal][part.person] += part.weight * part.minutes
	}
	for k, prices := range r.prices {
		if wanted[k] == 0 {
			continue
		}
		r.sorted = append(r.sorted[:0], r.fixed[k]...)
		for p, price := range prices {
			if r.able[k][p] {
				r.sorted = append(r.sorted, price)
			}
		}
		slices.Sort(r.sorted)
		for _, price := range r.sorted[:wanted[k]] {
			sum += price
		}
		for p, price := range prices {
			r.counts[k][p] = price <= r.sorted[wanted[k]-1]
		}
	}
	return sum
}

// shift moves the minutes of each point towards the goals whose price counts.
func (r *relaxation) shift() {
	for i, from := range r.pieces {
		piece := r.parts[from:]
		if i+1 < len(r.pieces) {
			piece = r.parts[from:r.pieces[i+1]]
		}
		if len(piece) == 1 {
			continue
		}
		total := 0.0
		for j := range piece {
			if part := &piece[j]; r.counts[part.goal][part.person] {
				part.weight *= 1 + boundStep
			}
			total += piece[j].weight
		}
		for j := range piece {
			piece[j].weight /= total
		}
	}
}
