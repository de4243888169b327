package plan

import (
	"cmp"
	"math"
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
)

// Choice is a settled choice: a point takes an alternative of a clause, its own or
// an inherited one.
type Choice struct {
	Point  kg.Node
	Clause kg.Clause
	Taken  kg.Alternative
}

// openClauses returns the unsatisfied clauses that leave a pending point a
// choice, its own and those it inherits, by name and then by owner.
func (s *search) openClauses(p kg.Node) []kg.Clause {
	var open []kg.Clause
	for owner := p; owner != kg.None; owner = s.g.OwnerAbove(owner) {
		for _, c := range s.g.Choices(owner) {
			if !slices.ContainsFunc(c.Alternatives, s.satisfied) {
				open = append(open, c)
			}
		}
	}
	if len(open) > 1 {
		slices.SortFunc(open, func(a, b kg.Clause) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(s.g.Rank(a.Owner), s.g.Rank(b.Owner)))
		})
	}
	return open
}

// chooseAlternative returns the alternative that a point takes of a clause: the
// given one where it can be learned, else the cheapest. Trials ignore given choices.
// So what is settled before a given choice does not depend on it.
func (s *search) chooseAlternative(p kg.Node, c kg.Clause) kg.Alternative {
	for i := range s.given {
		if f := &s.given[i]; f.Point == p && f.Clause.Owner == c.Owner && f.Clause.Name == c.Name && (s.unlearnable == nil || s.available(f.Taken)) {
			return f.Taken
		}
	}
	return s.cheapestAlternative(c, s.price)
}

// cheapestAlternative returns the alternative of least price among those that can
// be learned. Alternatives are in the order of codes; the first of equals wins.
func (s *search) cheapestAlternative(c kg.Clause, price func(kg.Alternative) int) kg.Alternative {
	best, least := c.Alternatives[0], math.MaxInt
	for _, a := range c.Alternatives {
		if s.unlearnable != nil && !s.available(a) {
			continue
		}
		if p := price(a); p < least {
			best, least = a, p
		}
	}
	return best
}

// price returns the work that an alternative adds on trial. The choices beneath it
// are settled by the least addedWork.
func (s *search) price(a kg.Alternative) int {
	mark, before, total := len(s.journal), len(s.pending), s.totalWork
	s.take(a)
	s.propagate()
	undecided := &s.trialUndecided // empty between trials
	s.pushUndecided(undecided, before)
	for undecided.len() > 0 {
		for _, clause := range s.openClauses(undecided.pop()) {
			before := len(s.pending)
			s.take(s.cheapestAlternative(clause, s.addedWork))
			s.propagate()
			s.pushUndecided(undecided, before)
		}
	}
	price := s.totalWork - total
	s.undo(mark)
	return price
}

// addedWork returns the work that an alternative adds, with what leaves no choice
// beneath it.
func (s *search) addedWork(a kg.Alternative) int {
	mark, total := len(s.journal), s.totalWork
	s.take(a)
	s.propagate()
	added := s.totalWork - total
	s.undo(mark)
	return added
}
