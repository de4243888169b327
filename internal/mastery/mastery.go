// Package mastery estimates the mastery of one person of one knowledge point.
//
// Mastery is the expected score of the person on an average item of the point,
// given the evidence. [Parameters.Observe] updates the State of one point by one
// result, by Elo's rule with decreasing steps ([Level.Update]). It gates what
// comes after, and it is what people read. It needs no training, takes constant
// time and reads no other point and no other person. Each result has its
// explanation in a sentence ([Effect]). Package predict builds on the same rule.
//
// Forgetting takes nothing from mastery: State.Current is what remains of it at
// a time. docs/adaptive.md has the sources and the figures.
package mastery

import (
	"math"
	"time"

	"github.com/zhitu/zhitu/internal/kg"
)

// Stability is the default stability: the time after which nine tenths of a
// mastery remain.
const Stability = 180 * 24 * time.Hour

// State 掌握状态 is what the evidence supports about a point: Mastery in [0,1],
// and the time of the last evidence. The next result can be folded from these
// four numbers alone, in constant time. A State without AssessedAt means that
// nothing is known.
type State struct {
	Point      kg.Node
	Mastery    float64
	AssessedAt time.Time
	// Weight is the number of answers that the evidence is worth; 0 for a mastery
	// that was entered by hand.
	Weight float64
	// Stability is how slowly the mastery fades; 0 stands for the default.
	Stability time.Duration
}

// Assessed reports whether anything is known.
func (s State) Assessed() bool { return !s.AssessedAt.IsZero() }

// Retention returns the share of a mastery that remains after a time without
// evidence. It is the power law of forgetting of FSRS (Ye, Su and Cao 2022): 0.9
// after one stability. It is 1 where elapsed is not positive.
func Retention(elapsed, stability time.Duration) float64 {
	if elapsed <= 0 {
		return 1
	}
	return math.Pow(1+decayRate*float64(elapsed)/float64(stability), -0.5)
}

const decayRate = 19.0 / 81.0

// Current returns what remains of the mastery at a time. Requirements compare
// Current; prerequisites compare Mastery.
func (s State) Current(now time.Time) float64 {
	return s.Mastery * Retention(now.Sub(s.AssessedAt), s.EffectiveStability())
}

// EffectiveStability returns the stability of the state, or the default where it has none.
func (s State) EffectiveStability() time.Duration {
	if s.Stability > 0 {
		return s.Stability
	}
	return Stability
}

// DueAt returns the time from which Current is below a level. It returns false
// where the mastery itself does not reach the level, so that a review is not
// enough.
func (s State) DueAt(level float64) (time.Time, bool) {
	if !s.Assessed() || s.Mastery < level || level <= 0 {
		return time.Time{}, false
	}
	ratio := s.Mastery / level
	stabilities := (ratio*ratio - 1) / decayRate
	return s.AssessedAt.Add(time.Duration(min(stabilities*float64(s.EffectiveStability()), math.MaxInt64/2))), true
}

// Confidence returns the share of the mastery that is evidence and not prior, in
// [0,1). It is 0 without evidence, and after one result its kind's Reliability.
func (s State) Confidence() float64 { return s.level().Reliability() }

// Assume returns the states with some points mastered and current at 1 at a
// time. The given states are not changed. It costs O(states + points).
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
