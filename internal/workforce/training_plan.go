package workforce

import (
	"cmp"
	"slices"
)

// trainingPlan gives goals to the people of a team.
type trainingPlan struct {
	goals    []goalSet  // by person
	outcomes []*outcome // by person
	counts   []int      // goal → new holders
	missing  int        // Σ of the holders that goals still lack
	minutes  int
}

// newPlan returns the plan that gives nobody anything.
func (t *team) newPlan() *trainingPlan {
	s := &trainingPlan{goals: make([]goalSet, len(t.people)), outcomes: make([]*outcome, len(t.people)), counts: make([]int, len(t.goals))}
	nothing := newGoalSet(len(t.goals))
	for p := range t.people {
		s.goals[p], s.outcomes[p] = nothing, &outcome{0, nothing}
	}
	for _, n := range t.wanted {
		s.missing += n
	}
	return s
}

func (s *trainingPlan) clone() *trainingPlan {
	c := *s
	c.goals, c.outcomes, c.counts = slices.Clone(s.goals), slices.Clone(s.outcomes), slices.Clone(s.counts)
	return &c
}

// better reports whether a plan lacks fewer holders than another, or as many with fewer minutes.
func (s *trainingPlan) better(other *trainingPlan) bool {
	return cmp.Or(cmp.Compare(s.missing, other.missing), cmp.Compare(s.minutes, other.minutes)) < 0
}

// give gives a person other goals than before.
func (s *trainingPlan) give(t *team, person int, goals goalSet, o *outcome) {
	s.minutes += o.minutes - s.outcomes[person].minutes
	for k := range s.outcomes[person].holds.all() {
		if s.counts[k]--; s.counts[k] < t.wanted[k] {
			s.missing++
		}
	}
	for k := range o.holds.all() {
		if s.counts[k]++; s.counts[k] <= t.wanted[k] {
			s.missing--
		}
	}
	s.goals[person], s.outcomes[person] = goals, o
}

// gain returns how many missing holders fewer there are where a person attains an outcome.
func (s *trainingPlan) gain(t *team, person int, o *outcome) (gain int) {
	before := s.outcomes[person].holds
	for k := range o.holds.union(before).all() {
		switch {
		case o.holds.has(k) == before.has(k):
		case o.holds.has(k) && s.counts[k] < t.wanted[k]:
			gain++
		case before.has(k) && s.counts[k] <= t.wanted[k]:
			gain--
		}
	}
	return gain
}
