package workforce

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Learner is a person with what they master, copied out of a view. So minutes of many people
// are computed without a lock on the columns.
type Learner struct {
	Person   Person
	Employee competency.Employee
	States   []mastery.State
}

// Learners copies people out of the view, with what they master of some points, which are
// in ascending order.
func (v *View) Learners(people []Person, points []kg.Node) []Learner {
	learners := make([]Learner, len(people))
	for i, states := range v.Gather(people, points) {
		learners[i] = Learner{people[i], *v.Employee(people[i]), states}
	}
	return learners
}

// requirementsByCode returns requirements in the order of the codes of their points, in
// which sums run.
func requirementsByCode(g *kg.Graph, requirements []kg.Requirement) []kg.Requirement {
	return slices.SortedFunc(slices.Values(requirements), func(a, b kg.Requirement) int {
		return cmp.Compare(g.Rank(a.Point), g.Rank(b.Point))
	})
}

// totalWeight returns the weight of what a position requires, added in the order of codes.
func totalWeight(g *kg.Graph, position kg.Position) (total float64) {
	for _, r := range requirementsByCode(g, g.Requirements(position)) {
		total += r.Weight
	}
	return total
}
