package service

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
)

// Position is a position of one edition.
type Position struct {
	e  *edition
	at kg.Position
}

// PositionFilter selects positions; all that is given must hold.
type PositionFilter struct{ Text, Family, Grade *string }

// Position returns the position with a code.
func (s *Service) Position(ctx context.Context, code string) (*Position, error) {
	e, err := s.edition(ctx)
	if err != nil {
		return nil, err
	}
	return e.position(code)
}

func (e *edition) position(code string) (*Position, error) {
	at, ok := e.graph.FindPosition(competency.Code(code))
	if !ok {
		return nil, notFound("position", "岗位", code)
	}
	return &Position{e, at}, nil
}

// Positions returns a page of the positions, by code.
func (s *Service) Positions(ctx context.Context, first int, after *string, f *PositionFilter) (none Page[Position], err error) {
	e, p, err := s.list(ctx, first, after)
	if err != nil {
		return none, err
	}
	if f == nil {
		f = &PositionFilter{}
	}
	records, index, matches := e.graph.Catalog().Positions, e.index(), matcher(f.Text)
	return paginate(records, p, func(r *competency.Position) string { return r.Code },
		func(i int) bool {
			return is(f.Family, records[i].Family) && is(f.Grade, records[i].Grade) && matches(index.positions[i])
		},
		func(i int) Position { return Position{e, kg.Position(i)} }, Position.Code), nil
}

func (p Position) record() *competency.Position { return &p.e.graph.Catalog().Positions[p.at] }

// ID returns the global id.
func (p Position) ID() string { return globalID("Position", p.Code()) }

// Code returns the business key.
func (p Position) Code() string { return p.record().Code }

// Name returns the name.
func (p Position) Name() string { return p.record().Name }

// NameEn returns the English name.
func (p Position) NameEn() *string { return optional(p.record().NameEN) }

// NameIn returns the name for readers of a language.
func (p Position) NameIn(lang fault.Lang) string {
	return nameIn(lang, p.record().Name, p.record().NameEN)
}

// Family returns the family 序列.
func (p Position) Family() *string { return optional(p.record().Family) }

// Grade returns the grade 职级.
func (p Position) Grade() *string { return optional(p.record().Grade) }

// Description returns the description.
func (p Position) Description() *string { return optional(p.record().Description) }

// Requirements returns what the position requires, as it was written.
func (p Position) Requirements(ctx context.Context) ([]Requirement, error) {
	written := p.e.graph.Written(p.at)
	requirements := make([]Requirement, len(written))
	for i, at := range written {
		requirements[i] = Requirement{p.e, at}
	}
	return listed(ctx, requirements)
}

// RequiredPoints returns what the requirements come to, point by point.
func (p Position) RequiredPoints(ctx context.Context) ([]PointRequirement, error) {
	resolved := p.e.graph.Requirements(p.at)
	points := make([]PointRequirement, len(resolved))
	for i, r := range resolved {
		points[i] = PointRequirement{KnowledgePoint{p.e, r.Point}, r.Level, r.Weight, r.Critical}
	}
	return listed(ctx, points)
}

// PointRequirement is what a position asks of one point after the most specific
// requirement has decided.
type PointRequirement struct {
	KnowledgePoint KnowledgePoint
	Level          float64
	Weight         float64
	Critical       bool
}

// Requirement is a requirement as it was written.
type Requirement struct {
	e  *edition
	at int32
}

func (r Requirement) record() *competency.Requirement { return &r.e.graph.Catalog().Requirements[r.at] }

// Position returns who requires.
func (r Requirement) Position() (*Position, error) { return r.e.position(r.record().Position) }

// Target returns what is required.
func (r Requirement) Target() Learnable {
	l, _ := r.e.learnable(r.record().Target)
	return l
}

// Level returns the level in (0,1].
func (r Requirement) Level() float64 { return *r.record().Level }

// Weight returns the weight, above 0.
func (r Requirement) Weight() float64 { return *r.record().Weight }

// Critical reports whether nobody is ready without it.
func (r Requirement) Critical() bool { return *r.record().Critical }
