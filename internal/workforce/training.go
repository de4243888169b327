package workforce

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/plan"
)

// TrainingOptions bound a training set.
type TrainingOptions struct {
	Holders    int  // how many each critical point shall have: r of the design
	MaxMinutes *int // of each person; nil for no bound
	// Done is called with how many people of the pool have been looked at, where it is not
	// nil. What it returns ends the work.
	Done func(people int) error
}

// TrainingSet is the least training after which a group has enough holders of every critical
// point of a position.
type TrainingSet struct {
	Plans    []TrainingPlan // of those who have goals, in the order of the pool
	Minutes  int
	Bound    *int // no valid plan has fewer; nil where MaxMinutes leaves points short
	Feasible bool
	Missing  []MissingHolders // by code; only where MaxMinutes leaves points short
}

// TrainingPlan is the goals of one person.
type TrainingPlan struct {
	Person  Person
	Goals   []kg.Node // by code
	Minutes int
}

// MissingHolders is how many holders a point is short of.
type MissingHolders struct {
	Point kg.Node
	Count int
}

// TrainingPool copies out of the view what NewTrainingSet takes: the incumbents of a position
// in a group, or all of the group, and who of the group holds each critical point.
func (v *View) TrainingPool(g Group, position kg.Position, everyone bool) (pool []Learner, holders []Set) {
	people := g.Members
	if !everyone {
		people = people.And(v.Incumbents(position))
	}
	critical := criticalRequirements(v.Graph, position)
	for _, r := range critical {
		holders = append(holders, v.HoldersOf(r.Point, r.Level, g.Members))
	}
	return v.Learners(v.InCodeOrder(people), plan.Beneath(v.Graph, critical)), holders
}

// criticalRequirements returns the critical requirements of a position, in their order.
func criticalRequirements(g *kg.Graph, position kg.Position) []kg.Requirement {
	return slices.DeleteFunc(slices.Clone(g.Requirements(position)), func(r kg.Requirement) bool { return !r.Critical })
}

// NewTrainingSet finds a training set. Pool are the people who may be trained, in code order;
// holders tells for each critical point, in the order of the requirements of the position,
// who of the group meets it now. Package plan is asked for the minutes of each set of goals
// that is considered, so they are exact.
//
// To find the least is a set cover, which is NP-hard. The plan is greedy by bundles of goals
// that share prerequisites, and then improved by exchanges until none helps (see
// searchPlan). The bound is a Lagrangian relaxation (see bound). It costs two
// workloads for each person and point that lacks holders, and bounded work for the rest.
func NewTrainingSet(ctx context.Context, g *kg.Graph, position kg.Position, pool []Learner, holders []Set, at time.Time, options TrainingOptions) (*TrainingSet, error) {
	t := &TrainingSet{Feasible: true}
	team := newTeam(ctx, g, at, pool, options.MaxMinutes)
	for i, r := range criticalRequirements(g, position) {
		able := 0 // people of the pool who would be new holders
		for j := range pool {
			if !holders[i].Has(pool[j].Person) {
				able++
			}
		}
		present := holders[i].Len()
		reachable := min(options.Holders, present+able)
		t.Feasible = t.Feasible && reachable == options.Holders
		if able > 0 {
			team.addGoal(r, max(0, reachable-present), holders[i])
		}
	}
	if err := team.prepare(options.Done); err != nil {
		return nil, err
	}
	best, err := team.searchPlan()
	if err != nil {
		return nil, err
	}
	t.take(team, best)
	if len(t.Missing) > 0 {
		t.Feasible = false
		return t, nil
	}
	bound, err := team.bound()
	if err != nil {
		return nil, err
	}
	t.Bound = &bound
	return t, nil
}

// take copies a solution into the answer.
func (t *TrainingSet) take(team *team, s *trainingPlan) {
	for p, goals := range s.goals {
		if goals.empty() {
			continue
		}
		personal := TrainingPlan{Person: team.people[p].learner.Person, Minutes: s.outcomes[p].minutes}
		for k := range goals.all() {
			personal.Goals = append(personal.Goals, team.goals[k].Point)
		}
		slices.SortFunc(personal.Goals, func(a, b kg.Node) int { return cmp.Compare(team.g.Rank(a), team.g.Rank(b)) })
		t.Plans = append(t.Plans, personal)
		t.Minutes += personal.Minutes
	}
	for k, count := range s.counts {
		if missing := team.wanted[k] - count; missing > 0 {
			t.Missing = append(t.Missing, MissingHolders{team.goals[k].Point, missing})
		}
	}
	slices.SortFunc(t.Missing, func(a, b MissingHolders) int { return cmp.Compare(team.g.Rank(a.Point), team.g.Rank(b.Point)) })
}

// noLimit stands for no bound on the minutes of a person.
const noLimit = math.MaxInt
