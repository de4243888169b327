package analysis

import (
	"cmp"
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// MapEdge is a prerequisite between two points of a map, by their places in the list of nodes.
type MapEdge struct {
	From, To int
	catalog.Prerequisite
	rows []int
}

// Rows returns the row of the edge in each layer between its ends.
func (e MapEdge) Rows(ctx context.Context) ([]int, error) { return catalog.ChargeItems(ctx, e.rows) }

// mapEdges collects the prerequisites between some points.
type mapEdges struct {
	graph *kg.Graph
	shown map[kg.Node]bool
	in    map[kg.Node][]kg.Node    // competency → the points in it that are shown
	found map[[2]kg.Node]int32     // by prerequisite and dependent, the edge that leads there
	ends  map[kg.Node][2][]kg.Node // competency → its first and last points
}

// maxEdgeTries bounds how often edges are found, the same ones counted again.
const maxEdgeTries = 20 * maxMapEdges

// findMapEdges returns the prerequisites between some points, at most one for two points, sorted
// by points. It returns false where they are more than a limit.
//
// An edge at a competency leads from the points in it on which no other in it rests, or to those
// that rest on no other in it: what lies in between follows. Multiplied out over all of them,
// edges would be quadratic in the points, and no picture would be readable. Edges between
// competencies that lie in each other lead to the same ends again and again: it gives up where
// these are very many, too.
func findMapEdges(g *kg.Graph, points []kg.Node, limit int) (ends [][2]kg.Node, edges []int32, ok bool) {
	m := &mapEdges{g, map[kg.Node]bool{}, map[kg.Node][]kg.Node{}, map[[2]kg.Node]int32{}, map[kg.Node][2][]kg.Node{}}
	for _, p := range points {
		m.shown[p] = true
		for a := range g.Ancestors(p) {
			m.in[a] = append(m.in[a], p)
		}
	}
	owners := slices.Clone(points)
	for c := range m.in {
		owners = append(owners, c)
	}
	tried := 0
	for _, owner := range owners {
		for _, e := range g.In(owner) {
			prerequisite, _ := g.Find(g.Catalog().Prerequisites[e].Prerequisite)
			for _, from := range m.endsOf(prerequisite)[1] {
				for _, to := range m.endsOf(owner)[0] {
					m.add([2]kg.Node{from, to}, e)
				}
				if tried += len(m.endsOf(owner)[0]); len(m.found) > limit || tried > maxEdgeTries {
					return nil, nil, false
				}
			}
		}
	}
	for pair := range m.found {
		ends = append(ends, pair)
	}
	slices.SortFunc(ends, func(a, b [2]kg.Node) int {
		return cmp.Or(cmp.Compare(g.Rank(a[0]), g.Rank(b[0])), cmp.Compare(g.Rank(a[1]), g.Rank(b[1])))
	})
	for _, pair := range ends {
		edges = append(edges, m.found[pair])
	}
	return ends, edges, true
}

// endsOf returns the points of a node that rest on no other point of it, and those that no other
// point of it rests on.
func (m *mapEdges) endsOf(n kg.Node) [2][]kg.Node {
	if m.graph.IsPoint(n) {
		if m.shown[n] {
			return [2][]kg.Node{{n}, {n}}
		}
		return [2][]kg.Node{}
	}
	if ends, known := m.ends[n]; known {
		return ends
	}
	points := m.in[n]
	inside := make(map[kg.Node]bool, len(points))
	for _, p := range points {
		inside[p] = true
	}
	var ends [2][]kg.Node
	restedOn := map[kg.Node]bool{}
	for _, p := range points {
		first := true
		for _, a := range m.graph.Needs(p) {
			if inside[a.Node] {
				first, restedOn[a.Node] = false, true
			}
		}
		if first {
			ends[0] = append(ends[0], p)
		}
	}
	for _, p := range points {
		if !restedOn[p] {
			ends[1] = append(ends[1], p)
		}
	}
	m.ends[n] = ends
	return ends
}

// add keeps the stronger of two edges with the same ends: HARD before SOFT, what leaves no
// choice before what does, the higher level, and then the first of the catalog.
func (m *mapEdges) add(ends [2]kg.Node, edge int32) {
	known, found := m.found[ends]
	if !found || m.compare(edge, known) < 0 {
		m.found[ends] = edge
	}
}

func (m *mapEdges) compare(a, b int32) int {
	edges := m.graph.Catalog().Prerequisites
	x, y := &edges[a], &edges[b]
	return cmp.Or(
		cmp.Compare(boolRank(x.Strength == competency.Soft), boolRank(y.Strength == competency.Soft)),
		cmp.Compare(boolRank(x.Clause != ""), boolRank(y.Clause != "")),
		cmp.Compare(levelOf(y), levelOf(x)), cmp.Compare(a, b))
}

// levelOf returns the mastery at which a prerequisite counts as satisfied.
func levelOf(e *competency.Prerequisite) float64 {
	return *cmp.Or(e.Level, new(competency.DefaultPrerequisiteLevel))
}

// boolRank puts false before true.
func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}
