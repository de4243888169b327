package plan

import (
	"math/bits"
	"sync"

	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

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

// before orders points whose choices are to be settled: the deepest first, ties by
// code. What a point chooses lies less deep than the point.
func (s *search) before(a, b kg.Node) bool {
	if da, db := s.g.Depth(a), s.g.Depth(b); da != db {
		return da > db
	}
	return s.g.Rank(a) < s.g.Rank(b)
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
