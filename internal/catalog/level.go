package catalog

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
)

// Levels returns the named levels of the scale, lowest first.
func (c *Catalog) Levels(ctx context.Context) ([]competency.ScaleLevel, error) {
	s, err := c.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return s.graph.Catalog().Levels(), nil
}
