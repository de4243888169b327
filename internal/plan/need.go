package plan

import (
	"math"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// minutes makes a work of x minutes whole: at least one, halves up.
func minutes(x float64) int { return max(1, int(math.Floor(x+0.5+competency.Epsilon))) }

// satisfied reports whether an alternative is mastered, as a whole.
func (s *search) satisfied(a kg.Alternative) bool {
	if s.g.IsPoint(a.Node) {
		return competency.AtLeast(s.at[a.Node].mastery, a.Theta)
	}
	return s.wholly(a)
}

func (s *search) wholly(a kg.Alternative) bool {
	for _, m := range s.g.Members(a.Node) {
		if !competency.AtLeast(s.at[m].mastery, a.Theta) {
			return false
		}
	}
	return true
}

// take puts the need of an alternative on its points.
func (s *search) take(a kg.Alternative) {
	if s.g.IsPoint(a.Node) {
		s.raise(a.Node, a.Theta)
	} else if s.taken[a.Node] < a.Theta {
		s.journal = append(s.journal, change{changedTaken, a.Node, s.taken[a.Node]})
		s.taken[a.Node] = a.Theta
		for _, m := range s.g.Members(a.Node) {
			s.raise(m, a.Theta)
		}
	}
}

// raise asks at least a level of a point. Mostly that is nothing new, so this
// part of it is kept small enough to be inlined.
func (s *search) raise(p kg.Node, level float64) {
	if at := &s.at[p]; at.need < level && !competency.AtLeast(at.mastery, level) {
		s.need(at, p, level)
	}
}

func (s *search) need(at *standing, p kg.Node, level float64) {
	s.journal = append(s.journal, change{changedNeed, p, at.need})
	if at.need == 0 {
		s.pending = append(s.pending, p)
		s.todo = append(s.todo, p)
	}
	at.need = level
	if s.weighs {
		s.setWork(p)
	}
}

// follow takes everything that leaves no choice, to the end.
func (s *search) follow() {
	for len(s.todo) > 0 {
		p := s.todo[len(s.todo)-1]
		s.todo = s.todo[:len(s.todo)-1]
		for owner := p; owner != kg.None && !s.passed[owner]; owner = s.g.Above(owner) {
			if owner != p { // the points of a competency all take its needs: once is enough
				s.journal = append(s.journal, change{changedPassed, owner, 0})
				s.passed[owner] = true
			}
			for _, a := range s.g.Needs(owner) {
				s.take(a)
			}
		}
	}
}

// weigh finds the work of what is pending, and keeps it known from now on.
func (s *search) weigh() {
	s.weighs = true
	for _, p := range s.pending {
		s.setWork(p)
	}
}

func (s *search) setWork(p kg.Node) {
	at, work := &s.at[p], int32(0)
	if at.need > 0 {
		work = int32(minutes(float64(s.g.Minutes(p)) * (1 - at.mastery/at.need)))
	}
	s.total += int(work - at.work)
	at.work = work
}

// change is one entry of the journal.
type change struct {
	what  changeKind
	node  kg.Node
	value float64 // before
}

type changeKind uint8

const (
	changedNeed changeKind = iota // from 0: became pending
	changedTaken
	changedPassed
)

// undo takes back everything after a mark in the journal.
func (s *search) undo(mark int) {
	for i := len(s.journal) - 1; i >= mark; i-- {
		c := s.journal[i]
		switch c.what {
		case changedNeed:
			if s.at[c.node].need = c.value; c.value == 0 {
				s.pending = s.pending[:len(s.pending)-1]
			}
			s.setWork(c.node)
		case changedTaken:
			s.taken[c.node] = c.value
		case changedPassed:
			s.passed[c.node] = false
		}
	}
	s.journal = s.journal[:mark]
}
