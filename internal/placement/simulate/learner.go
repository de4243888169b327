package simulate

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/zhitu/zhitu/internal/placement"
)

// Kind is a way in which simulated learners come to know what they know. Learners
// of every kind know no point without what it rests on. How much they know is
// uniform between nearly nothing and nearly everything.
type Kind string

// The kinds of learner.
const (
	// Wanderer learns one point after the other up to a random number, each time a
	// random one that is ready to be learned.
	Wanderer Kind = "WANDERER"
	// Striver takes random points as goals. It learns each with all that it rests on,
	// up to a random number of points.
	Striver Kind = "STRIVER"
	// Forgetful knows each point with the same random chance, where what it rests on
	// is known.
	Forgetful Kind = "FORGETFUL"
	// Climber is likelier to know a point the lower it lies, compared with a random
	// height, where what it rests on is known.
	Climber Kind = "CLIMBER"
)

// Kinds lists the kinds. A simulation takes them in turn.
var Kinds = []Kind{Wanderer, Striver, Forgetful, Climber}

// learner is a simulated person.
type learner struct {
	*simulation
	*rand.Rand
	knows       []bool  // by node
	answers     []bool  // point → whether the answer is right
	randomOrder []int32 // of the points
}

// newLearner returns the i-th learner. All strategies get the same answers.
func (s *simulation) newLearner(i uint64, kind Kind) *learner {
	l := &learner{simulation: s, Rand: rand.New(rand.NewPCG(s.Seed, i)), knows: make([]bool, s.Len())}
	share := l.Float64()
	switch kind {
	case Wanderer:
		l.learnReady(int(share*float64(len(s.points)) + 0.5))
	case Striver:
		l.learnGoals(int(share*float64(len(s.points)) + 0.5))
	case Forgetful:
		// A point that rests on the mean number of others is known with a chance of about share².
		var below float64
		for _, v := range s.points {
			below += float64(len(s.implied[v]))
		}
		chance := math.Pow(share, 2/(1+below/float64(len(s.points))))
		l.learnByChance(func(int32) float64 { return chance })
	case Climber:
		heights, top := l.Heights()
		l.learnByChance(func(v int32) float64 { return 1 / (1 + math.Exp(8*float64(heights[v])/float64(top+1)-12*share+2)) })
	}
	l.answers = make([]bool, s.Len())
	for _, v := range s.points {
		chance := s.Guess
		if l.knows[v] {
			chance = 1 - s.Slip
		}
		l.answers[v] = l.Float64() < chance
	}
	l.randomOrder = slices.Clone(s.points)
	l.Shuffle(len(l.randomOrder), func(i, j int) {
		l.randomOrder[i], l.randomOrder[j] = l.randomOrder[j], l.randomOrder[i]
	})
	return l
}

// knownShare is the share of the points that the learner knows.
func (l *learner) knownShare() float64 {
	n := 0
	for _, v := range l.points {
		if l.knows[v] {
			n++
		}
	}
	return float64(n) / float64(max(len(l.points), 1))
}

// inputsHold reports whether the learner knows what a node rests on.
func (l *learner) inputsHold(v int32) bool {
	isOr := l.Kind(v) == placement.OrGate
	for _, u := range l.Inputs(v) {
		if l.knows[u] == isOr { // this input decides
			return isOr
		}
	}
	return !isOr
}

// learn makes a node known, and the gates that then hold. It calls ready for each
// point that may be learned because of it.
func (l *learner) learn(v int32, ready func(int32)) {
	l.knows[v] = true
	for _, t := range l.outputs[v] {
		switch {
		case l.knows[t] || !l.inputsHold(t):
		case l.Kind(t) == placement.PointNode:
			ready(t)
		default:
			l.learn(t, ready)
		}
	}
}

// learnReady learns so many points, each a random one of those that are ready.
func (l *learner) learnReady(count int) {
	var fringe []int32
	listed := make([]bool, l.Len())
	ready := func(v int32) {
		if !listed[v] {
			listed[v] = true
			fringe = append(fringe, v)
		}
	}
	for _, v := range l.points {
		if l.inputsHold(v) {
			ready(v)
		}
	}
	for range count {
		i := l.IntN(len(fringe))
		v := fringe[i]
		fringe[i] = fringe[len(fringe)-1]
		fringe = fringe[:len(fringe)-1]
		l.learn(v, ready)
	}
}

// learnGoals learns random points with all that they rest on, at least so many
// points in all.
func (l *learner) learnGoals(count int) {
	learned := 0
	var attain func(v int32)
	attain = func(v int32) {
		inputs, isOr := l.Inputs(v), l.Kind(v) == placement.OrGate
		if isOr && !l.inputsHold(v) {
			i := l.IntN(len(inputs))
			inputs = inputs[i : i+1]
		}
		for _, u := range inputs {
			if !l.knows[u] && (!isOr || len(inputs) == 1) {
				attain(u)
			}
		}
		if !l.knows[v] {
			l.learn(v, func(int32) {})
			if l.Kind(v) == placement.PointNode {
				learned++
			}
		}
	}
	for learned < count {
		if v := l.points[l.IntN(len(l.points))]; !l.knows[v] {
			attain(v)
		}
	}
}

// learnByChance makes each point known with its chance, where its inputs hold.
func (l *learner) learnByChance(chance func(v int32) float64) {
	for v := range int32(l.Len()) {
		l.knows[v] = l.inputsHold(v) && (l.Kind(v) != placement.PointNode || l.Float64() < chance(v))
	}
}
