package plan_test

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// reference finds the pending set by the words of the design, over maps and without
// regard to cost. It shares no code with the engine.
type reference struct {
	members map[string][]string // code → the points in it, or the point itself
	owners  map[string][]string // point → itself and the competencies above it
	clauses map[string][]clause // owner → its HARD clauses
	soft    map[string][]string // owner → its SOFT prerequisites
	mastery map[string]float64  // none is absent, and so 0
	own     map[string]float64  // minutes
	depths  map[string]int
	need    map[string]float64
	chosen  map[string][]string // point → the alternatives that it waits for
}

type clause struct {
	owner, name string
	alts        []alternative
}

type alternative struct {
	code  string
	theta float64
}

func newReference(w kgtest.World) *reference {
	r := &reference{
		members: map[string][]string{}, owners: map[string][]string{}, clauses: map[string][]clause{}, soft: map[string][]string{},
		mastery: map[string]float64{}, own: map[string]float64{}, depths: map[string]int{},
		need: map[string]float64{}, chosen: map[string][]string{},
	}
	parent := map[string]string{}
	for _, g := range w.Competencies {
		parent[g.Code] = g.Parent
	}
	for _, k := range w.KnowledgePoints {
		r.own[k.Code] = 30
		if k.Minutes != nil {
			r.own[k.Code] = float64(*k.Minutes)
		}
		r.members[k.Code], r.owners[k.Code] = []string{k.Code}, []string{k.Code}
		for g := k.Competency; g != ""; g = parent[g] {
			r.members[g] = append(r.members[g], k.Code)
			r.owners[k.Code] = append(r.owners[k.Code], g)
		}
	}
	for _, e := range w.Prerequisites {
		if e.Strength == competency.Soft {
			r.soft[e.Dependent] = append(r.soft[e.Dependent], e.Prerequisite)
			continue
		}
		alt := alternative{e.Prerequisite, 0.7}
		if e.Level != nil {
			alt.theta = *e.Level
		}
		list := r.clauses[e.Dependent]
		i := slices.IndexFunc(list, func(c clause) bool { return c.name != "" && c.name == e.Clause })
		if i < 0 {
			i, list = len(list), append(list, clause{owner: e.Dependent, name: e.Clause})
		}
		list[i].alts = append(list[i].alts, alt)
		r.clauses[e.Dependent] = list
	}
	for _, m := range w.Mastery {
		r.mastery[m.KnowledgePoint] = m.Mastery
	}
	return r
}

// depth is the number of points on the longest chain of HARD prerequisites
// beneath a point.
func (r *reference) depth(point string) int {
	if d, ok := r.depths[point]; ok {
		return d
	}
	d := 0
	for _, c := range r.clausesOf(point) {
		for _, a := range c.alts {
			for _, p := range r.members[a.code] {
				d = max(d, 1+r.depth(p))
			}
		}
	}
	r.depths[point] = d
	return d
}

// clausesOf returns the clauses of a point, its own and those it inherits, by name,
// ties by the owner's code; alternatives by code.
func (r *reference) clausesOf(point string) (all []clause) {
	for _, owner := range r.owners[point] {
		all = append(all, r.clauses[owner]...)
	}
	for _, c := range all {
		slices.SortFunc(c.alts, func(a, b alternative) int { return cmp.Compare(a.code, b.code) })
	}
	slices.SortStableFunc(all, func(a, b clause) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.owner, b.owner)) })
	return all
}

func (r *reference) satisfied(c clause) bool {
	return slices.ContainsFunc(c.alts, func(a alternative) bool {
		return !slices.ContainsFunc(r.members[a.code], func(p string) bool { return r.mastery[p] < a.theta-1e-9 })
	})
}

func (r *reference) pending(point string) bool {
	need, asked := r.need[point]
	return asked && r.mastery[point] < need-1e-9
}

func (r *reference) allPending() map[string]bool {
	all := map[string]bool{}
	for point := range r.need {
		if r.pending(point) {
			all[point] = true
		}
	}
	return all
}

func (r *reference) work() int {
	total := 0
	for point := range r.allPending() {
		total += wholeMinutes(r.own[point] * (1 - r.mastery[point]/r.need[point]))
	}
	return total
}

func wholeMinutes(x float64) int { return max(1, int(math.Floor(x+0.5+1e-9))) }

func (r *reference) take(a alternative) {
	for _, p := range r.members[a.code] {
		r.need[p] = max(r.need[p], a.theta)
	}
}

// propagate takes everything that has no choice, to the end.
func (r *reference) propagate() {
	for before := -1; before != len(r.allPending()); {
		before = len(r.allPending())
		for point := range r.allPending() {
			for _, c := range r.clausesOf(point) {
				if len(c.alts) == 1 && !r.satisfied(c) {
					r.take(c.alts[0])
				}
			}
		}
	}
}

// settleChoices settles the choices of the pending points that are not among the
// given, by decreasing depth, ties by code.
func (r *reference) settleChoices(except map[string]bool, choose func(clause) alternative, chose func(point string, a alternative)) {
	done := maps.Clone(except)
	for {
		next := ""
		for point := range r.allPending() {
			if done[point] {
				continue
			}
			if d := r.depth(point) - r.depth(cmp.Or(next, point)); next == "" || d > 0 || d == 0 && point < next {
				next = point
			}
		}
		if next == "" {
			return
		}
		done[next] = true
		for _, c := range r.clausesOf(next) {
			if len(c.alts) > 1 && !r.satisfied(c) {
				a := choose(c)
				chose(next, a)
				r.take(a)
				r.propagate()
			}
		}
	}
}

// workOf returns the work that a change adds, and reverts the change.
func (r *reference) workOf(do func()) int {
	need, before := maps.Clone(r.need), r.work()
	do()
	added := r.work() - before
	r.need = need
	return added
}

func leastPriced(c clause, price func(alternative) int) alternative {
	best, lowest := c.alts[0], math.MaxInt
	for _, a := range c.alts {
		if p := price(a); p < lowest {
			best, lowest = a, p
		}
	}
	return best
}

func (r *reference) addedWork(a alternative) int {
	return r.workOf(func() {
		r.take(a)
		r.propagate()
	})
}

func (r *reference) price(a alternative) int {
	return r.workOf(func() {
		before := r.allPending()
		r.take(a)
		r.propagate()
		r.settleChoices(before, func(c clause) alternative { return leastPriced(c, r.addedWork) }, func(string, alternative) {})
	})
}

// findPending finds what must be learned to close the gaps of a report.
func (r *reference) findPending(g *kg.Graph, report *gap.Report) {
	for _, x := range report.Gaps {
		if x.Status == gap.Below || x.Status == gap.Unassessed {
			r.need[g.Code(x.Point)] = x.Level
		}
	}
	r.propagate()
	r.settleChoices(map[string]bool{}, func(c clause) alternative { return leastPriced(c, r.price) }, func(point string, a alternative) {
		r.chosen[point] = append(r.chosen[point], a.code)
	})
	for point := range r.allPending() {
		for _, c := range r.clausesOf(point) {
			if len(c.alts) == 1 && !r.satisfied(c) {
				r.chosen[point] = append(r.chosen[point], c.alts[0].code)
			}
		}
	}
}

// waitsFor returns the pending points of what a point chose, by code.
func (r *reference) waitsFor(point string) []string { return r.pendingIn(r.chosen[point]) }

// softAfter returns the pending points of a point's SOFT prerequisites.
func (r *reference) softAfter(point string) []string {
	var soft []string
	for _, owner := range r.owners[point] {
		soft = append(soft, r.soft[owner]...)
	}
	return r.pendingIn(soft)
}

func (r *reference) pendingIn(codes []string) []string {
	points := []string{}
	for _, code := range codes {
		for _, p := range r.members[code] {
			if r.pending(p) {
				points = append(points, p)
			}
		}
	}
	slices.Sort(points)
	return slices.Compact(points)
}

// dependents returns, for every pending point, the pending points that a chain of
// chosen prerequisites leads to from it, by code.
func (r *reference) dependents() map[string][]string {
	resting := map[string][]string{}
	for point := range r.allPending() {
		seen := map[string]bool{}
		var walk func(p string)
		walk = func(p string) {
			for _, before := range r.waitsFor(p) {
				if !seen[before] {
					seen[before] = true
					walk(before)
				}
			}
		}
		walk(point)
		for before := range seen {
			resting[before] = append(resting[before], point)
		}
	}
	for _, list := range resting {
		slices.Sort(list)
	}
	return resting
}

// distances returns how many links of chosen prerequisites lie between each
// pending point and the nearest requirement that is not mastered.
func (r *reference) distances(required []string) map[string]int {
	distance := map[string]int{}
	for d, level := 0, required; len(level) > 0; d++ {
		var next []string
		for _, p := range level {
			if _, known := distance[p]; !known {
				distance[p] = d
				next = append(next, r.waitsFor(p)...)
			}
		}
		level = next
	}
	return distance
}
