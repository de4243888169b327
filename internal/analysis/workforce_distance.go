package analysis

import (
	"context"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/workforce"
)

// PositionDistance is how far it is from one position to another.
type PositionDistance struct {
	workforce.Distance
	From, To catalog.Position
	Revision int
}

// PositionDistance returns how far it is from one position to another.
func (a *Analysis) PositionDistance(ctx context.Context, from, to string) (*PositionDistance, error) {
	s, err := a.people.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.FindPosition(from)
	if err != nil {
		return nil, err
	}
	q, err := s.FindPosition(to)
	if err != nil {
		return nil, err
	}
	return &PositionDistance{workforce.PositionDistance(s.Graph(), p.Index(), q.Index()), *p, *q, int(s.Revision())}, nil
}
