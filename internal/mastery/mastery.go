// Package mastery estimates the mastery of one person of one knowledge point.
//
// Mastery is the expected score of the person on an average item of the point,
// given the evidence. [Parameters.Observe] updates the State of one point by one
// result, by Elo's rule with decreasing steps ([Level.Update]). It gates what
// comes after, and it is what people read. It needs no training, takes constant
// time and reads no other point and no other person. Each result has its
// explanation in a sentence ([Effect]). Package predict builds on the same rule.
//
// Mastery and Held are two beliefs. Forgetting takes nothing from mastery, which says
// what a person has shown. Held is what they still had at the last evidence, and
// [State.Current] what remains of it at a time. So a result after a long time tells
// how much is left, without a word about what was shown before.
// docs/adaptive.md has the sources and the figures.
package mastery

import (
	"math"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// Stability is the default stability: the time after which nine tenths of a
// mastery remain.
const Stability = 180 * 24 * time.Hour

// State 掌握状态 is what the evidence supports about a point: Mastery in [0,1],
// and the time of the last evidence. The next result can be folded from these
// five numbers alone, in constant time. A State without AssessedAt means that
// nothing is known.
type State struct {
	Point      kg.Node
	Mastery    float64
	AssessedAt time.Time
	// Held is what was current right after the last evidence, at most Mastery. 0
	// stands for Mastery itself: that of a mastery which was entered, and of a state
	// from before this was stored.
	Held float64
	// Weight is the number of answers that the evidence is worth; 0 for a mastery
	// that was entered by hand.
	Weight float64
	// Stability is how slowly the mastery fades; 0 stands for the default.
	Stability time.Duration
}

// Assessed reports whether anything is known.
func (s State) Assessed() bool { return !s.AssessedAt.IsZero() }

// held returns what was current right after the last evidence.
func (s State) held() float64 {
	if s.Held > 0 {
		return s.Held
	}
	return s.Mastery
}

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

// Current returns what remains at a time of what was held. Requirements compare
// Current too; prerequisites compare Mastery alone.
func (s State) Current(now time.Time) float64 {
	return s.held() * Retention(now.Sub(s.AssessedAt), s.EffectiveStability())
}

// EffectiveStability returns the stability of the state, or the default where it has none.
func (s State) EffectiveStability() time.Duration {
	if s.Stability > 0 {
		return s.Stability
	}
	return Stability
}

// CurrentShare is the share of a required level that has to be current. Who is
// assessed at exactly the level so needs a review after one stability, and not at once.
const CurrentShare = 0.9

// Meets reports whether a requirement of a level is met at a time: the mastery reaches
// it, and nine tenths of it are current.
func (s State) Meets(level float64, now time.Time) bool {
	return competency.AtLeast(s.Mastery, level) && competency.AtLeast(s.Current(now), CurrentShare*level)
}

// DueAt returns the time from which a requirement of a level is no longer met because
// too little is current; never before the last evidence. It returns false where the
// mastery itself does not reach the level, so that a review is not enough.
func (s State) DueAt(level float64) (time.Time, bool) {
	if !s.Assessed() || !competency.AtLeast(s.Mastery, level) || level <= 0 {
		return time.Time{}, false
	}
	ratio := max(1, s.held()/(CurrentShare*level))
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
