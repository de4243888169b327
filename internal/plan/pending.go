package plan

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// PendingSet is the pending set: the points that a person must learn for a position,
// with what each waits for. Points are addressed by index, in topological order.
//
// A chosen competency stays one junction, as in the graph. What waits for it points
// to it, and it points to its pending points.
type PendingSet struct {
	g       *kg.Graph
	report  *gap.Report
	points  []kg.Node       // ascending
	details []pendingDetail // by point

	// Vertices: the points, then the junctions.
	junctions []kg.Node
	hard      adjacency // vertex → the chosen prerequisites of a point, the points of a junction
	soft      adjacency // point → pending vertices of its SOFT prerequisites

	choices []Choice // in the order of being settled
}

// pendingDetail is what a person has and needs of a pending point.
type pendingDetail struct {
	need    float64
	mastery float64 // 0 for none
	gap     int32   // index of the point's requirement in report.Gaps, -1 for a foundation
	known   bool    // whether there is a mastery
}

// adjacency is a compressed sparse row: lists of vertices in one piece of memory.
type adjacency struct{ start, items []int32 }

func (l *adjacency) of(v int) []int32 { return l.items[l.start[v]:l.start[v+1]] }
func (l *adjacency) add(v int32)      { l.items = append(l.items, v) }
func (l *adjacency) endList()         { l.start = append(l.start, int32(len(l.items))) }

// NewPendingSet finds what must be learned for the requirements that are BELOW or
// UNASSESSED in a report. Excluded points, and what cannot be learned without them,
// are left out; fixed choices are taken as given. At most one state per point is
// read. The cost follows the pending set and what is tried for its choices.
func NewPendingSet(g *kg.Graph, states []mastery.State, report *gap.Report, exclude []kg.Node, fixed []Choice) *PendingSet {
	s := newSearch(g, states)
	defer s.release(states)
	s.excludePoints(exclude)
	s.given = fixed
	s.findPending(report)

	s.sortPending()
	n := len(s.pending)
	p := &PendingSet{g: g, report: report, points: slices.Clone(s.pending), details: make([]pendingDetail, n)}
	for i, point := range p.points {
		state := &s.points[point]
		p.details[i] = pendingDetail{need: state.need, mastery: state.mastery, gap: -1, known: state.index < 0}
		state.index = int32(i) + 1
	}
	for i := range report.Gaps {
		if j := s.points[report.Gaps[i].Point].index; j > 0 {
			p.details[j-1].gap = int32(i)
		}
	}
	p.choices = slices.Clone(s.settled)
	p.linkPrerequisites(s)
	return p
}

// linkPrerequisites records what every point waits for.
func (p *PendingSet) linkPrerequisites(s *search) {
	slices.SortStableFunc(s.settled, func(a, b Choice) int { return cmp.Compare(a.Point, b.Point) })
	settled := s.settled
	p.hard.start, p.soft.start = make([]int32, 1, len(p.points)+1), make([]int32, 1, len(p.points)+1)
	p.hard.items = make([]int32, 0, 3*len(p.points))
	for _, point := range p.points {
		for owner := point; owner != kg.None; owner = p.g.OwnerAbove(owner) {
			for _, a := range p.g.Needs(owner) {
				if !p.g.IsPoint(a.Node) {
					p.addPrerequisite(s, a)
				} else if state := &s.points[a.Node]; !competency.AtLeast(state.mastery, a.Theta) { // inlined satisfied
					p.hard.add(state.index - 1)
				}
			}
			for _, n := range p.g.Soft(owner) {
				if !p.g.IsPoint(n) {
					p.soft.add(p.junctionVertex(s, n))
				} else if i := s.points[n].index; i > 0 {
					p.soft.add(i - 1)
				}
			}
		}
		for ; len(settled) > 0 && settled[0].Point == point; settled = settled[1:] {
			p.addPrerequisite(s, settled[0].Taken)
		}
		p.hard.endList()
		p.soft.endList()
	}
	for _, n := range p.junctions {
		for _, m := range p.g.Members(n) {
			if i := s.points[m].index; i > 0 {
				p.hard.add(i - 1)
			}
		}
		p.hard.endList()
		s.points[n].index = 0
	}
}

// addPrerequisite adds an alternative to what a point waits for, unless it is
// satisfied.
func (p *PendingSet) addPrerequisite(s *search, a kg.Alternative) {
	switch {
	case s.satisfied(a):
	case p.g.IsPoint(a.Node): // pending, since it was taken
		p.hard.add(s.points[a.Node].index - 1)
	default:
		p.hard.add(p.junctionVertex(s, a.Node))
	}
}

// junctionVertex returns the vertex of a competency, and adds it where it is new.
func (p *PendingSet) junctionVertex(s *search, n kg.Node) int32 {
	state := &s.points[n]
	if state.index == 0 {
		p.junctions = append(p.junctions, n)
		state.index = int32(len(p.points) + len(p.junctions))
	}
	return state.index - 1
}

// vertexCount returns how many points and junctions there are.
func (p *PendingSet) vertexCount() int { return len(p.points) + len(p.junctions) }

// Len returns how many points are pending.
func (p *PendingSet) Len() int { return len(p.points) }

// Point returns the point at an index.
func (p *PendingSet) Point(i int) kg.Node { return p.points[i] }

// Need returns the mastery that is needed of a point.
func (p *PendingSet) Need(i int) float64 { return p.details[i].need }

// Mastery returns the mastery of a point, and whether there is any evidence.
func (p *PendingSet) Mastery(i int) (float64, bool) { return p.details[i].mastery, p.details[i].known }

// Required reports whether the position itself requires a point. The others are
// foundations.
func (p *PendingSet) Required(i int) bool { return p.details[i].gap >= 0 }

// Choices returns the choices that were settled, in that order.
func (p *PendingSet) Choices() []Choice { return p.choices }

// index finds a point among the pending.
func (p *PendingSet) index(point kg.Node) (int, bool) { return slices.BinarySearch(p.points, point) }

// isUnmet reports whether a point is pending for a requirement on itself.
func (p *PendingSet) isUnmet(i int) bool {
	r := p.requirement(i)
	return r != nil && (r.Status == gap.Below || r.Status == gap.Unassessed)
}

// requirement returns the requirement on a point itself, nil for a foundation.
func (p *PendingSet) requirement(i int) *gap.Gap {
	if p.details[i].gap < 0 {
		return nil
	}
	return &p.report.Gaps[p.details[i].gap]
}

// WaitsFor returns the pending points of what a point chose, by code.
func (p *PendingSet) WaitsFor(i int) []kg.Node {
	var points []kg.Node
	for _, v := range p.hard.of(i) {
		if int(v) < len(p.points) {
			points = append(points, p.points[v])
			continue
		}
		for _, m := range p.hard.of(int(v)) {
			points = append(points, p.points[m])
		}
	}
	p.sortByCode(points)
	return slices.Compact(points)
}

func (p *PendingSet) sortByCode(points []kg.Node) {
	slices.SortFunc(points, func(a, b kg.Node) int { return cmp.Compare(p.g.Rank(a), p.g.Rank(b)) })
}
