package plan

import (
	"math/bits"
	"sync"

	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// search finds the pending set. Its arrays span the graph and are all zero between
// uses. What a search touched is on lists and is cleared by them, so a search never
// costs the size of the graph.
type search struct {
	g              *kg.Graph
	points         []pointState // by point; of a competency only index is used
	takenTheta     []float64    // competency → θ up to which its points have their need
	propagated     []bool       // owner → its Needs have been taken
	pending        []kg.Node    // in the order of becoming pending
	unpropagated   []kg.Node    // pending points whose Needs have not been taken
	tracksWork     bool         // whether work is known, which only choices need
	totalWork      int          // Σ work
	journal        []journalEntry
	settled        []Choice // in the order of being settled
	given          []Choice // fixed by the caller
	bitmap         []uint64 // a bit for each point, to sort the pending
	undecided      queue[kg.Node]
	trialUndecided queue[kg.Node]
	unlearnable    []bool // by point; nil where nothing is excluded
}

// pointState is the state of a point in a search. What is read together lies
// together: on a large graph a search mostly waits for memory.
type pointState struct {
	mastery float64 // 0 for none
	need    float64 // mastery that is needed, 0 for none
	work    int32   // minutes of own work
	index   int32   // 1 + the vertex of a pending point, once numbered; before, -1 where there is a mastery
}

var searches = sync.Pool{New: func() any {
	s := new(search)
	s.undecided.before, s.trialUndecided.before = s.decidesBefore, s.decidesBefore
	return s
}}

// newSearch returns a search over a graph for a person with these states.
func newSearch(g *kg.Graph, states []mastery.State) *search {
	s := searches.Get().(*search)
	s.g = g
	if n := g.Nodes(); len(s.takenTheta) < n {
		s.points, s.takenTheta, s.propagated, s.bitmap = make([]pointState, n), make([]float64, n), make([]bool, n), make([]uint64, n/64+1)
	}
	for _, m := range states {
		state := &s.points[m.Point]
		state.mastery, state.index = m.Mastery, -1
	}
	return s
}

// release clears what the search touched and returns its memory to the pool.
func (s *search) release(states []mastery.State) {
	for _, m := range states {
		s.points[m.Point] = pointState{}
	}
	for _, p := range s.pending {
		s.points[p] = pointState{}
	}
	for _, c := range s.journal {
		switch c.kind {
		case thetaTaken:
			s.takenTheta[c.node] = 0
		case ownerPropagated:
			s.propagated[c.node] = false
		}
	}
	s.unlearnable, s.given = nil, nil
	s.g, s.tracksWork, s.totalWork, s.pending, s.journal, s.settled = nil, false, 0, s.pending[:0], s.journal[:0], s.settled[:0]
	searches.Put(s)
}

// findPending finds everything that is pending for the unmet requirements of a report.
func (s *search) findPending(report *gap.Report) {
	for i := range report.Gaps {
		if r := &report.Gaps[i]; (r.Status == gap.Below || r.Status == gap.Unassessed) && (s.unlearnable == nil || !s.unlearnable[r.Point]) {
			s.raiseNeed(r.Point, r.Level)
		}
	}
	s.settleChoices()
}

// settleChoices finds what follows from the needs so far: first everything that leaves no
// choice, then one choice after the other.
func (s *search) settleChoices() {
	s.propagate()
	undecided := &s.undecided
	s.pushUndecided(undecided, 0)
	if undecided.len() > 0 {
		s.trackWork()
	}
	for undecided.len() > 0 {
		p := undecided.pop()
		for _, clause := range s.openClauses(p) {
			before := len(s.pending)
			alt := s.chooseAlternative(p, clause)
			s.settled = append(s.settled, Choice{p, clause, alt})
			s.take(alt)
			s.propagate()
			s.pushUndecided(undecided, before)
		}
	}
}

// pushUndecided queues the points that became pending since a mark and have a
// choice.
func (s *search) pushUndecided(undecided *queue[kg.Node], since int) {
	for _, p := range s.pending[since:] {
		for owner := p; owner != kg.None; owner = s.g.OwnerAbove(owner) {
			if len(s.g.Choices(owner)) > 0 {
				undecided.push(p)
				break
			}
		}
	}
}

// decidesBefore orders points whose choices are to be settled: the deepest first, ties by
// code. What a point chooses lies less deep than the point.
func (s *search) decidesBefore(a, b kg.Node) bool {
	if da, db := s.g.Depth(a), s.g.Depth(b); da != db {
		return da > db
	}
	return s.g.Rank(a) < s.g.Rank(b)
}

// sortPending puts the pending points into topological order by a bitmap, which is
// much faster than comparing them.
func (s *search) sortPending() {
	first, last := len(s.bitmap), -1
	for _, p := range s.pending {
		word := int(p) / 64
		s.bitmap[word] |= 1 << (p % 64)
		first, last = min(first, word), max(last, word)
	}
	s.pending = s.pending[:0]
	for word := first; word <= last; word++ {
		for set := s.bitmap[word]; set != 0; set &= set - 1 {
			s.pending = append(s.pending, kg.Node(word*64+bits.TrailingZeros64(set)))
		}
		s.bitmap[word] = 0
	}
}
