package analysis

import (
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/workforce"
)

// Columns returns the columns as they are; nil where they are not read.
func (a *Analysis) Columns() *workforce.Columns {
	a.columns.mu.Lock()
	defer a.columns.mu.Unlock()
	if a.columns.columns == nil {
		return nil
	}
	return a.columns.columns.Columns
}

// DrawMap draws the map of some points, which are given the nearest first.
func DrawMap(s *catalog.Snapshot, nearest []kg.Node) *KnowledgeMap {
	return drawMap(s, nearest, func(kg.Node, *MapNode) {})
}

// The parts of maps.
var (
	FindMapEdges = findMapEdges
	MapLanes     = mapLanes
)

// MapLevels returns the points around some points, by the number of steps to them.
func MapLevels(g *kg.Graph, starts []kg.Node, steps int, soft, up bool) [][]kg.Node {
	if up {
		return newMapSearch(g, soft).dependents(starts, steps)
	}
	return newMapSearch(g, soft).prerequisites(starts, steps)
}
