package analysis

import (
	"cmp"
	"maps"
	"slices"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/layout"
)

// What a map shows at most. A page draws as much in about a second.
const (
	maxMapPoints = 2_000
	maxMapEdges  = 10_000
	maxMapLanes  = 12 // where the tree of competencies allows it, without a single lane
)

// drawMap lays points out, which are given the nearest first, and describes each of them. It
// leaves out the farthest where there are too many of them, or too many edges between them.
func drawMap(s *catalog.Snapshot, nearest []kg.Node, describe func(kg.Node, *MapNode)) *KnowledgeMap {
	g := s.Graph()
	points := slices.Clone(nearest[:min(len(nearest), maxMapPoints)])
	ends, edges, ok := findMapEdges(g, points, maxMapEdges)
	if !ok {
		points = points[:mostThatFit(g, points)]
		ends, edges, _ = findMapEdges(g, points, maxMapEdges)
	}
	slices.SortFunc(points, func(a, b kg.Node) int { return cmp.Compare(g.Rank(a), g.Rank(b)) })
	index := make(map[kg.Node]int, len(points))
	for i, p := range points {
		index[p] = i
	}
	lanes, laneOf := mapLanes(g, points)
	drawn := layout.Graph{Lanes: laneOf, Edges: make([]layout.Edge, len(ends))}
	for i, pair := range ends {
		drawn.Edges[i] = layout.Edge{From: index[pair[0]], To: index[pair[1]]}
	}
	l := layout.Compute(drawn)

	order := make([]int, len(points)) // of the nodes: by layer, and from top to bottom
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(l.Nodes[a].Layer, l.Nodes[b].Layer), cmp.Compare(l.Nodes[a].Row, l.Nodes[b].Row))
	})
	m := &KnowledgeMap{
		snapshot: s, Layers: l.Layers, Rows: l.Rows, Omitted: len(nearest) - len(points),
		Lanes: make([]MapLane, len(l.Lanes)), nodes: make([]MapNode, len(points)), edges: make([]MapEdge, len(ends)),
	}
	for i, lane := range l.Lanes {
		m.Lanes[i] = MapLane{Row: lane.Row, Rows: lane.Rows}
		if c := lanes[lane.Lane]; c != kg.None {
			m.Lanes[i].Competency = new(s.Competency(c))
		}
	}
	place := make([]int, len(points))
	for i, j := range order {
		place[j] = i
		m.nodes[i] = MapNode{KnowledgePoint: s.Point(points[j]), Layer: l.Nodes[j].Layer, Row: l.Nodes[j].Row}
		describe(points[j], &m.nodes[i])
	}
	for i, e := range drawn.Edges {
		m.edges[i] = MapEdge{place[e.From], place[e.To], s.Prerequisite(edges[i]), l.Edges[i]}
	}
	slices.SortFunc(m.edges, func(a, b MapEdge) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return m
}

// mostThatFit returns how many points a map has room for, of so many that their edges are too
// many (bisection).
func mostThatFit(g *kg.Graph, points []kg.Node) int {
	fit, tooMany := 0, len(points)
	for tooMany-fit > 1 {
		middle := (fit + tooMany) / 2
		if _, _, ok := findMapEdges(g, points[:middle], maxMapEdges); ok {
			fit = middle
		} else {
			tooMany = middle
		}
	}
	return fit
}

// mapLanes returns the competencies that have a lane, in tree order, and the lane of each point.
// A lane is that of the competency right above the point. Where there would be too many, those
// within one competency become one: first where they have the fewest points, and never all of
// them. Points without a competency come last, in the lane of None.
func mapLanes(g *kg.Graph, points []kg.Node) (lanes []kg.Node, laneOf []int) {
	shown, within := map[kg.Node]int{}, map[kg.Node]int{} // by competency, the points and the lanes in it
	own := map[kg.Node]bool{}
	for _, p := range points {
		for a := range g.Ancestors(p) {
			shown[a]++
			if !own[g.Parent(p)] {
				within[a]++
			}
		}
		own[g.Parent(p)] = true
	}
	smallest := slices.SortedFunc(maps.Keys(shown), func(a, b kg.Node) int { // what lies in another one before it
		return cmp.Or(cmp.Compare(shown[a], shown[b]), cmp.Compare(b, a))
	})
	joined, count := map[kg.Node]bool{}, len(own)
	for _, c := range smallest {
		saved := within[c] - 1
		if count <= maxMapLanes || saved == 0 || count-saved == 1 {
			continue
		}
		joined[c] = true
		count -= saved
		within[c] -= saved
		for a := range g.Ancestors(c) {
			within[a] -= saved
		}
	}
	chosen := make([]kg.Node, len(points))
	for i, p := range points {
		chosen[i] = g.Parent(p)
		for a := range g.Ancestors(p) {
			if joined[a] {
				chosen[i] = a // the highest one
			}
		}
	}
	lanes = slices.Clone(chosen)
	slices.SortFunc(lanes, func(a, b kg.Node) int { return cmp.Compare(uint32(a), uint32(b)) }) // None is the highest
	lanes = slices.Compact(lanes)
	index := make(map[kg.Node]int, len(lanes))
	for i, n := range lanes {
		index[n] = i
	}
	laneOf = make([]int, len(points))
	for i, n := range chosen {
		laneOf[i] = index[n]
	}
	return lanes, laneOf
}
