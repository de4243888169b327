package workforce

import (
	"cmp"
	"slices"
)

const (
	// maxSearchEffort is how many steps of paths are computed to improve a training set:
	// about a second.
	maxSearchEffort = 2_000_000
	// nearest is how many people besides those who have goals are tried for a goal.
	nearest = 16
)

// trainingSearch improves a plan by exchanges (iterated local search): a goal or all goals
// of a person are taken away, or a goal is given to one more person; then the cheapest
// goals are given until no holder is missing, and those that are not needed are dropped.
type trainingSearch struct {
	*team
	near [][]int // goal → the people with the shortest paths to it alone
}

// searchTraining returns the best plan that is found within the effort.
func searchTraining(t *team) (*trainingPlan, error) {
	best, err := greedyPlan(t)
	if err != nil {
		return nil, err
	}
	s := &trainingSearch{t, t.nearestPeople()}
	if err := s.prune(best); err != nil {
		return nil, err
	}
	for {
		better, err := s.improve(best)
		if err != nil || better == nil {
			return best, err
		}
		best = better
	}
}

// nearestPeople lists for each goal the people with the shortest paths to it alone.
func (t *team) nearestPeople() [][]int {
	near := make([][]int, len(t.goals))
	for k := range t.goals {
		minutes := map[int]int{}
		for p := range t.people {
			if t.people[p].able.has(k) {
				near[k] = append(near[k], p)
				for _, w := range t.people[p].singles[k] {
					minutes[p] += w.minutes
				}
			}
		}
		slices.SortFunc(near[k], func(a, b int) int { return cmp.Or(cmp.Compare(minutes[a], minutes[b]), cmp.Compare(a, b)) })
		near[k] = slices.Clone(near[k][:min(len(near[k]), nearest+t.wanted[k])])
	}
	return near
}

// improve returns the result of the first exchange that makes a plan better, nil where none
// does.
func (s *trainingSearch) improve(plan *trainingPlan) (*trainingPlan, error) {
	for _, e := range s.exchanges(plan) {
		if s.effort < 0 {
			return nil, nil
		}
		c := plan.clone()
		if ok, err := s.apply(c, e); err != nil {
			return nil, err
		} else if ok && c.better(plan) {
			return c, nil
		}
	}
	return nil, nil
}

// exchange is a change of a plan: a person gets a goal or loses one, all of them where goal
// is negative.
type exchange struct {
	person, goal int
	gets         bool
}

// exchanges lists the changes to be tried.
func (s *trainingSearch) exchanges(plan *trainingPlan) (list []exchange) {
	for p, goals := range plan.goals {
		for k := range goals.all() {
			list = append(list, exchange{p, k, false})
		}
	}
	for k := range s.goals {
		for _, p := range s.near[k] {
			if !plan.outcomes[p].holds.has(k) {
				list = append(list, exchange{p, k, true})
			}
		}
	}
	for p, goals := range plan.goals {
		if !goals.empty() {
			list = append(list, exchange{p, -1, false})
		}
		if !goals.empty() || slices.ContainsFunc(s.near, func(near []int) bool { return slices.Contains(near, p) }) {
			list = append(list, exchange{p, -1, true})
		}
	}
	return list
}

// apply makes an exchange and repairs the plan. It returns false where the exchange is not
// allowed.
func (s *trainingSearch) apply(plan *trainingPlan, e exchange) (bool, error) {
	goals := newGoalSet(len(s.goals))
	switch {
	case e.gets && e.goal < 0:
		goals = s.people[e.person].able
	case e.gets:
		goals = plan.goals[e.person].with(e.goal)
	case e.goal >= 0:
		goals = plan.goals[e.person].without(e.goal)
	}
	o, err := s.outcome(e.person, goals)
	if err != nil || !s.allowed(o) {
		return false, err
	}
	plan.give(s.team, e.person, goals, o)
	if err := s.repair(plan, e); err != nil {
		return false, err
	}
	return true, s.prune(plan)
}

// repair gives goals until no holder is missing, always what costs least for each new
// holder. It does not give back what an exchange has taken.
func (s *trainingSearch) repair(plan *trainingPlan, e exchange) error {
	for plan.missing > 0 {
		best, found := offer{}, false
		for p := range s.people {
			if !e.gets && e.goal < 0 && p == e.person {
				continue
			}
			for _, goals := range s.offers(plan, p, e) {
				o, err := s.outcome(p, goals)
				if err != nil {
					return err
				}
				if x := (offer{p, goals, o, o.minutes - plan.outcomes[p].minutes, plan.gain(s.team, p, o)}); s.allowed(o) && x.gain > 0 && (!found || x.cheaper(&best)) {
					best, found = x, true
				}
			}
		}
		if !found {
			return nil
		}
		plan.give(s.team, best.person, best.goals, best.outcome)
	}
	return nil
}

// offer is other goals for a person, with what that costs and gains.
type offer struct {
	person  int
	goals   goalSet
	outcome *outcome
	minutes int
	gain    int // new holders
}

func (a *offer) cheaper(b *offer) bool { return a.minutes*b.gain < b.minutes*a.gain }

// offers lists what a person may be given for the goals that lack holders: each of them
// alone, and all of them.
func (s *trainingSearch) offers(plan *trainingPlan, person int, e exchange) (list []goalSet) {
	all := plan.goals[person]
	for k := range s.people[person].able.all() {
		if plan.counts[k] >= s.wanted[k] || plan.outcomes[person].holds.has(k) || !e.gets && e.goal == k && e.person == person {
			continue
		}
		if plan.goals[person].empty() && !slices.Contains(s.near[k], person) {
			continue
		}
		all = all.with(k)
		list = append(list, plan.goals[person].with(k))
	}
	if len(list) > 1 {
		list = append(list, all)
	}
	return list
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

// prune drops goals that are not needed, always the one that saves most.
func (s *trainingSearch) prune(plan *trainingPlan) error {
	for {
		best := offer{}
		for p, goals := range plan.goals {
			for k := range goals.all() {
				fewer := goals.without(k)
				o, err := s.outcome(p, fewer)
				if err != nil {
					return err
				}
				if saved := plan.outcomes[p].minutes - o.minutes; saved > best.minutes && s.allowed(o) && plan.gain(s.team, p, o) >= 0 {
					best = offer{p, fewer, o, saved, 0}
				}
			}
		}
		if best.minutes == 0 {
			return nil
		}
		plan.give(s.team, best.person, best.goals, best.outcome)
	}
}
