package plan

import (
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
)

// Beneath returns the points on whose mastery the paths towards some requirements rest: the
// required ones, and all HARD prerequisites at any depth, every alternative of them, in
// topological order. It costs O(nodes of the graph + what is beneath).
func Beneath(g *kg.Graph, required ...[]kg.Requirement) []kg.Node {
	seen := make([]bool, g.Nodes())
	var points []kg.Node
	reach := func(n kg.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, m := range g.Members(n) {
			if m == n || !seen[m] {
				seen[m] = true
				points = append(points, m)
			}
		}
	}
	for _, list := range required {
		for _, r := range list {
			reach(r.Point)
		}
	}
	owners := make([]bool, g.Nodes()) // whose prerequisites have been visited
	for i := 0; i < len(points); i++ {
		for owner := points[i]; owner != kg.None && !owners[owner]; owner = g.OwnerAbove(owner) {
			owners[owner] = true
			for _, a := range g.Needs(owner) {
				reach(a.Node)
			}
			for _, c := range g.Choices(owner) {
				for _, a := range c.Alternatives {
					reach(a.Node)
				}
			}
		}
	}
	slices.Sort(points)
	return points
}
