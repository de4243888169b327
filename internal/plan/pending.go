// Package plan says what a person must learn for a position, and in which order.
//
// It tells the story in four sentences. Each requirement that is not mastered
// puts a need on its point. A pending point passes a need on to one alternative
// of each of its HARD clauses, the cheapest where there is a choice (pending.go).
// The points that are pending, with what they wait for, form a small network
// (network.go). Its steps are put into an order that closes weighted gap early,
// within a budget where there is one (order.go, budget.go).
//
// Everything here is pure: the same inputs give the same path, byte for byte.
// The cost follows the pending set, not the graph, and no memory is taken but for
// the result.
package plan

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sync"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// minutes makes a work of x minutes whole: at least one, halves up.
func minutes(x float64) int { return max(1, int(math.Floor(x+0.5+competency.Epsilon))) }

// search finds the pending set. Its arrays span the graph and are all zero
// between uses: what a search touched is on lists, and is wiped by them, so that
// nothing costs the size of the graph.
type search struct {
	g       *kg.Graph
	at      []standing // by point
	taken   []float64  // competency → θ up to which its points have their need
	passed  []bool     // owner → its Needs have been taken
	pending []kg.Node  // in the order of becoming so
	todo    []kg.Node  // pending points whose Needs have not been followed
	weighs  bool       // whether work is known, which only choices ask for
	total   int        // Σ work
	journal []change   // everything done, to be undone
	picks   []Choice   // the choices that were settled for good
	fixed   []Choice   // those that are given
	marks   []uint64   // a bit for each point, to sort the pending
	open    queue[kg.Node]
	trial   queue[kg.Node]
	blocked []bool // point → it cannot be learned; nil where nothing is excluded
}

// standing is how a person stands to a point. What is read together lies
// together: on a large graph a search waits for little but memory.
type standing struct {
	mastery float64 // 0 for none
	need    float64 // what is asked of it, 0 for nothing
	work    int32   // minutes of own work
	index   int32   // 1 + the vertex of what is pending, once that is known; before, -1 where there is a mastery
}

// Choice is a settled choice: of a clause, its own or one that it inherits, a
// point takes an alternative.
type Choice struct {
	Point  kg.Node
	Clause kg.Clause
	Taken  kg.Alternative
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

var searches = sync.Pool{New: func() any {
	s := new(search)
	s.open.before, s.trial.before = s.before, s.before
	return s
}}

// newSearch returns a search over a graph for somebody with these states.
func newSearch(g *kg.Graph, states []mastery.State) *search {
	s := searches.Get().(*search)
	s.g = g
	if n := g.Nodes(); len(s.taken) < n {
		s.at, s.taken, s.passed, s.marks = make([]standing, n), make([]float64, n), make([]bool, n), make([]uint64, n/64+1)
	}
	for _, st := range states {
		at := &s.at[st.Point]
		at.mastery, at.index = st.Mastery, -1
	}
	return s
}

// release wipes what the search touched and gives its memory back.
func (s *search) release(states []mastery.State) {
	for _, st := range states {
		s.at[st.Point] = standing{}
	}
	for _, p := range s.pending {
		s.at[p] = standing{}
	}
	for _, c := range s.journal {
		switch c.what {
		case changedTaken:
			s.taken[c.node] = 0
		case changedPassed:
			s.passed[c.node] = false
		}
	}
	s.blocked, s.fixed = nil, nil
	s.g, s.weighs, s.total, s.pending, s.journal, s.picks = nil, false, 0, s.pending[:0], s.journal[:0], s.picks[:0]
	searches.Put(s)
}

// run finds everything that is pending for the unmet requirements of a report.
func (s *search) run(report *gap.Report) {
	for i := range report.Gaps {
		if r := &report.Gaps[i]; (r.Status == gap.Below || r.Status == gap.Unassessed) && (s.blocked == nil || !s.blocked[r.Point]) {
			s.raise(r.Point, r.Level)
		}
	}
	s.follow()
	open := &s.open
	s.enlist(open, 0)
	if open.len() > 0 {
		s.weigh()
	}
	for open.len() > 0 {
		p := open.pop()
		for _, clause := range s.openClauses(p) {
			before := len(s.pending)
			alt := s.settle(p, clause)
			s.picks = append(s.picks, Choice{p, clause, alt})
			s.take(alt)
			s.follow()
			s.enlist(open, before)
		}
	}
}

// exclude blocks points, and whatever cannot be learned without them: what has a
// clause none of whose alternatives is left. It costs O(graph), and nothing where
// no point is excluded.
func (s *search) exclude(points []kg.Node) {
	if len(points) == 0 {
		return
	}
	s.blocked = make([]bool, s.g.Points())
	for _, p := range points {
		s.blocked[p] = true
	}
	for p := slices.Min(points); s.g.IsPoint(p); p++ { // what comes before has a lower number
		s.blocked[p] = s.blocked[p] || s.stuck(p)
	}
}

// stuck reports whether a clause of a point has no alternative left.
func (s *search) stuck(p kg.Node) bool {
	lost := func(a kg.Alternative) bool { return !s.left(a) }
	for owner := p; owner != kg.None; owner = s.g.Above(owner) {
		if slices.ContainsFunc(s.g.Needs(owner), lost) {
			return true
		}
		for _, c := range s.g.Choices(owner) {
			if !slices.ContainsFunc(c.Alternatives, s.left) {
				return true
			}
		}
	}
	return false
}

// left reports whether an alternative is mastered or can still be learned.
func (s *search) left(a kg.Alternative) bool {
	for _, m := range s.g.Members(a.Node) {
		if s.blocked[m] && !competency.AtLeast(s.at[m].mastery, a.Theta) {
			return false
		}
	}
	return true
}

// sort puts the pending points into topological order. Reading a bit for each
// point between the first and the last is much faster than comparing them.
func (s *search) sort() {
	first, last := len(s.marks), -1
	for _, p := range s.pending {
		word := int(p) / 64
		s.marks[word] |= 1 << (p % 64)
		first, last = min(first, word), max(last, word)
	}
	s.pending = s.pending[:0]
	for word := first; word <= last; word++ {
		for set := s.marks[word]; set != 0; set &= set - 1 {
			s.pending = append(s.pending, kg.Node(word*64+bits.TrailingZeros64(set)))
		}
		s.marks[word] = 0
	}
}

// before orders points whose choices are to be settled: the deepest first, ties by
// code. What a point chooses lies less deep than the point.
func (s *search) before(a, b kg.Node) bool {
	if da, db := s.g.Depth(a), s.g.Depth(b); da != db {
		return da > db
	}
	return s.g.Rank(a) < s.g.Rank(b)
}

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

// enlist puts the points that became pending since a mark, and have a choice,
// on an agenda.
func (s *search) enlist(open *queue[kg.Node], since int) {
	for _, p := range s.pending[since:] {
		for owner := p; owner != kg.None; owner = s.g.Above(owner) {
			if len(s.g.Choices(owner)) > 0 {
				open.push(p)
				break
			}
		}
	}
}
