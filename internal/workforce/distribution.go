package workforce

import "github.com/zhitu/zhitu/internal/kg"

// Distribution is how the coverage of a position is spread over a group.
type Distribution struct {
	People, Hidden int
	Quantiles      [7]float64 // 0 .1 .25 .5 .75 .9 1; undefined over nobody
	Bins           [20]int
	HiddenBins     [20]int // hidden people in each bin
	Ready          int     // people
	CriticalReady  int     // people; means nothing where the position has nothing critical
	HasCritical    bool
	Unassessed     float64 // mean share of the weight; 0 over nobody
}

// QuantileShares are the shares of Distribution.Quantiles.
var QuantileShares = [7]float64{0, .1, .25, .5, .75, .9, 1}

// Distribution measures everyone of a group against a position.
func (v *View) Distribution(g Group, position kg.Position) *Distribution { panic("distribution") }
