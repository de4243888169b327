package plan

import (
	"cmp"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Workload is what a path consists of, without an order.
type Workload struct {
	Minutes int      // of all steps, reviews included: TotalMinutes of the path
	Targets []Target // of its LEARN steps, in topological order
	Choices int      // how many were settled; where none, all of it is unavoidable
}

// Target is the purpose of a LEARN step.
type Target struct {
	Point   kg.Node
	Need    float64 // the mastery to reach
	Minutes int
}

// NewWorkload returns the work of the path of a person with these states towards some
// requirements, given in node order: those of a position, or any others of one moment.
// Their weights do not matter. At most one state per point is read. It is the work of
// [Make] with these modalities and no other limit, at a fraction of the cost: nothing is
// put into an order.
func NewWorkload(g *kg.Graph, states []mastery.State, required []kg.Requirement, modalities []competency.Modality, now time.Time) Workload {
	s := newSearch(g, states)
	defer s.release(states)
	for i := range required {
		s.raiseNeed(required[i].Point, required[i].Level)
	}
	s.settleChoices()
	w := Workload{Choices: len(s.settled)}
	limits := Limits{Modalities: modalities}
	forEachDecayed(states, required, now, func(point kg.Node) {
		if s.points[point].need == 0 {
			_, base := chooseResource(g, point, &limits)
			w.Minutes += reviewMinutes(base)
		}
	})
	w.Targets = s.targets(&limits)
	for _, t := range w.Targets {
		w.Minutes += t.Minutes
	}
	return w
}

// forEachDecayed visits the points of the requirements that are DECAYED.
func forEachDecayed(states []mastery.State, required []kg.Requirement, now time.Time, visit func(kg.Node)) {
	for _, state := range states {
		i, ok := slices.BinarySearchFunc(required, state.Point, func(r kg.Requirement, n kg.Node) int { return cmp.Compare(r.Point, n) })
		if ok && competency.AtLeast(state.Mastery, required[i].Level) && !state.Meets(required[i].Level, now) {
			visit(state.Point)
		}
	}
}

// targets returns what is to be learned, in topological order.
func (s *search) targets(limits *Limits) []Target {
	s.sortPending()
	targets := make([]Target, len(s.pending))
	for i, p := range s.pending {
		state := &s.points[p]
		_, base := chooseResource(s.g, p, limits)
		targets[i] = Target{p, state.need, learnMinutes(base, state.mastery, state.need)}
	}
	return targets
}

// Unavoidable returns what is to be learned for some requirements whatever is chosen among
// alternatives, each point with the least need that it can have then. So it is part of
// every path towards these requirements, other ones beside them or not.
//
// It takes what leaves no choice, and of a choice what all of its alternatives have in
// common with what leaves no choice beneath them. There may be more that is unavoidable:
// choices within choices are not followed.
func Unavoidable(g *kg.Graph, states []mastery.State, required []kg.Requirement, modalities []competency.Modality) []Target {
	s := newSearch(g, states)
	defer s.release(states)
	for i := range required {
		s.raiseNeed(required[i].Point, required[i].Level)
	}
	s.propagate()
	for found := true; found; {
		found = false
		for i := 0; i < len(s.pending); i++ { // grows meanwhile
			for _, clause := range s.openClauses(s.pending[i]) {
				found = s.takeCommon(clause) || found
			}
		}
	}
	return s.targets(&Limits{Modalities: modalities})
}

// takeCommon takes what all alternatives of a clause have in common, and reports whether
// that was anything new.
func (s *search) takeCommon(clause kg.Clause) bool {
	var common map[kg.Node]float64 // point → the least need
	for _, a := range clause.Alternatives {
		needs := s.tryNeeds(a)
		for p, need := range common {
			if n, ok := needs[p]; ok {
				needs[p] = min(n, need)
			}
		}
		if common != nil {
			for p := range needs {
				if _, ok := common[p]; !ok {
					delete(needs, p)
				}
			}
		}
		if common = needs; len(common) == 0 {
			return false
		}
	}
	for p, need := range common {
		s.raiseNeed(p, need)
	}
	s.propagate()
	return true
}

// tryNeeds returns the needs that an alternative raises, with what leaves no choice
// beneath it.
func (s *search) tryNeeds(a kg.Alternative) map[kg.Node]float64 {
	mark := len(s.journal)
	s.take(a)
	s.propagate()
	needs := map[kg.Node]float64{}
	for _, c := range s.journal[mark:] {
		if c.kind == needChanged {
			needs[c.node] = s.points[c.node].need
		}
	}
	s.undo(mark)
	return needs
}
