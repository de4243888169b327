// Package placement finds out with few questions what somebody knows of what a
// position rests on.
//
// A session goes over the points that could be pending for a position, whichever
// alternatives are chosen. What one answer says about a point it also says about
// its neighbours: who knows a dependent likely knows its prerequisites, who does
// not know a prerequisite hardly knows what rests on it (network.go, belief.go).
// So the next question is about the point whose belief is nearest to even odds,
// until no point that was not asked is in doubt.
//
// Everything is pure. What a session believes and asks next follows from the
// graph, the states and the answers alone, in whichever order they are given: to
// keep a session is to keep its answers, and to resume it is to hand them to New.
// Beliefs are no mastery: they never change a state, a status or evidence.
//
// A question takes 0.3 ms on 300 points and 3 ms on 1,200, New twice that.
package placement

import (
	"math"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Options says how questions are to be taken. A field that is zero has the
// default.
type Options struct {
	Slip  float64 // chance that somebody who knows a point answers wrong; DefaultSlip
	Guess float64 // chance that somebody who does not know it answers right; DefaultGuess
	Sure  float64 // chance of being right about a point from which on it is not asked; DefaultSure
}

// The defaults of Options. Chances of slip and guess are taken to lie within 0.01
// and 0.45: no answer is certain, and none speaks against itself.
const (
	DefaultSlip  = 0.1
	DefaultGuess = 0.1
	DefaultSure  = 0.95
)

// Doubt is the chance of being right below which a conclusion is uncertain.
const Doubt = 0.8

// Answer is what somebody scored on a question about a point: 1 for right, 0 for
// wrong, in between for partly right.
type Answer struct {
	Point kg.Node
	Score float64
}

// Conclusion is what a session concludes about a point that is not mastered
// already.
type Conclusion struct {
	Point       kg.Node
	Probability float64 // that the person knows it
	Asked       bool    // in this session
	Assessed    bool    // before, and found to be below what is needed
}

// Inferred reports whether that follows from answers and evidence about other points
// alone.
func (c Conclusion) Inferred() bool { return !c.Asked && !c.Assessed }

// Mastered reports whether the point is more likely known than not.
func (c Conclusion) Mastered() bool { return c.Probability > 0.5 }

// Uncertain reports whether that may well be wrong.
func (c Conclusion) Uncertain() bool { return max(c.Probability, 1-c.Probability) < Doubt }

// Session is one placement of one person for one position. It is not to be used
// by several goroutines at once.
type Session struct {
	net       *network
	options   Options
	asked     []bool    // by node
	said      []float64 // by node: the logarithm of how much likelier what is known of it is where it holds
	questions int
	belief    *belief
	stale     bool // answers have come in since belief was computed
}

// New returns the session of somebody with these states for a position, after
// these answers. At most one state per point is read. A point whose mastery is all
// that is needed of it counts as known for certain, and is neither asked nor
// concluded upon; a lower mastery counts like one answer of that score. The states
// must not hold what the answers have contributed, which would count twice.
//
// It costs O(points of the graph + edges of the closure · closure/64).
func New(g *kg.Graph, states []mastery.State, position kg.Position, answers []Answer, options Options) *Session {
	return newSession(newNetwork(g, states, position), answers, options)
}

func newSession(net *network, answers []Answer, options Options) *Session {
	within := func(x, standard, lo, hi float64) float64 {
		if x == 0 {
			return standard
		}
		return min(max(x, lo), hi)
	}
	options.Slip = within(options.Slip, DefaultSlip, 0.01, 0.45)
	options.Guess = within(options.Guess, DefaultGuess, 0.01, 0.45)
	options.Sure = within(options.Sure, DefaultSure, 0.5, 1)
	s := &Session{net: net, options: options, asked: make([]bool, len(net.nodes)), said: make([]float64, len(net.nodes)), belief: newBelief(net), stale: true}
	for v, n := range net.nodes {
		switch {
		case n.earned():
			s.belief.evidence[v] = certain
		case n.mastery >= 0:
			s.hear(int32(v), n.mastery)
		}
	}
	s.Answer(answers...)
	return s
}

// hear counts a score on a node.
func (s *Session) hear(v int32, score float64) {
	right, wrong := math.Log((1-s.options.Slip)/s.options.Guess), math.Log(s.options.Slip/(1-s.options.Guess))
	s.said[v] += score*right + (1-score)*wrong
	s.belief.evidence[v] = min(max(math.Exp(s.said[v]), 1/certain), certain)
}

// Answer takes answers in. One about a point that the session does not go over, or
// that is mastered already, changes nothing.
func (s *Session) Answer(answers ...Answer) {
	for _, a := range answers {
		v, ok := s.net.of[a.Point]
		if !ok || s.net.nodes[v].earned() {
			continue
		}
		if !s.asked[v] {
			s.asked[v] = true
			s.questions++
		}
		s.hear(v, min(max(a.Score, 0), 1))
		s.stale = true
	}
}

// Next returns the point that is most telling to ask about, unless the session is
// sure enough of every point that was not asked.
func (s *Session) Next() (p kg.Node, ok bool) {
	v, doubt := s.telling()
	if v < 0 || competency.AtLeast(1-doubt, s.options.Sure) {
		return kg.None, false
	}
	return s.net.nodes[v].point, true
}

// telling returns the node of the point nearest to even odds among those that were
// not asked, the first of equals, and the chance of being wrong about it; -1 where
// all were.
func (s *Session) telling() (v int, doubt float64) {
	s.settle()
	v, doubt = -1, -1
	for u := range s.net.nodes {
		if n := &s.net.nodes[u]; n.kind == point && !s.asked[u] && !n.earned() {
			p := s.belief.chance[u]
			if wrong := min(p, 1-p); wrong > doubt+competency.Epsilon {
				v, doubt = u, wrong
			}
		}
	}
	return v, doubt
}

// Asked returns how many points have been asked about.
func (s *Session) Asked() int { return s.questions }

// Conclusions returns what the session concludes so far of every point that is not
// mastered already, prerequisites first.
func (s *Session) Conclusions() []Conclusion {
	s.settle()
	list := make([]Conclusion, 0, len(s.net.of))
	for v, n := range s.net.nodes {
		if n.kind == point && !n.earned() {
			list = append(list, Conclusion{n.point, s.belief.chance[v], s.asked[v], n.mastery >= 0})
		}
	}
	return list
}

func (s *Session) settle() {
	if s.stale {
		s.belief.update()
		s.stale = false
	}
}
