package workforce

import (
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
)

// Distribution is how the coverage of a position is spread over a group.
type Distribution struct {
	People, Hidden int
	Quantiles      [7]float64 // see QuantileShares; undefined over nobody
	Bins           [20]int
	HiddenBins     [20]int // hidden people in each bin
	Ready          int     // people
	CriticalReady  int     // people; means nothing where the position has nothing critical
	HasCritical    bool
	Unassessed     float64 // mean share of the weight; 0 over nobody
}

// QuantileShares are the shares of Distribution.Quantiles.
var QuantileShares = [7]float64{0, .1, .25, .5, .75, .9, 1}

// quantilePercents are QuantileShares as whole numbers, so that ranks are exact.
var quantilePercents = [7]int{0, 10, 25, 50, 75, 90, 100}

// Distribution measures everyone of a group against a position. The quantile of a share q is
// the max(1, ⌈people·q⌉)-th smallest coverage; a bin begins at each twentieth, and the last
// holds 1 too. It costs O(postings within the bounds of the group + people · log people).
func (v *View) Distribution(g Group, position kg.Position) *Distribution {
	required := v.Graph.Requirements(position)
	d := &Distribution{
		People: g.Members.Len(), Hidden: g.Hidden.Len(),
		HasCritical: slices.ContainsFunc(required, func(r kg.Requirement) bool { return r.Critical }),
	}
	if d.People == 0 {
		return d
	}
	standings := v.Standings(required, g.Members)
	defer standings.Release()
	coverages := make([]float64, 0, d.People)
	for _, p := range v.InCodeOrder(g.Members) {
		s := standings.Of(p)
		coverages = append(coverages, s.Coverage)
		d.Unassessed += s.Unassessed
		bin := binOf(s.Coverage)
		d.Bins[bin]++
		if g.Hidden.Has(p) {
			d.HiddenBins[bin]++
		}
		if s.Ready() {
			d.Ready++
		}
		if s.CriticalReady() {
			d.CriticalReady++
		}
	}
	d.Unassessed /= float64(d.People)
	slices.Sort(coverages)
	for i, percent := range quantilePercents {
		d.Quantiles[i] = coverages[max(1, (d.People*percent+99)/100)-1]
	}
	return d
}

// binOf returns the last bin that a coverage reaches the beginning of.
func binOf(coverage float64) int {
	coverage = Round(coverage)
	bin := 0
	for bin+1 < len(binStarts) && coverage >= binStarts[bin+1] {
		bin++
	}
	return bin
}

// binStarts are where the bins of a Distribution begin.
var binStarts = func() (starts [20]float64) {
	for i := range starts {
		starts[i] = Round(binEdge(i))
	}
	return starts
}()
