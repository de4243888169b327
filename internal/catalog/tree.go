package catalog

import (
	"context"

	"github.com/zhitu/zhitu/internal/kg"
)

// CompetencyTreeNode is a competency at its place in the tree.
type CompetencyTreeNode struct {
	Competency Competency
	Depth      int // how many competencies are above it
}

// CompetencyTree returns all competencies in tree order (pre-order): each before those below
// it, siblings by code. It costs O(competencies).
func (c *Catalog) CompetencyTree(ctx context.Context) ([]CompetencyTreeNode, error) {
	s, err := c.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	top := s.graph.Points()
	nodes := make([]CompetencyTreeNode, s.graph.Nodes()-top)
	for i := range nodes { // they are numbered in this order
		n := kg.Node(top + i)
		nodes[i].Competency = s.Competency(n)
		if above := s.graph.Parent(n); above != kg.None {
			nodes[i].Depth = nodes[int(above)-top].Depth + 1
		}
	}
	return ChargeItems(ctx, nodes)
}
