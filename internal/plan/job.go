package plan

import (
	"cmp"
	"math"
)

// job is something to be done: a pending point, at its index, or after those a
// review, which waits for nothing.
type job struct {
	minutes  int
	value    float64 // the weighted coverage that it wins by itself, in whole units: their sums are exact
	rank     int32   // of its point's code
	critical bool    // it closes a critical requirement
}

// billionths makes a value a whole number: sums of such are exact.
func billionths(value float64) float64 { return math.Round(value * 1e9) }

// denser orders jobs by value per minute, ties by code.
func denser(a, b *job) int {
	if x, y := a.value*float64(b.minutes), b.value*float64(a.minutes); x != y {
		return cmp.Compare(y, x)
	}
	return cmp.Compare(a.rank, b.rank)
}
