package workforce

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/plan"
)

// Unblocking is a point that is the next step of several people.
type Unblocking struct {
	Point   kg.Node
	Value   float64 // Σ over the people of the share of their weight that the point opens
	Minutes int     // the longest of their steps: one session
	People  Set
	Hidden  int
}

// Unblocking returns the points that open the way for the people of a group. It is Blocked
// and NewUnblocking in one.
func (v *View) Unblocking(ctx context.Context, g Group, minGroup int) ([]Unblocking, error) {
	return NewUnblocking(ctx, v.Graph, v.Blocked(g), g.Hidden, minGroup, v.At, nil)
}

// Blocked copies the people of a group who hold a position that requires a point out of the
// view, in the order of codes, with what they master of all points beneath these positions.
// It takes some 70 bytes for each state.
func (v *View) Blocked(g Group) []Learner {
	var people []Person
	var requirements [][]kg.Requirement
	seen := map[kg.Position]bool{}
	for _, person := range v.InCodeOrder(g.Members) {
		position, ok := v.Position(person)
		if !ok || len(v.Graph.Requirements(position)) == 0 {
			continue
		}
		people = append(people, person)
		if !seen[position] {
			seen[position] = true
			requirements = append(requirements, v.Graph.Requirements(position))
		}
	}
	return v.Learners(people, plan.Beneath(v.Graph, requirements...))
}

// NewUnblocking returns the points that are a LEARN step among the next steps of at least so
// many people, each towards the position held: by value for a minute, larger group, code.
// People are in the order of codes, as Blocked returns them. It costs a pending set for each.
//
// Done is called after each person with how many are done, where it is not nil. What it
// returns ends the work, as the end of the context does.
func NewUnblocking(ctx context.Context, g *kg.Graph, people []Learner, hidden Set, minGroup int, at time.Time, done func(people int) error) ([]Unblocking, error) {
	groups := make([]unblockedGroup, g.Points())
	err := eachOpening(ctx, g, people, at, done, func(p Person, o plan.Opening, share float64) { groups[o.Point].add(p, o.Minutes, share) })
	if err != nil {
		return nil, err
	}
	return listUnblocking(g, groups, hidden, minGroup), nil
}

// NewToldUnblocking is NewUnblocking for a viewer who may not read everyone of a group. What is
// withheld follows from the next steps of the whole firm, whose people it needs. Values are rounded,
// there are no minutes, and the order is by what is told: value, larger group, code.
func NewToldUnblocking(ctx context.Context, g *kg.Graph, everyone []Learner, group Group, s *Suppression, minGroup int, at time.Time, done func(people int) error) ([]Unblocking, error) {
	groups, counted := make([]unblockedGroup, g.Points()), make([][]Person, g.Points())
	err := eachOpening(ctx, g, everyone, at, done, func(p Person, o plan.Opening, share float64) {
		counted[o.Point] = append(counted[o.Point], p)
		if group.Members.Has(p) {
			groups[o.Point].add(p, o.Minutes, share)
		}
	})
	if err != nil {
		return nil, err
	}
	otherwise := s.Withhold(s.everyone)
	list := slices.DeleteFunc(listUnblocking(g, groups, group.Hidden, max(minGroup, LeastHidden)), func(u Unblocking) bool {
		if u.Hidden < LeastHidden {
			return true
		}
		have := newSet(len(s.unitOf))
		have.addAll(counted[u.Point])
		return s.WithholdWithin(otherwise, have).Group(group)
	})
	for i := range list {
		list[i].Value, list[i].Minutes = toHundredths(list[i].Value), 0
	}
	slices.SortFunc(list, func(a, b Unblocking) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(b.People.Len(), a.People.Len()), cmp.Compare(g.Rank(a.Point), g.Rank(b.Point)))
	})
	return list, nil
}

// unblockedGroup is who has a point as a next step.
type unblockedGroup struct {
	people  []Person
	value   float64
	minutes int
}

func (u *unblockedGroup) add(p Person, minutes int, share float64) {
	u.people = append(u.people, p)
	u.value += share
	u.minutes = max(u.minutes, minutes)
}

// eachOpening yields the next steps of people, with the share of the weight of their position that
// each opens.
func eachOpening(ctx context.Context, g *kg.Graph, people []Learner, at time.Time, done func(people int) error, yield func(Person, plan.Opening, float64)) error {
	weights := map[kg.Position]float64{}
	for i := range people {
		if err := ctx.Err(); err != nil {
			return err
		}
		l := &people[i]
		if position, ok := g.FindPosition(l.Employee.Position); ok {
			weight, known := weights[position]
			if !known {
				weight = totalWeight(g, position)
				weights[position] = weight
			}
			report := gap.Analyze(g, l.States, position, at)
			for _, o := range plan.NewPendingSet(g, l.States, report, nil, nil).Openings(l.Employee.Modalities) {
				yield(l.Person, o, o.Value/weight)
			}
		}
		if done != nil {
			if err := done(i + 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// listUnblocking lists the groups that are large enough.
func listUnblocking(g *kg.Graph, groups []unblockedGroup, hidden Set, minGroup int) []Unblocking {
	var list []Unblocking
	for point, group := range groups {
		if len(group.people) < max(1, minGroup) {
			continue
		}
		u := Unblocking{Point: kg.Node(point), Value: group.value, Minutes: group.minutes, People: newSet(int(slices.Max(group.people)) + 1)}
		for _, p := range group.people {
			u.People.add(p)
			if hidden.Has(p) {
				u.Hidden++
			}
		}
		list = append(list, u)
	}
	slices.SortFunc(list, func(a, b Unblocking) int {
		return cmp.Or(
			cmp.Compare(Round(b.Value/float64(b.Minutes)), Round(a.Value/float64(a.Minutes))),
			cmp.Compare(b.People.Len(), a.People.Len()), cmp.Compare(g.Rank(a.Point), g.Rank(b.Point)))
	})
	return list
}
