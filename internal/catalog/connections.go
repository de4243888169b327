package catalog

import (
	"context"

	"github.com/zhitu/zhitu/internal/page"
)

// The pages and edges under the names that the schema gives them.
type (
	PositionConnection       = page.Page[Position]
	PositionEdge             = page.Edge[Position]
	CompetencyConnection     = page.Page[Competency]
	CompetencyEdge           = page.Edge[Competency]
	KnowledgePointConnection = page.Page[KnowledgePoint]
	KnowledgePointEdge       = page.Edge[KnowledgePoint]
	ResourceConnection       = page.Page[Resource]
	ResourceEdge             = page.Edge[Resource]
)

// pageRequest reads the arguments of a page, and takes the snapshot that it is of.
func (c *Catalog) pageRequest(ctx context.Context, first int, after *string) (*Snapshot, page.Request, error) {
	r, err := page.NewRequest(first, after)
	if err != nil {
		return nil, r, err
	}
	s, err := c.Snapshot(ctx)
	return s, r, err
}
