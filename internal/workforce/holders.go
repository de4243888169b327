package workforce

import (
	"cmp"
	"iter"
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
)

// HolderClass says how many people hold a point.
type HolderClass string

// The classes.
const (
	NoHolder      HolderClass = "NONE"
	SingleHolder  HolderClass = "SINGLE"
	ThinHolders   HolderClass = "THIN"
	EnoughHolders HolderClass = "ENOUGH"
)

func holderClass(holders int) HolderClass {
	return [...]HolderClass{NoHolder, SingleHolder, ThinHolders, EnoughHolders}[min(holders, 3)]
}

// Holding is how many people of a group hold a point at a level: a requirement of it would
// be met, whatever position they have. HoldersOf returns who they are.
type Holding struct {
	Point         kg.Node
	Level         float64
	Holders       int
	HiddenHolders int // hidden people among them
	Class         HolderClass
}

// Risk is a critical requirement that nobody or one person meets. Affected are the people of
// the group whose position has it critical at that level; AffectedBy returns who they are.
type Risk struct {
	Holding
	Affected, HiddenAffected int
	AffectedWithheld         bool // see TellRisks
}

// Holders returns, for each point and level that a position held in the group requires, how
// many people in it hold that; by code of the point, levels ascending. It costs O(postings of
// these points within the bounds of the group).
func (v *View) Holders(g Group) []Holding {
	a := v.assign(g, OwnPosition)
	var holdings []Holding
	for _, p := range v.holdings(g, v.demands(a)) {
		for h := range p.all() {
			holdings = append(holdings, h)
		}
	}
	return holdings
}

// Risks returns the risks of a group: by class, most affected people first, code, level. It
// costs what Holders does.
func (v *View) Risks(g Group) []Risk {
	a := v.assign(g, OwnPosition)
	critical := slices.DeleteFunc(v.demands(a), func(d demand) bool { return !d.Critical })
	var risks []Risk
	for _, p := range v.holdings(g, critical) {
		for h, demands := range p.all() {
			if h.Holders > 1 {
				continue
			}
			r := Risk{Holding: h}
			for _, d := range demands {
				r.Affected += a.positions[d.position].people
				r.HiddenAffected += a.positions[d.position].hidden
			}
			risks = append(risks, r)
		}
	}
	slices.SortStableFunc(risks, func(a, b Risk) int { // they are by code and level
		return cmp.Or(cmp.Compare(a.Holders, b.Holders), cmp.Compare(b.Affected, a.Affected))
	})
	return risks
}

// Holding returns how many people of a group hold a point at a level.
func (v *View) Holding(g Group, point kg.Node, level float64) Holding {
	n := v.countHolders(g, point, []float64{level})[0]
	return Holding{point, level, n.people, n.hidden, holderClass(n.people)}
}

// BusFactor returns the least number of holders in a group over the critical requirements of
// a position, and false where nothing is critical.
func (v *View) BusFactor(g Group, position kg.Position) (least int, ok bool) {
	for _, r := range v.Graph.Requirements(position) {
		if !r.Critical {
			continue
		}
		if n := v.Holding(g, r.Point, r.Level).Holders; !ok || n < least {
			least, ok = n, true
		}
	}
	return least, ok
}

// HoldersOf returns who of some people holds a point at a level.
func (v *View) HoldersOf(point kg.Node, level float64, people Set) Set {
	holders := newSet(len(v.roster.people))
	enough := thresholdOf(level)
	for _, list := range v.Postings(point, people) {
		for i, p := range list.People {
			if enough.met(list.Mastery[i], list.Current[i]) && people.Has(p) {
				holders.add(p)
			}
		}
	}
	return holders
}

// AffectedBy returns who of some people has a position in which a point is critical at a level.
func (v *View) AffectedBy(point kg.Node, level float64, people Set) Set {
	affected := newSet(len(v.roster.people))
	a := v.assign(Group{Members: people}, OwnPosition)
	critical := make([]bool, len(a.positions))
	for i, p := range a.positions {
		critical[i] = v.isCriticalAt(p.Position, point, level)
	}
	for p := range people.All() {
		if i := a.of[p-a.low]; i != unassigned && critical[i] {
			affected.add(p)
		}
	}
	return affected
}

// pointLevels are the levels at which some demands require a point, in ascending order.
type pointLevels struct {
	point   kg.Node
	levels  []float64
	demands [][]demand // by level
	counts  []headcount
}

// holdings counts the holders of each point and level of some demands, which are by code of
// the point.
func (v *View) holdings(g Group, demands []demand) []pointLevels {
	var points []pointLevels
	for ofPoint := range chunks(demands, func(d demand) kg.Node { return d.Point }) {
		slices.SortFunc(ofPoint, func(a, b demand) int { return cmp.Compare(a.Level, b.Level) })
		p := pointLevels{point: ofPoint[0].Point}
		for same := range chunks(ofPoint, func(d demand) float64 { return Round(d.Level) }) {
			p.levels, p.demands = append(p.levels, same[0].Level), append(p.demands, same)
		}
		points = append(points, p)
	}
	divideWork(len(points), goroutinesFor(g, demands), func(some iter.Seq[int]) {
		for i := range some {
			points[i].counts = v.countHolders(g, points[i].point, points[i].levels)
		}
	})
	return points
}

// all iterates over the levels.
func (p *pointLevels) all() iter.Seq2[Holding, []demand] {
	return func(yield func(Holding, []demand) bool) {
		for i, n := range p.counts {
			if !yield(Holding{p.point, p.levels[i], n.people, n.hidden, holderClass(n.people)}, p.demands[i]) {
				return
			}
		}
	}
}

// headcount is a number of people, and how many of them are hidden.
type headcount struct{ people, hidden int }

// countHolders returns how many of a group hold a point at each of some levels, which are in
// ascending order: who holds it at one does so at those below.
func (v *View) countHolders(g Group, point kg.Node, levels []float64) []headcount {
	thresholds := make([]threshold, len(levels))
	for i, level := range levels {
		thresholds[i] = thresholdOf(level)
	}
	counts := make([]headcount, len(levels))
	for _, list := range v.Postings(point, g.Members) {
		masteries, currents := list.Mastery[:len(list.People)], list.Current[:len(list.People)]
		for i, p := range list.People {
			held := 0
			for held < len(thresholds) && thresholds[held].met(masteries[i], currents[i]) {
				held++
			}
			if held == 0 || !g.Members.Has(p) {
				continue
			}
			counts[held-1].people++
			if g.Hidden.Has(p) {
				counts[held-1].hidden++
			}
		}
	}
	for i := len(counts) - 2; i >= 0; i-- {
		counts[i].people += counts[i+1].people
		counts[i].hidden += counts[i+1].hidden
	}
	return counts
}
