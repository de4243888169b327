package plan

import (
	"cmp"
	"math"
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
)

// Choice is a settled choice: of a clause, its own or one that it inherits, a
// point takes an alternative.
type Choice struct {
	Point  kg.Node
	Clause kg.Clause
	Taken  kg.Alternative
}

// openClauses returns the unsatisfied clauses that leave a pending point a
// choice, its own and those it inherits, by name and then by owner.
func (s *search) openClauses(p kg.Node) []kg.Clause {
	var open []kg.Clause
	for owner := p; owner != kg.None; owner = s.g.Above(owner) {
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

// settle returns the alternative that a point takes of a clause: the one that is
// given, where it can be learned, else the cheapest. Trials ask only for the
// cheapest: so what is settled before a given choice is what it would be without.
func (s *search) settle(p kg.Node, c kg.Clause) kg.Alternative {
	for i := range s.fixed {
		if f := &s.fixed[i]; f.Point == p && f.Clause.Owner == c.Owner && f.Clause.Name == c.Name && (s.blocked == nil || s.left(f.Taken)) {
			return f.Taken
		}
	}
	return s.cheapest(c, s.price)
}

// cheapest returns the alternative of least price among those that can be learned;
// alternatives stand by code, so the first of equals wins.
func (s *search) cheapest(c kg.Clause, price func(kg.Alternative) int) kg.Alternative {
	best, least := c.Alternatives[0], math.MaxInt
	for _, a := range c.Alternatives {
		if s.blocked != nil && !s.left(a) {
			continue
		}
		if p := price(a); p < least {
			best, least = a, p
		}
	}
	return best
}

// price is what an alternative adds to the work, when the choices that it opens
// are settled by what each adds at once.
func (s *search) price(a kg.Alternative) int {
	mark, before, total := len(s.journal), len(s.pending), s.total
	s.take(a)
	s.follow()
	open := &s.trial // which the trial before has emptied
	s.enlist(open, before)
	for open.len() > 0 {
		for _, clause := range s.openClauses(open.pop()) {
			before := len(s.pending)
			s.take(s.cheapest(clause, s.adds))
			s.follow()
			s.enlist(open, before)
		}
	}
	price := s.total - total
	s.undo(mark)
	return price
}

// adds is what an alternative, with what leaves no choice beneath it, adds to
// the work.
func (s *search) adds(a kg.Alternative) int {
	mark, total := len(s.journal), s.total
	s.take(a)
	s.follow()
	added := s.total - total
	s.undo(mark)
	return added
}
