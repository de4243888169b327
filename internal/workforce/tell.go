package workforce

import (
	"math"
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
)

// What a viewer is told who may not read everyone of a group one by one.
const (
	leastForBins = 20 // hidden people, for quantiles and bins
	extremeShare = 0.05
)

// toHundredths rounds a figure that is told about people who are hidden.
func toHundredths(x float64) float64 { return math.Floor(x*100+0.5) / 100 }

// Withhold takes out of a heat map what is withheld from a viewer, and rounds the rest. unread
// are the people of the firm whom the viewer may not read. It changes nothing where the group
// has no hidden people.
func (m *HeatMap) Withhold(v *View, g Group, unread Set, position kg.Position, tier int) {
	if g.Hidden.Len() == 0 {
		return
	}
	m.People = nil
	s := v.Suppress(unread)
	counted, without := v.peopleByColumn(position, tier)
	for j, column := range m.Columns {
		w := s.Withhold(counted(column))
		m.Total[j].withholdIf(w.Group(g))
		for _, u := range m.Units {
			if u.Code == "" {
				u.Cells[j].withholdIf(w.Itself(unitOf(g)))
			} else {
				u.Cells[j].withholdIf(w.Unit(u.Code))
			}
		}
	}
	if position != OwnPosition { // everyone has a cell in each column
		return
	}
	if m.WithoutWithheld = s.Withhold(without).Group(g); m.WithoutWithheld {
		m.Without, m.HiddenWithout = 0, 0
	}
	if s.Withhold(v.Everyone()).Group(g) {
		m.dropWithheldColumns()
	}
}

// dropWithheldColumns leaves out columns without any figure, because that they are there tells
// what positions are held by the few people of the group.
func (m *HeatMap) dropWithheldColumns() {
	var kept []int
	for j := range m.Columns {
		if !m.Total[j].Withheld {
			kept = append(kept, j)
		}
	}
	m.Columns, m.Total = selected(m.Columns, kept), selected(m.Total, kept)
	for i := range m.Units {
		m.Units[i].Cells = selected(m.Units[i].Cells, kept)
	}
}

func selected[T any](list []T, indices []int) []T {
	out := make([]T, len(indices))
	for i, j := range indices {
		out[i] = list[j]
	}
	return out
}

// unitOf returns the code of a department, empty for the firm.
func unitOf(g Group) string {
	if g.Kind == Department {
		return g.Code
	}
	return ""
}

func (c *GroupCell) withholdIf(withheld bool) {
	if withheld {
		*c = GroupCell{Withheld: true}
		return
	}
	c.Coverage, c.Unmet, c.Required, c.Unassessed = toHundredths(c.Coverage), toHundredths(c.Unmet), toHundredths(c.Required), toHundredths(c.Unassessed)
}

// peopleByColumn returns who of the firm has a cell in a column of a heat map, and who is left
// out because they hold no position that requires a point.
func (v *View) peopleByColumn(position kg.Position, tier int) (counted func(column kg.Node) Set, without Set) {
	of := map[kg.Node]Set{}
	nobody := newSet(len(v.roster.people))
	columns := map[kg.Position][]kg.Node{}
	columnsOf := func(p kg.Position) []kg.Node {
		list, known := columns[p]
		if !known {
			for _, r := range v.Graph.Requirements(p) {
				if c := v.tierColumn(r.Point, tier); !slices.Contains(list, c) {
					list = append(list, c)
				}
			}
			columns[p] = list
		}
		return list
	}
	everyone := v.Everyone()
	if position != OwnPosition {
		for _, c := range columnsOf(position) {
			of[c] = everyone
		}
		return func(c kg.Node) Set { return of[c] }, nobody
	}
	without = nobody
	for p := range everyone.All() {
		held, ok := v.Position(p)
		if !ok || len(v.Graph.Requirements(held)) == 0 {
			without.add(p)
			continue
		}
		for _, c := range columnsOf(held) {
			s, known := of[c]
			if !known {
				s = newSet(len(v.roster.people))
			}
			s.add(p)
			of[c] = s
		}
	}
	return func(c kg.Node) Set { return of[c] }, without
}

// tierColumn returns the competency of a tier that contains a point, roots being tier 0, kg.None
// where there is none.
func (v *View) tierColumn(point kg.Node, tier int) kg.Node {
	above := slices.Collect(v.Graph.Ancestors(point))
	if tier < 0 || tier >= len(above) {
		return kg.None
	}
	return above[len(above)-1-tier]
}

// DistributionAnswer is a distribution as a viewer is told it: nil or empty is withheld, or
// there is nothing to tell.
type DistributionAnswer struct {
	People        *int
	Quantiles     []Quantile
	Bins          []Bin
	Ready         *float64 // share of the people
	CriticalReady *float64 // share of the people; nil too where nothing is critical
	Unassessed    *float64
}

// Quantile is the coverage that so large a share of the people do not exceed.
type Quantile struct{ Share, Coverage float64 }

// Bin is how many people have a coverage from From up to To, which the last bin includes.
type Bin struct {
	From, To float64
	People   int
}

// Answer tells a distribution to a viewer. unread are the people of the firm whom the viewer may
// not read.
func (d *Distribution) Answer(v *View, g Group, unread Set) DistributionAnswer {
	if g.Hidden.Len() == 0 {
		return d.Exact()
	}
	if !v.Tells(g, unread) {
		return DistributionAnswer{}
	}
	return d.Coarse()
}

// Coarse tells a distribution to whoever may not read everyone of it, where it is not withheld.
func (d *Distribution) Coarse() DistributionAnswer {
	a := d.Exact()
	rounded := func(x *float64) *float64 { return new(toHundredths(*x)) }
	a.Unassessed = rounded(a.Unassessed)
	a.Ready = new(withoutExtremes(*a.Ready))
	if a.CriticalReady != nil {
		a.CriticalReady = new(withoutExtremes(*a.CriticalReady))
	}
	if d.Hidden < leastForBins {
		a.Quantiles, a.Bins = nil, nil
		return a
	}
	a.Quantiles = slices.DeleteFunc(a.Quantiles, func(q Quantile) bool { return q.Share < .25 || q.Share > .75 })
	for i := range a.Quantiles {
		a.Quantiles[i].Coverage = toHundredths(a.Quantiles[i].Coverage)
	}
	a.Bins = joinBins(d.Bins, d.HiddenBins)
	return a
}

// Exact tells a distribution to whoever may read everyone of it.
func (d *Distribution) Exact() DistributionAnswer {
	a := DistributionAnswer{People: &d.People}
	for i, n := range d.Bins {
		a.Bins = append(a.Bins, Bin{binEdge(i), binEdge(i + 1), n})
	}
	if d.People == 0 {
		return a
	}
	for i, share := range QuantileShares {
		a.Quantiles = append(a.Quantiles, Quantile{share, d.Quantiles[i]})
	}
	n := float64(d.People)
	a.Ready, a.Unassessed = new(float64(d.Ready)/n), &d.Unassessed
	if d.HasCritical {
		a.CriticalReady = new(float64(d.CriticalReady) / n)
	}
	return a
}

// withoutExtremes rounds a share of people. One below 0.05 or above 0.95 is told as that, because
// it would say of nearly everyone how they stand.
func withoutExtremes(share float64) float64 {
	return toHundredths(min(max(share, extremeShare), 1-extremeShare))
}

func binEdge(i int) float64 { return float64(i) / 20 }

// joinBins joins a bin with one to four hidden people to its neighbour towards the middle, until
// none is left.
func joinBins(people, hidden [20]int) []Bin {
	type bin struct{ from, to, people, hidden int }
	tooFew := func(b bin) bool { return b.hidden > 0 && b.hidden < LeastHidden }
	join := func(a, b bin) bin {
		return bin{min(a.from, b.from), max(a.to, b.to), a.people + b.people, a.hidden + b.hidden}
	}
	fold := func(order []int) (done []bin) { // from the outside to the middle
		var carried *bin
		for _, i := range order {
			b := bin{i, i + 1, people[i], hidden[i]}
			if carried != nil {
				b = join(*carried, b)
			}
			if carried = nil; tooFew(b) {
				carried = &b
			} else {
				done = append(done, b)
			}
		}
		if carried != nil {
			done = append(done, *carried)
		}
		return done
	}
	lower, upper := fold([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), fold([]int{19, 18, 17, 16, 15, 14, 13, 12, 11, 10})
	slices.Reverse(upper)
	bins := append(lower, upper...)
	// The two in the middle may still be too small: the smaller side goes on over the middle.
	for i := 0; i < len(bins) && len(bins) > 1; {
		if !tooFew(bins[i]) {
			i++
			continue
		}
		with := i + 1
		if i >= len(lower) || with == len(bins) {
			with = i - 1
		}
		at := min(i, with)
		bins[at] = join(bins[i], bins[with])
		bins = slices.Delete(bins, at+1, at+2)
		i = 0
	}
	list := make([]Bin, len(bins))
	for i, b := range bins {
		list[i] = Bin{binEdge(b.from), binEdge(b.to), b.people}
	}
	return list
}
