package plan

import (
	"math"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// minutes rounds work to whole minutes: at least one, halves up.
func minutes(x float64) int { return max(1, int(math.Floor(x+0.5+competency.Epsilon))) }

// satisfied reports whether an alternative is mastered, as a whole.
func (s *search) satisfied(a kg.Alternative) bool {
	if s.g.IsPoint(a.Node) {
		return competency.AtLeast(s.points[a.Node].mastery, a.Theta)
	}
	return s.allSatisfied(a)
}

func (s *search) allSatisfied(a kg.Alternative) bool {
	for _, m := range s.g.Members(a.Node) {
		if !competency.AtLeast(s.points[m].mastery, a.Theta) {
			return false
		}
	}
	return true
}

// take puts the need of an alternative on its points.
func (s *search) take(a kg.Alternative) {
	if s.g.IsPoint(a.Node) {
		s.raiseNeed(a.Node, a.Theta)
	} else if s.takenTheta[a.Node] < a.Theta {
		s.journal = append(s.journal, journalEntry{thetaTaken, a.Node, s.takenTheta[a.Node]})
		s.takenTheta[a.Node] = a.Theta
		for _, m := range s.g.Members(a.Node) {
			s.raiseNeed(m, a.Theta)
		}
	}
}

// raiseNeed raises the need of a point to a level. Mostly it is met already, so
// this part is small enough to be inlined.
func (s *search) raiseNeed(p kg.Node, level float64) {
	if state := &s.points[p]; state.need < level && !competency.AtLeast(state.mastery, level) {
		s.setNeed(state, p, level)
	}
}

func (s *search) setNeed(state *pointState, p kg.Node, level float64) {
	s.journal = append(s.journal, journalEntry{needChanged, p, state.need})
	if state.need == 0 {
		s.pending = append(s.pending, p)
		s.unpropagated = append(s.unpropagated, p)
	}
	state.need = level
	if s.tracksWork {
		s.updateWork(p)
	}
}

// propagate takes everything that leaves no choice, to the end (unit propagation).
func (s *search) propagate() {
	for len(s.unpropagated) > 0 {
		p := s.unpropagated[len(s.unpropagated)-1]
		s.unpropagated = s.unpropagated[:len(s.unpropagated)-1]
		for owner := p; owner != kg.None && !s.propagated[owner]; owner = s.g.OwnerAbove(owner) {
			if owner != p { // once for all points of a competency
				s.journal = append(s.journal, journalEntry{ownerPropagated, owner, 0})
				s.propagated[owner] = true
			}
			for _, a := range s.g.Needs(owner) {
				s.take(a)
			}
		}
	}
}

// trackWork computes the work of what is pending, and keeps it up to date from now on.
func (s *search) trackWork() {
	s.tracksWork = true
	for _, p := range s.pending {
		s.updateWork(p)
	}
}

func (s *search) updateWork(p kg.Node) {
	state, work := &s.points[p], int32(0)
	if state.need > 0 {
		work = int32(minutes(float64(s.g.Minutes(p)) * (1 - state.mastery/state.need)))
	}
	s.totalWork += int(work - state.work)
	state.work = work
}

// journalEntry is one change, with what is needed to undo it.
type journalEntry struct {
	kind  entryKind
	node  kg.Node
	value float64 // before the change
}

type entryKind uint8

const (
	needChanged entryKind = iota // from 0: the point became pending
	thetaTaken
	ownerPropagated
)

// undo reverts all changes after a mark in the journal.
func (s *search) undo(mark int) {
	for i := len(s.journal) - 1; i >= mark; i-- {
		c := s.journal[i]
		switch c.kind {
		case needChanged:
			if s.points[c.node].need = c.value; c.value == 0 {
				s.pending = s.pending[:len(s.pending)-1]
			}
			s.updateWork(c.node)
		case thetaTaken:
			s.takenTheta[c.node] = c.value
		case ownerPropagated:
			s.propagated[c.node] = false
		}
	}
	s.journal = s.journal[:mark]
}
