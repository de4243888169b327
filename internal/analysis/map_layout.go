package analysis

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/layout"
)

// What a map shows at most. A page draws as much in about a second.
const (
	maxMapPoints = 2_000
	maxMapEdges  = 10_000
	maxMapLanes  = 12 // where the tree of competencies allows it
)

// drawMap lays points out, which are given the nearest first, and describes each of them. It
// leaves out the farthest where there are too many of them, or too many edges between them.
func drawMap(s *catalog.Snapshot, nearest []kg.Node, describe func(kg.Node, *MapNode)) *KnowledgeMap {
	g := s.Graph()
	points := slices.Clone(nearest[:mapSize(g, nearest)])
	ends, edges, _ := findMapEdges(g, points, maxMapEdges)
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

// mapSize returns how many points a map has room for (bisection). It is all of them but in large
// catalogs.
func mapSize(g *kg.Graph, nearest []kg.Node) int {
	fits := func(n int) bool {
		_, _, ok := findMapEdges(g, nearest[:n], maxMapEdges)
		return ok
	}
	most := min(len(nearest), maxMapPoints)
	if fits(most) {
		return most
	}
	least := 0 // always fits
	for most-least > 1 {
		if middle := (least + most) / 2; fits(middle) {
			least = middle
		} else {
			most = middle
		}
	}
	return least
}

// mapLanes returns the competencies that have a lane, in tree order, and the lane of each point.
// A lane is that of the competency right above the point, or of one further above where there
// would be too many. Points without a competency come last, in the lane of None.
func mapLanes(g *kg.Graph, points []kg.Node) (lanes []kg.Node, laneOf []int) {
	above := make([][]kg.Node, len(points)) // the competencies above each point, from the top
	deepest := 0
	for i, p := range points {
		above[i] = slices.Collect(g.Ancestors(p))
		slices.Reverse(above[i])
		deepest = max(deepest, len(above[i])-1)
	}
	at := func(tier int) (lanes []kg.Node, laneOf []int) {
		chosen := make([]kg.Node, len(points))
		for i, list := range above {
			chosen[i] = kg.None
			if len(list) > 0 {
				chosen[i] = list[min(tier, len(list)-1)]
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
	lanes, laneOf = at(deepest)
	for tier := deepest - 1; tier >= 0 && len(lanes) > maxMapLanes; tier-- {
		fewer, fewerOf := at(tier)
		if len(fewer) == 1 { // a single lane says nothing
			break
		}
		lanes, laneOf = fewer, fewerOf
	}
	return lanes, laneOf
}
