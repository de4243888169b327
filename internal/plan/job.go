package plan

import (
	"cmp"
	"math"
)

// job is a unit of work to be scheduled: a pending point at its index, or after
// those a review, which waits for nothing.
type job struct {
	minutes  int
	value    float64 // weighted coverage that it gains by itself, in whole billionths
	rank     int32   // of its point's code
	critical bool    // whether it closes a critical requirement
}

// inBillionths rounds a value to whole billionths, so that sums are exact.
func inBillionths(value float64) float64 { return math.Round(value * 1e9) }

// byDensity orders jobs by value per minute, ties by code.
func byDensity(a, b *job) int {
	if x, y := a.value*float64(b.minutes), b.value*float64(a.minutes); x != y {
		return cmp.Compare(y, x)
	}
	return cmp.Compare(a.rank, b.rank)
}
