package catalog

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
)

// Position is a position of one snapshot.
type Position struct {
	snapshot *Snapshot
	index    kg.Position
}

// PositionFilter selects positions; all that is given must hold.
type PositionFilter struct{ Text, Family, Grade *string }

// Position returns the position with a code.
func (c *Catalog) Position(ctx context.Context, code string) (*Position, error) {
	s, err := c.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return s.FindPosition(code)
}

// Positions returns a page of the positions, by code.
func (c *Catalog) Positions(ctx context.Context, first int, after *string, f *PositionFilter) (none PositionConnection, err error) {
	s, r, err := c.pageRequest(ctx, first, after)
	if err != nil {
		return none, err
	}
	if f == nil {
		f = &PositionFilter{}
	}
	records, index, matchesText := s.graph.Catalog().Positions, s.searchIndex(), textMatcher(f.Text)
	return page.Select(records, r, func(r *competency.Position) string { return r.Code },
		func(i int) bool {
			return equals(f.Family, records[i].Family) && equals(f.Grade, records[i].Grade) && matchesText(index.positions[i])
		},
		func(i int) Position { return s.Position(kg.Position(i)) }, Position.Code), nil
}

func (p Position) record() *competency.Position {
	return &p.snapshot.graph.Catalog().Positions[p.index]
}

// Index returns its place in the compiled graph.
func (p Position) Index() kg.Position { return p.index }

// ID returns the global id.
func (p Position) ID() string { return page.GlobalID("Position", p.Code()) }

// Code returns the business key.
func (p Position) Code() string { return p.record().Code }

// Name returns the name.
func (p Position) Name() string { return p.record().Name }

// NameEn returns the English name.
func (p Position) NameEn() *string { return optional.Of(p.record().NameEN) }

// NameIn returns the name for readers of a language.
func (p Position) NameIn(lang fault.Lang) string {
	return localName(lang, p.record().Name, p.record().NameEN)
}

// Family returns the family 序列.
func (p Position) Family() *string { return optional.Of(p.record().Family) }

// Grade returns the grade 职级.
func (p Position) Grade() *string { return optional.Of(p.record().Grade) }

// Description returns the description.
func (p Position) Description() *string { return optional.Of(p.record().Description) }

// Requirements returns what the position requires, as it was written.
func (p Position) Requirements(ctx context.Context) ([]Requirement, error) {
	written := p.snapshot.graph.StatedRequirements(p.index)
	requirements := make([]Requirement, len(written))
	for i, index := range written {
		requirements[i] = Requirement{p.snapshot, index}
	}
	return ChargeItems(ctx, requirements)
}

// RequiredPoints returns what the requirements come to, point by point.
func (p Position) RequiredPoints(ctx context.Context) ([]PointRequirement, error) {
	resolved := p.snapshot.graph.Requirements(p.index)
	points := make([]PointRequirement, len(resolved))
	for i, r := range resolved {
		points[i] = PointRequirement{p.snapshot.Point(r.Point), r.Level, r.Weight, r.Critical}
	}
	return ChargeItems(ctx, points)
}

// PointRequirement is what a position asks of one point after the most specific
// requirement has decided.
type PointRequirement struct {
	KnowledgePoint KnowledgePoint
	Level          float64
	Weight         float64
	Critical       bool
}
