package catalog

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/optional"
)

// Level is a named level of the scale.
type Level struct{ competency.ScaleLevel }

// LabelEn returns the English label.
func (l Level) LabelEn() *string { return optional.Of(l.LabelEN) }

// Levels returns the named levels of the scale, lowest first.
func (c *Catalog) Levels(ctx context.Context) ([]Level, error) {
	s, err := c.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var levels []Level
	for _, l := range s.graph.Catalog().Levels() {
		levels = append(levels, Level{l})
	}
	return levels, nil
}
