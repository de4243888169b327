// Package placement finds out with few questions what a person knows of the
// points that a position rests on.
//
// A session covers the points that could be pending for a position, whichever
// alternatives are chosen. An answer about a point is evidence on its neighbours
// too. Who knows a dependent likely knows its prerequisites; who lacks a
// prerequisite hardly knows what rests on it (network.go, belief.go). The next
// question is the most informative one: about the point nearest to even odds. The
// session ends when no point that was not asked is in doubt.
//
// Everything is pure. Beliefs and questions follow from the graph, the states and
// the answers alone, in any order of the answers. To store a session is to store
// its answers; to resume it is to pass them to New. Beliefs are not mastery: they
// never change a state, a status or evidence.
//
// A question takes 0.3 ms on 300 points and 3 ms on 1,200, New twice that.
package placement

import "github.com/zhitu/zhitu/internal/kg"

// Options are the noise of answers and the certainty to reach. A field that is
// zero has the default.
type Options struct {
	Slip      float64 // chance of a wrong answer about a known point; DefaultSlip
	Guess     float64 // chance of a right answer about an unknown point; DefaultGuess
	Certainty float64 // chance of being right about a point from which it is not asked; DefaultCertainty
}

// The defaults of Options. Slip and guess are clamped to 0.01 and 0.45: no answer
// is certain, and none is evidence against itself.
const (
	DefaultSlip      = 0.1
	DefaultGuess     = 0.1
	DefaultCertainty = 0.95
)

// UncertainBelow is the chance of being right below which a conclusion is uncertain.
const UncertainBelow = 0.8

// Answer is the score of an answer about a point: 1 for right, 0 for wrong, in
// between for partly right.
type Answer struct {
	Point kg.Node
	Score float64
}

// Conclusion is the belief of a session about a point that is not mastered yet.
type Conclusion struct {
	Point       kg.Node
	Probability float64 // that the person knows it
	Asked       bool    // in this session
	Assessed    bool    // before, and found to be below what is needed
}

// Inferred reports whether the conclusion follows from evidence about other points
// alone.
func (c Conclusion) Inferred() bool { return !c.Asked && !c.Assessed }

// Mastered reports whether the point is more likely known than not.
func (c Conclusion) Mastered() bool { return c.Probability > 0.5 }

// Uncertain reports whether the chance of being right is below UncertainBelow.
func (c Conclusion) Uncertain() bool { return max(c.Probability, 1-c.Probability) < UncertainBelow }
