// Package mastery says what is known of one person and one knowledge point, now.
//
// Mastery is the share of an average item on the point that the person is
// expected to get right, by the evidence. Two layers stand on the same rule,
// Elo's with shrinking steps ([level.after], in logits):
//
//   - [Parameters.Observe] moves one person's State on one point by one result.
//     It is what gates and what people read: it starts without training, takes
//     constant time, hears of no other point and no other person, and can be
//     told in a sentence per result ([Effect]).
//   - [Predictor] predicts the next answer of a log from such levels, of the
//     person on the point and in general, of the item and the point for
//     everybody, and from what the person did last. It shows how much there is
//     to know, learns how difficult items are ([Predictor.Parameters]) and
//     never writes a State.
//
// Forgetting takes nothing from mastery: State.Current tells what is left of it
// at a time. docs/adaptive.md has the sources and the figures.
package mastery

import (
	"math"
	"time"

	"github.com/zhitu/zhitu/internal/kg"
)

// Stability is the time after which nine tenths of what was mastered remain,
// where the evidence tells no more.
const Stability = 180 * 24 * time.Hour

// State 掌握状态 is what the evidence supports about a point: Mastery in [0,1],
// and when it was last seen. All that evidence in order needs is in it; a store
// that keeps these four numbers folds the next result in constant time. The
// State without AssessedAt is of a person of whom nothing is known.
type State struct {
	Point      kg.Node
	Mastery    float64
	AssessedAt time.Time
	// Weight is the number of answers that the evidence is worth; 0 for a mastery
	// that somebody entered.
	Weight float64
	// Stability is how slowly the mastery fades; 0 stands for the constant.
	Stability time.Duration
}

// Assessed reports whether anything is known.
func (s State) Assessed() bool { return !s.AssessedAt.IsZero() }

// Retention returns the share of a mastery that remains after a time without
// evidence, by the power law of forgetting that FSRS uses (Ye, Su and Cao 2022):
// 1 at once and before, 0.9 after one stability.
func Retention(elapsed, stability time.Duration) float64 {
	if elapsed <= 0 {
		return 1
	}
	return math.Pow(1+fade*float64(elapsed)/float64(stability), -0.5)
}

const fade = 19.0 / 81.0

// Current returns what remains of the mastery at a time. Meeting a requirement
// uses it; gating what comes after uses Mastery itself.
func (s State) Current(now time.Time) float64 {
	return s.Mastery * Retention(now.Sub(s.AssessedAt), s.Fading())
}

// Fading returns the stability, the constant where the evidence tells no more.
func (s State) Fading() time.Duration {
	if s.Stability > 0 {
		return s.Stability
	}
	return Stability
}

// Due returns until when the state meets a level without a review: from then on
// Current is below it. It returns false where the mastery does not reach the
// level, so that a review is not enough.
func (s State) Due(level float64) (time.Time, bool) {
	if !s.Assessed() || s.Mastery < level || level <= 0 {
		return time.Time{}, false
	}
	ratio := s.Mastery / level
	stabilities := (ratio*ratio - 1) / fade
	return s.AssessedAt.Add(time.Duration(min(stabilities*float64(s.Fading()), math.MaxInt64/2))), true
}

// Confidence returns how far the mastery is evidence and not assumption, in
// [0,1): 0 without evidence, and after one result its kind's Reliability.
func (s State) Confidence() float64 { return s.level().reliability() }

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
