// Package workforce answers questions about many people at once: where a team is thin, who
// could take a position, what training pays first.
//
// [Columns] keep the states of everyone in memory, by point. A question takes a [View] of
// them: one graph, one moment, one set of people. Coverage, statuses and minutes of a person
// are those of packages gap and plan, bit for bit: sums over points run in the order of
// codes, and so do sums over people. What is ordered or compared here is first rounded to
// nine decimals (see Round).
//
// It is pure: it reads no store and no clock.
package workforce

import "math"

// Round rounds a number to nine decimals, halves up. What is ordered or compared is rounded
// first, so that the last bit of a sum decides nothing.
func Round(x float64) float64 { return math.Floor(x*1e9+0.5) / 1e9 }
