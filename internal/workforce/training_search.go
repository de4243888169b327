package workforce

// maxSearchEffort is how many steps of paths are computed to improve a training set: less
// than a second.
const maxSearchEffort = 3_000_000

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
	for depth := 1; depth <= maxExchanges; {
		better, err := t.improve(best, best, depth)
		if err != nil {
			return nil, err
		}
		if depth++; better != nil {
			best, depth = better, 1
		}
	}
	return best, nil
}

// maxExchanges is how many exchanges are tried one after the other.
const maxExchanges = 2

// improve returns a plan that is better than the best and some exchanges away from another
// plan, the first that is found; nil where there is none, or the effort is spent.
func (t *team) improve(best, from *trainingPlan, exchanges int) (*trainingPlan, error) {
	for _, e := range t.exchanges(from) {
		if t.effort < 0 {
			return nil, nil
		}
		plan := from.clone()
		if ok, err := t.apply(plan, e); err != nil {
			return nil, err
		} else if !ok {
			continue
		}
		if plan.better(best) {
			return plan, nil
		}
		if exchanges > 1 {
			if plan, err := t.improve(best, plan, exchanges-1); plan != nil || err != nil {
				return plan, err
			}
		}
	}
	return nil, nil
}

// exchange is a change of a plan: a person has other goals than before.
type exchange struct {
	person int
	goals  goalSet
	keep   int     // goal that must not be dropped again to make room, or -1
	barred goalSet // goals that must not be given to the person again
}

// exchanges lists the changes to be tried. Goals that are not open only join others.
func (t *team) exchanges(plan *trainingPlan) (list []exchange) {
	none := newGoalSet(len(t.goals))
	for p, goals := range plan.goals {
		for k := range goals.all() {
			list = append(list, exchange{p, goals.without(k), -1, none.with(k)})
		}
	}
	for k := range t.goals {
		for i := range t.people {
			p, goals := &t.people[i], plan.goals[i]
			if (p.paths[k] == nil && goals.empty()) || !p.able.has(k) || plan.outcomes[i].holds.has(k) {
				continue
			}
			list = append(list, exchange{i, goals.with(k), k, none})
			for c := range p.able.all() {
				if p.choosy.has(k) && t.wanted[c] == 0 && !goals.has(c) {
					list = append(list, exchange{i, goals.with(k).with(c), k, none})
				}
			}
		}
	}
	for p, goals := range plan.goals {
		if !goals.empty() {
			list = append(list, exchange{p, none, -1, t.people[p].able})
		}
		list = append(list, exchange{p, t.people[p].open, -1, none})
	}
	return list
}

// apply makes an exchange and repairs the plan. It returns false where the exchange is not
// allowed.
func (t *team) apply(plan *trainingPlan, e exchange) (bool, error) {
	goals, o, err := t.makeRoom(e)
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
// least remains, but never the goal that is to be kept. It returns no outcome where that is not
// enough.
func (t *team) makeRoom(e exchange) (goalSet, *outcome, error) {
	goals := e.goals
	o, err := t.outcome(e.person, goals)
	for err == nil && !t.allowed(o) {
		var best goalSet
		var least *outcome
		for k := range goals.all() {
			if k == e.keep {
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
	for k := range t.people[person].open.all() {
		if plan.counts[k] >= t.wanted[k] || plan.outcomes[person].holds.has(k) || e.person == person && e.barred.has(k) {
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
