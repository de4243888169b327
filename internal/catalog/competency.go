package catalog

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
)

// Competency is a competency of one snapshot.
type Competency struct {
	snapshot *Snapshot
	node     kg.Node
}

// CompetencyFilter selects competencies; all that is given must hold. An empty
// Parent selects those at the top.
type CompetencyFilter struct{ Text, Parent *string }

// Competency returns the competency with a code.
func (c *Catalog) Competency(ctx context.Context, code string) (*Competency, error) {
	s, err := c.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return s.FindCompetency(code)
}

// Competencies returns a page of the competencies, by code.
func (c *Catalog) Competencies(ctx context.Context, first int, after *string, f *CompetencyFilter) (none CompetencyConnection, err error) {
	s, r, err := c.pageRequest(ctx, first, after)
	if err != nil {
		return none, err
	}
	if f == nil {
		f = &CompetencyFilter{}
	}
	records, index, matchesText := s.graph.Catalog().Competencies, s.searchIndex(), textMatcher(f.Text)
	return page.Select(records, r, func(r *competency.Competency) string { return r.Code },
		func(i int) bool { return equals(f.Parent, records[i].Parent) && matchesText(index.competencies[i]) },
		func(i int) Competency {
			n, _ := s.graph.Find(records[i].Code)
			return s.Competency(n)
		}, Competency.Code), nil
}

func (c Competency) record() *competency.Competency { return c.snapshot.graph.Competency(c.node) }

// Node returns its place in the compiled graph.
func (c Competency) Node() kg.Node { return c.node }

// ID returns the global id.
func (c Competency) ID() string { return page.GlobalID("Competency", c.Code()) }

// Code returns the business key.
func (c Competency) Code() string { return c.record().Code }

// Name returns the name.
func (c Competency) Name() string { return c.record().Name }

// NameIn returns the name in a language, if it has one.
func (c Competency) NameIn(lang fault.Lang) string {
	return localName(lang, c.record().Name, c.record().NameEN)
}

// NameEn returns the English name.
func (c Competency) NameEn() *string { return optional.Of(c.record().NameEN) }

// Description returns the description.
func (c Competency) Description() *string { return optional.Of(c.record().Description) }

// Parent returns the competency above, nil at the top.
func (c Competency) Parent() *Competency { return c.snapshot.parent(c.node) }

// Children returns the competencies right below, by code.
func (c Competency) Children() []Competency {
	children := []Competency{}
	for n := range c.snapshot.graph.Children(c.node) {
		children = append(children, c.snapshot.Competency(n))
	}
	return children
}

// KnowledgePoints returns the points right in it by code or, recursively, all
// that it contains in tree order.
func (c Competency) KnowledgePoints(ctx context.Context, recursive bool) ([]KnowledgePoint, error) {
	if recursive {
		return ChargeItems(ctx, c.snapshot.Points(c.snapshot.graph.Members(c.node)))
	}
	return ChargeItems(ctx, c.snapshot.Points(c.snapshot.graph.OwnPoints(c.node)))
}

// PointCount returns how many points it contains at any depth.
func (c Competency) PointCount() int { return len(c.snapshot.graph.Members(c.node)) }

// Prerequisites returns what must come before it, as it was written.
func (c Competency) Prerequisites(ctx context.Context) ([]Prerequisite, error) {
	return ChargeItems(ctx, c.snapshot.prerequisites(c.snapshot.graph.In(c.node)))
}

// Dependents returns what it must come before, as it was written.
func (c Competency) Dependents(ctx context.Context) ([]Prerequisite, error) {
	return ChargeItems(ctx, c.snapshot.prerequisites(c.snapshot.graph.Out(c.node)))
}

// RequiredBy returns the requirements on the competency itself.
func (c Competency) RequiredBy(ctx context.Context) ([]Requirement, error) {
	return ChargeItems(ctx, c.snapshot.requirements(c.node))
}

// contains reports whether a node lies in the competency, at any depth.
func (c Competency) contains(n kg.Node) bool {
	for a := range c.snapshot.graph.Ancestors(n) {
		if a == c.node {
			return true
		}
	}
	return false
}
