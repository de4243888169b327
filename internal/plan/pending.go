package plan

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Pending is the set of points that a person must learn for a position, with
// what each waits for. A point is known by its index, in topological order.
//
// A chosen competency stays one junction here as in the graph: what waits for
// it points to it, and it points to its pending points.
type Pending struct {
	g      *kg.Graph
	report *gap.Report
	points []kg.Node // ascending
	wants  []want    // point → what is wanted of it

	// Vertices: the points, then the junctions.
	junctions []kg.Node
	hard      lists // vertex → the chosen prerequisites of a point, the points of a junction
	soft      lists // point → pending vertices of its SOFT prerequisites

	choices []Choice // in the order of being settled
}

// want is what a person has and needs of a point.
type want struct {
	need    float64
	mastery float64 // 0 for none
	gap     int32   // index of the point's requirement in report.Gaps, -1 for a foundation
	known   bool    // whether there is a mastery at all
}

// lists is a list of lists of vertices in one piece of memory.
type lists struct{ start, items []int32 }

func (l *lists) of(v int) []int32 { return l.items[l.start[v]:l.start[v+1]] }
func (l *lists) add(v int32)      { l.items = append(l.items, v) }
func (l *lists) close()           { l.start = append(l.start, int32(len(l.items))) }

// NewPending finds what must be learned to meet the requirements that a report
// finds BELOW or UNASSESSED, as far as that can be learned without the excluded
// points, and with some choices given.
func NewPending(g *kg.Graph, states []mastery.State, report *gap.Report, exclude []kg.Node, fixed []Choice) *Pending {
	s := newSearch(g, states)
	defer s.release(states)
	s.exclude(exclude)
	s.fixed = fixed
	s.run(report)

	s.sort()
	n := len(s.pending)
	p := &Pending{g: g, report: report, points: slices.Clone(s.pending), wants: make([]want, n)}
	for i, point := range p.points {
		at := &s.at[point]
		p.wants[i] = want{need: at.need, mastery: at.mastery, gap: -1, known: at.index < 0}
		at.index = int32(i) + 1
	}
	for i := range report.Gaps {
		if j := s.at[report.Gaps[i].Point].index; j > 0 {
			p.wants[j-1].gap = int32(i)
		}
	}
	p.choices = slices.Clone(s.picks)
	p.link(s)
	return p
}

// link records what every point waits for.
func (p *Pending) link(s *search) {
	slices.SortStableFunc(s.picks, func(a, b Choice) int { return cmp.Compare(a.Point, b.Point) })
	picks := s.picks
	p.hard.start, p.soft.start = make([]int32, 1, len(p.points)+1), make([]int32, 1, len(p.points)+1)
	p.hard.items = make([]int32, 0, 3*len(p.points))
	for _, point := range p.points {
		for owner := point; owner != kg.None; owner = p.g.Above(owner) {
			for _, a := range p.g.Needs(owner) {
				if !p.g.IsPoint(a.Node) {
					p.wait(s, a)
				} else if at := &s.at[a.Node]; !competency.AtLeast(at.mastery, a.Theta) { // the same, without a call
					p.hard.add(at.index - 1)
				}
			}
			for _, n := range p.g.Soft(owner) {
				if !p.g.IsPoint(n) {
					p.soft.add(p.junction(s, n))
				} else if i := s.at[n].index; i > 0 {
					p.soft.add(i - 1)
				}
			}
		}
		for ; len(picks) > 0 && picks[0].Point == point; picks = picks[1:] {
			p.wait(s, picks[0].Taken)
		}
		p.hard.close()
		p.soft.close()
	}
	for _, n := range p.junctions {
		for _, m := range p.g.Members(n) {
			if i := s.at[m].index; i > 0 {
				p.hard.add(i - 1)
			}
		}
		p.hard.close()
		s.at[n].index = 0
	}
}

// wait adds what a point waits for in an alternative, if that is not mastered.
func (p *Pending) wait(s *search, a kg.Alternative) {
	switch {
	case s.satisfied(a):
	case p.g.IsPoint(a.Node): // pending, since it was taken
		p.hard.add(s.at[a.Node].index - 1)
	default:
		p.hard.add(p.junction(s, a.Node))
	}
}

// junction returns the vertex of a competency.
func (p *Pending) junction(s *search, n kg.Node) int32 {
	at := &s.at[n]
	if at.index == 0 {
		p.junctions = append(p.junctions, n)
		at.index = int32(len(p.points) + len(p.junctions))
	}
	return at.index - 1
}

// vertices returns how many points and junctions there are.
func (p *Pending) vertices() int { return len(p.points) + len(p.junctions) }

// Len returns how many points are pending.
func (p *Pending) Len() int { return len(p.points) }

// Point returns the point at an index.
func (p *Pending) Point(i int) kg.Node { return p.points[i] }

// Need returns the mastery that is asked of a point.
func (p *Pending) Need(i int) float64 { return p.wants[i].need }

// Mastery returns the mastery of a point, and whether there is any evidence.
func (p *Pending) Mastery(i int) (float64, bool) { return p.wants[i].mastery, p.wants[i].known }

// Required reports whether the position itself requires a point. Those that it
// does not are foundations.
func (p *Pending) Required(i int) bool { return p.wants[i].gap >= 0 }

// Choices returns the choices that were settled, in that order.
func (p *Pending) Choices() []Choice { return p.choices }

// index finds a point among the pending.
func (p *Pending) index(point kg.Node) (int, bool) { return slices.BinarySearch(p.points, point) }

// wanted reports whether a point is pending for a requirement on itself.
func (p *Pending) wanted(i int) bool {
	r := p.requirement(i)
	return r != nil && (r.Status == gap.Below || r.Status == gap.Unassessed)
}

// requirement returns the requirement on a point itself, nil for a foundation.
func (p *Pending) requirement(i int) *gap.Gap {
	if p.wants[i].gap < 0 {
		return nil
	}
	return &p.report.Gaps[p.wants[i].gap]
}

// WaitsFor returns the pending points of what a point chose, by code.
func (p *Pending) WaitsFor(i int) []kg.Node {
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

func (p *Pending) sortByCode(points []kg.Node) {
	slices.SortFunc(points, func(a, b kg.Node) int { return cmp.Compare(p.g.Rank(a), p.g.Rank(b)) })
}
