// Package mastery says what is known of one person and one knowledge point, now.
package mastery

import (
	"math"
	"time"

	"github.com/zhitu/zhitu/internal/kg"
)

// Stability is the time after which nine tenths of what was mastered remain.
const Stability = 180 * 24 * time.Hour

// State 掌握状态 is what the evidence supports about a point: Mastery in [0,1],
// and when it was last seen.
type State struct {
	Point      kg.Node
	Mastery    float64
	AssessedAt time.Time
}

// Retention returns the share of a mastery that remains after a time without
// evidence, by the power law of forgetting that FSRS uses (Ye, Su and Cao 2022):
// 1 at once and before, 0.9 after one stability.
func Retention(elapsed, stability time.Duration) float64 {
	if elapsed <= 0 {
		return 1
	}
	const factor = 19.0 / 81.0
	return math.Pow(1+factor*float64(elapsed)/float64(stability), -0.5)
}

// Current returns what remains of the mastery at a time. Meeting a requirement
// uses it; gating what comes after uses Mastery itself.
func (s State) Current(now time.Time) float64 {
	return s.Mastery * Retention(now.Sub(s.AssessedAt), Stability)
}

// Assume returns the states with some points counted as mastered and current
// at 1 at that time. The given states are left as they are.
func Assume(states []State, points []kg.Node, now time.Time) []State {
	if len(points) == 0 {
		return states
	}
	assumed := make(map[kg.Node]bool, len(points))
	out := make([]State, 0, len(states)+len(points))
	for _, p := range points {
		if !assumed[p] {
			assumed[p] = true
			out = append(out, State{Point: p, Mastery: 1, AssessedAt: now})
		}
	}
	for _, s := range states {
		if !assumed[s.Point] {
			out = append(out, s)
		}
	}
	return out
}
