package workforce

import "slices"

// maxBundle is how many goals a person is given at once by the greedy start.
const maxBundle = 16

// bundle is goals for one person that cost least for each new holder, because they share
// prerequisites.
type bundle struct {
	goals   []int
	minutes int  // added, as the paths to single goals tell
	grown   bool // since the plan changed
}

// cheaper compares the minutes for each new holder.
func (b *bundle) cheaper(other *bundle) bool {
	return b.minutes*len(other.goals) < other.minutes*len(b.goals)
}

// greedyPlan gives bundle after bundle, always the cheapest for each new holder. What it
// compares are estimates: the union of the paths to single goals. What it gives is exact.
func (t *team) greedyPlan() (*trainingPlan, error) {
	s := t.newPlan()
	load := make([]int, t.g.Points())
	closed := make([]goalSet, len(t.people)) // goals that are too much for a person
	bundles := make([]bundle, len(t.people))
	for p := range t.people {
		if err := t.ctx.Err(); err != nil {
			return nil, err
		}
		closed[p] = newGoalSet(len(t.goals))
		bundles[p] = s.growBundle(t, p, closed[p], load)
	}
	for s.missing > 0 {
		best := -1
		for p := range bundles {
			if len(bundles[p].goals) > 0 && (best < 0 || bundles[p].cheaper(&bundles[best])) {
				best = p
			}
		}
		if best < 0 {
			return s, nil // nobody may get more
		}
		b := &bundles[best]
		if b.grown { // lazily: most bundles stay what they were
			if err := s.giveBundle(t, best, b.goals, closed); err != nil {
				return nil, err
			}
			for p := range bundles {
				bundles[p].grown = false
			}
		}
		bundles[best] = s.growBundle(t, best, closed[best], load)
	}
	return s, nil
}

// growBundle adds the cheapest next goal again and again, and returns the beginning that is
// cheapest for each new holder. Load is zero, by point.
func (s *trainingPlan) growBundle(t *team, person int, closed goalSet, load []int) bundle {
	p := &t.people[person]
	var touched []work
	take := func(k int) {
		for _, w := range p.paths[k] {
			load[w.point] = max(load[w.point], int(w.minutes))
		}
		touched = append(touched, p.paths[k]...)
	}
	for k := range s.goals[person].all() {
		take(k)
	}
	var candidates []int
	for k := range p.open.all() {
		if p.paths[k] != nil && s.counts[k] < t.wanted[k] && !s.outcomes[person].holds.has(k) && !closed.has(k) {
			candidates = append(candidates, k)
		}
	}
	grown, best := bundle{}, bundle{grown: true}
	for len(candidates) > 0 && len(grown.goals) < maxBundle {
		next, least := 0, noLimit
		for i, k := range candidates {
			added := 0
			for _, w := range p.paths[k] {
				added += max(0, int(w.minutes)-load[w.point])
			}
			if added < least {
				next, least = i, added
			}
		}
		if t.most != noLimit && s.outcomes[person].minutes+grown.minutes+least > t.most {
			break
		}
		take(candidates[next])
		grown.goals, grown.minutes = append(grown.goals, candidates[next]), grown.minutes+least
		candidates = slices.Delete(candidates, next, next+1)
		if len(best.goals) == 0 || grown.cheaper(&best) {
			best.goals, best.minutes = slices.Clone(grown.goals), grown.minutes
		}
	}
	for _, w := range touched {
		load[w.point] = 0
	}
	return best
}

// giveBundle gives a person as much of a bundle as the minutes allow. Where that is nothing,
// its first goal is closed to the person.
func (s *trainingPlan) giveBundle(t *team, person int, bundle []int, closed []goalSet) error {
	for n := len(bundle); n > 0; n-- {
		goals := s.goals[person]
		for _, k := range bundle[:n] {
			goals = goals.with(k)
		}
		o, err := t.outcome(person, goals)
		if err != nil {
			return err
		}
		if t.allowed(o) {
			s.give(t, person, goals, o)
			return nil
		}
	}
	closed[person] = closed[person].with(bundle[0])
	return nil
}
