package service

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// Competency is a competency of one edition.
type Competency struct {
	e    *edition
	node kg.Node
}

// CompetencyFilter selects competencies; all that is given must hold. An empty
// Parent selects those at the top.
type CompetencyFilter struct{ Text, Parent *string }

// Competency returns the competency with a code.
func (s *Service) Competency(ctx context.Context, code string) (*Competency, error) {
	e, err := s.edition(ctx)
	if err != nil {
		return nil, err
	}
	if l, ok := e.learnable(code); ok {
		if c, ok := l.(Competency); ok {
			return &c, nil
		}
	}
	return nil, notFound("competency", "能力项", code)
}

// Competencies returns a page of the competencies, by code.
func (s *Service) Competencies(ctx context.Context, first int, after *string, f *CompetencyFilter) (none Page[Competency], err error) {
	e, p, err := s.list(ctx, first, after)
	if err != nil {
		return none, err
	}
	if f == nil {
		f = &CompetencyFilter{}
	}
	records, index, matches := e.graph.Catalog().Competencies, e.index(), matcher(f.Text)
	return paginate(records, p, func(r *competency.Competency) string { return r.Code },
		func(i int) bool { return is(f.Parent, records[i].Parent) && matches(index.competencies[i]) },
		func(i int) Competency {
			n, _ := e.graph.Find(records[i].Code)
			return Competency{e, n}
		}, Competency.Code), nil
}

func (c Competency) record() *competency.Competency { return c.e.graph.Competency(c.node) }

// ID returns the global id.
func (c Competency) ID() string { return globalID("Competency", c.Code()) }

// Code returns the business key.
func (c Competency) Code() string { return c.record().Code }

// Name returns the name.
func (c Competency) Name() string { return c.record().Name }

// NameEn returns the English name.
func (c Competency) NameEn() *string { return optional(c.record().NameEN) }

// Description returns the description.
func (c Competency) Description() *string { return optional(c.record().Description) }

// Parent returns the competency above, nil at the top.
func (c Competency) Parent() *Competency { return c.e.competency(c.e.graph.Parent(c.node)) }

// Children returns the competencies right below, by code.
func (c Competency) Children() []Competency {
	children := []Competency{}
	for n := range c.e.graph.Children(c.node) {
		children = append(children, Competency{c.e, n})
	}
	return children
}

// KnowledgePoints returns the points right in it by code or, recursively, all
// that it contains in tree order.
func (c Competency) KnowledgePoints(ctx context.Context, recursive bool) ([]KnowledgePoint, error) {
	if recursive {
		return listed(ctx, c.e.points(c.e.graph.Members(c.node)))
	}
	return listed(ctx, c.e.points(c.e.graph.OwnPoints(c.node)))
}

// PointCount returns how many points it contains at any depth.
func (c Competency) PointCount() int { return len(c.e.graph.Members(c.node)) }

// Prerequisites returns what must come before it, as it was written.
func (c Competency) Prerequisites(ctx context.Context) ([]Prerequisite, error) {
	return listed(ctx, c.e.prerequisites(c.e.graph.In(c.node)))
}

// Dependents returns what it must come before, as it was written.
func (c Competency) Dependents(ctx context.Context) ([]Prerequisite, error) {
	return listed(ctx, c.e.prerequisites(c.e.graph.Out(c.node)))
}

// RequiredBy returns the requirements on the competency itself.
func (c Competency) RequiredBy(ctx context.Context) ([]Requirement, error) {
	return listed(ctx, c.e.requirements(c.node))
}

func (e *edition) competency(n kg.Node) *Competency {
	if n == kg.None {
		return nil
	}
	return &Competency{e, n}
}
