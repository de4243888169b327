package analysis

import (
	"context"
	"math"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/people"
)

// KnowledgeMap is a part of the graph, laid out to be drawn: from what comes first on the
// left to what rests on it on the right.
type KnowledgeMap struct {
	Position *catalog.Position // nil where it is about none
	Focus    catalog.Learnable // nil where it is about a position
	Employee *people.Employee  // nil where it is about nobody
	Layers   int               // columns
	Rows     int               // of all lanes
	Omitted  int               // points that found no place
	Lanes    []MapLane         // from top to bottom
	snapshot *catalog.Snapshot
	nodes    []MapNode
	edges    []MapEdge
}

// MapLane is the band of rows of one competency, nil for points without one.
type MapLane struct {
	Competency *catalog.Competency
	Row, Rows  int
}

// MapNode is a point in its place. What is not known or not asked for is nil.
type MapNode struct {
	KnowledgePoint catalog.KnowledgePoint
	Layer, Row     int
	Required       *float64 // the level that the position requires
	Critical       bool
	Status         *gap.Status
	Mastery        *float64
	Current        *float64
	Need           *float64 // the mastery at which the point is not pending any more
	Next           bool     // whether a step of the path is for it, and waits for nothing
}

// maxMapSteps bounds how far a neighbourhood goes in each direction.
const maxMapSteps = 5

// Revision returns the revision that answers.
func (m *KnowledgeMap) Revision() int { return int(m.snapshot.Revision()) }

// Nodes returns the points by layer, and from top to bottom.
func (m *KnowledgeMap) Nodes(ctx context.Context) ([]MapNode, error) {
	return catalog.ChargeItems(ctx, m.nodes)
}

// Edges returns the prerequisites between the points, by their ends.
func (m *KnowledgeMap) Edges(ctx context.Context) ([]MapEdge, error) {
	return catalog.ChargeItems(ctx, m.edges)
}

// PositionMap draws what a position requires and what that rests on. For a person this is what
// they must learn for it, besides what is required; for nobody every HARD prerequisite.
func (a *Analysis) PositionMap(ctx context.Context, position string, employee *string, at *time.Time) (*KnowledgeMap, error) {
	if employee == nil {
		s, err := a.people.Snapshot(ctx)
		if err != nil {
			return nil, err
		}
		p, err := s.FindPosition(position)
		if err != nil {
			return nil, err
		}
		return newPositionView(s.Graph(), p.Index()).draw(s), nil
	}
	profile, err := a.people.LoadProfile(ctx, access.Learner, *employee)
	if err != nil {
		return nil, err
	}
	path, err := a.makePath(profile, position, a.timeOf(at), PathOptions{}, nil)
	if err != nil {
		return nil, err
	}
	view := newPositionView(path.snapshot.Graph(), path.position)
	view.addPath(path)
	m := view.draw(path.snapshot)
	m.Employee = new(path.Employee())
	return m, nil
}

// positionView says of each point what a position, and the path of a person, have to do with it.
type positionView struct {
	graph    *kg.Graph
	position kg.Position
	required map[kg.Node]kg.Requirement
	person   *personView          // nil for nobody
	needs    map[kg.Node]float64  // of the pending points
	next     map[kg.Node]struct{} // the points of the next steps
}

func newPositionView(g *kg.Graph, p kg.Position) *positionView {
	v := &positionView{graph: g, position: p, required: map[kg.Node]kg.Requirement{}}
	for _, r := range g.Requirements(p) {
		v.required[r.Point] = r
	}
	return v
}

func (v *positionView) draw(s *catalog.Snapshot) *KnowledgeMap {
	m := drawMap(s, v.points(), v.describe)
	m.Position = new(s.Position(v.position))
	return m
}

// addPath says what the path of a person to the position has to do with each point.
func (v *positionView) addPath(l *LearningPath) {
	v.person = newPersonView(l.states, l.at)
	v.needs, v.next = map[kg.Node]float64{}, map[kg.Node]struct{}{}
	pending := l.path.Pending
	for i := range pending.Len() {
		v.needs[pending.Point(i)] = pending.Need(i)
	}
	for _, step := range l.path.Next(len(l.path.Steps)) {
		v.next[step.Point] = struct{}{}
	}
}

// points returns what the map is about, the required points first, and then what is nearest to
// them.
func (v *positionView) points() []kg.Node {
	starts := make([]kg.Node, 0, len(v.required))
	for n := range v.required {
		starts = append(starts, n)
	}
	var points []kg.Node
	for _, level := range newMapSearch(v.graph, false).prerequisites(starts, math.MaxInt) {
		for _, n := range level {
			_, required := v.required[n]
			_, pending := v.needs[n]
			if required || pending || v.person == nil {
				points = append(points, n)
			}
		}
	}
	return points
}

func (v *positionView) describe(n kg.Node, node *MapNode) {
	r, required := v.required[n]
	if required {
		node.Required, node.Critical = &r.Level, r.Critical
	}
	if v.person == nil {
		return
	}
	level := r.Level
	if need, pending := v.needs[n]; pending {
		node.Need = &need
		if !required {
			level = need
		}
	}
	_, node.Next = v.next[n]
	v.person.describe(n, level, node)
}

// personView says of each point how a person stands to it.
type personView struct {
	states map[kg.Node]mastery.State
	at     time.Time
}

func newPersonView(states []mastery.State, at time.Time) *personView {
	v := &personView{make(map[kg.Node]mastery.State, len(states)), at}
	for _, s := range states {
		v.states[s.Point] = s
	}
	return v
}

func (v *personView) describe(n kg.Node, level float64, node *MapNode) {
	s, assessed := v.states[n]
	if !assessed {
		node.Status = new(gap.Unassessed)
		return
	}
	node.Status, node.Mastery, node.Current = new(gap.StatusOf(s, level, v.at)), &s.Mastery, new(s.Current(v.at))
}

// Neighbourhood draws a point, or the points of a competency, with what is so many steps before
// (down) and after (up) them. A step is a prerequisite of either strength.
func (a *Analysis) Neighbourhood(ctx context.Context, code string, up, down int, employee *string, at *time.Time) (*KnowledgeMap, error) {
	for _, steps := range []int{up, down} {
		if steps < 0 || steps > maxMapSteps {
			return nil, fault.New(fault.InvalidArgument, "up and down must be between 0 and %d, not %d", "up 和 down 须在 0 与 %d 之间，而不是 %d", maxMapSteps, steps)
		}
	}
	s, person, profile, err := a.readForMap(ctx, employee, at)
	if err != nil {
		return nil, err
	}
	focus, err := s.ResolveLearnable(code)
	if err != nil {
		return nil, err
	}
	starts := s.Graph().Members(focus.Node())
	before := newMapSearch(s.Graph(), true).prerequisites(starts, down)
	after := newMapSearch(s.Graph(), true).dependents(starts, up)
	m := drawMap(s, mergeLevels(before, after), func(n kg.Node, node *MapNode) {
		if person != nil {
			node.Need = new(competency.DefaultPrerequisiteLevel)
			person.describe(n, *node.Need, node)
		}
	})
	m.Focus = focus
	if profile != nil {
		m.Employee = new(profile.Employee())
	}
	return m, nil
}

// readForMap reads the person whom a map is about, which asks for permission, or the snapshot
// alone where it is about nobody.
func (a *Analysis) readForMap(ctx context.Context, employee *string, at *time.Time) (*catalog.Snapshot, *personView, *people.Profile, error) {
	if employee == nil {
		s, err := a.people.Snapshot(ctx)
		return s, nil, nil, err
	}
	profile, err := a.people.LoadProfile(ctx, access.Learner, *employee)
	if err != nil {
		return nil, nil, nil, err
	}
	return profile.Snapshot, newPersonView(profile.States(), a.timeOf(at)), profile, nil
}
