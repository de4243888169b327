package workforce

// maxSearchEffort is how many steps of paths are computed to improve a training set: less
// than a second.
const maxSearchEffort = 5_000_000

// searchPlan returns the best plan that is found within the effort. It improves a greedy plan
// by exchanges (local search): a goal or all goals of a person are taken away, or given to
// one more person; then the cheapest goals are given until no holder is missing, and those
// that are not needed are dropped.
func (t *team) searchPlan() (*trainingPlan, error) {
	best, err := t.greedyPlan()
	if err != nil {
		return nil, err
	}
	if err := t.prune(best); err != nil {
		return nil, err
	}
	for {
		better, err := t.improve(best)
		if err != nil || better == nil {
			return best, err
		}
		best = better
	}
}

// improve returns the result of the first exchange that makes a plan better, nil where none
// does.
func (t *team) improve(plan *trainingPlan) (*trainingPlan, error) {
	for _, e := range t.exchanges(plan) {
		if t.effort < 0 {
			return nil, nil
		}
		c := plan.clone()
		if ok, err := t.apply(c, e); err != nil {
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
func (t *team) exchanges(plan *trainingPlan) (list []exchange) {
	for p, goals := range plan.goals {
		for k := range goals.all() {
			list = append(list, exchange{p, k, false})
		}
	}
	for k := range t.goals {
		for p := range t.people {
			if t.people[p].paths[k] != nil && !plan.outcomes[p].holds.has(k) {
				list = append(list, exchange{p, k, true})
			}
		}
	}
	for p, goals := range plan.goals {
		if !goals.empty() {
			list = append(list, exchange{p, -1, false})
		}
		list = append(list, exchange{p, -1, true})
	}
	return list
}

// apply makes an exchange and repairs the plan. It returns false where the exchange is not
// allowed.
func (t *team) apply(plan *trainingPlan, e exchange) (bool, error) {
	goals := newGoalSet(len(t.goals))
	switch {
	case e.gets && e.goal < 0:
		goals = t.people[e.person].able
	case e.gets:
		goals = plan.goals[e.person].with(e.goal)
	case e.goal >= 0:
		goals = plan.goals[e.person].without(e.goal)
	}
	goals, o, err := t.makeRoom(e, goals)
	if err != nil || o == nil {
		return false, err
	}
	plan.give(t, e.person, goals, o)
	if err := t.repair(plan, e); err != nil {
		return false, err
	}
	return true, t.prune(plan)
}

// makeRoom drops goals of a person until the rest is allowed, always the one without which
// least remains, but never the goal of the exchange. It returns no outcome where that is not
// enough.
func (t *team) makeRoom(e exchange, goals goalSet) (goalSet, *outcome, error) {
	o, err := t.outcome(e.person, goals)
	for err == nil && !t.allowed(o) {
		var best goalSet
		var least *outcome
		for k := range goals.all() {
			if k == e.goal {
				continue
			}
			fewer := goals.without(k)
			if o, err = t.outcome(e.person, fewer); err != nil {
				return nil, nil, err
			}
			if least == nil || o.minutes < least.minutes {
				best, least = fewer, o
			}
		}
		if goals, o = best, least; least == nil {
			return nil, nil, nil
		}
	}
	return goals, o, err
}

// repair gives goals until no holder is missing, always what costs least for each new
// holder. It does not give back what an exchange has taken.
func (t *team) repair(plan *trainingPlan, e exchange) error {
	for plan.missing > 0 {
		best, found := offer{}, false
		for p := range t.people {
			if !e.gets && e.goal < 0 && p == e.person {
				continue
			}
			for _, goals := range t.offers(plan, p, e) {
				o, err := t.outcome(p, goals)
				if err != nil {
					return err
				}
				if x := (offer{p, goals, o, o.minutes - plan.outcomes[p].minutes, plan.gain(t, p, o)}); t.allowed(o) && x.gain > 0 && (!found || x.cheaper(&best)) {
					best, found = x, true
				}
			}
		}
		if !found {
			return nil
		}
		plan.give(t, best.person, best.goals, best.outcome)
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
func (t *team) offers(plan *trainingPlan, person int, e exchange) (list []goalSet) {
	all := plan.goals[person]
	for k := range t.people[person].able.all() {
		if plan.counts[k] >= t.wanted[k] || plan.outcomes[person].holds.has(k) || !e.gets && e.goal == k && e.person == person {
			continue
		}
		if t.people[person].paths[k] == nil && plan.goals[person].empty() {
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

// prune drops goals that are not needed, always the one that saves most.
func (t *team) prune(plan *trainingPlan) error {
	for {
		best := offer{}
		for p, goals := range plan.goals {
			for k := range goals.all() {
				fewer := goals.without(k)
				o, err := t.outcome(p, fewer)
				if err != nil {
					return err
				}
				if saved := plan.outcomes[p].minutes - o.minutes; saved > best.minutes && t.allowed(o) && plan.gain(t, p, o) >= 0 {
					best = offer{p, fewer, o, saved, 0}
				}
			}
		}
		if best.minutes == 0 {
			return nil
		}
		plan.give(t, best.person, best.goals, best.outcome)
	}
}
