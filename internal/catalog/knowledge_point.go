package catalog

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/search"
)

// KnowledgePoint is a point of one snapshot.
type KnowledgePoint struct {
	snapshot *Snapshot
	node     kg.Node
}

// KnowledgePointFilter selects points; all that is given must hold. Competency
// selects what it contains at any depth.
type KnowledgePointFilter struct {
	Text, Competency, Tag *string
	Kind                  *competency.Kind
	Nature                *competency.Nature
}

// KnowledgePoint returns the point with a code.
func (c *Catalog) KnowledgePoint(ctx context.Context, code string) (*KnowledgePoint, error) {
	s, err := c.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return s.FindKnowledgePoint(code)
}

// KnowledgePoints returns a page of the points, by code.
func (c *Catalog) KnowledgePoints(ctx context.Context, first int, after *string, f *KnowledgePointFilter) (none KnowledgePointConnection, err error) {
	s, r, err := c.pageRequest(ctx, first, after)
	if err != nil {
		return none, err
	}
	if f == nil {
		f = &KnowledgePointFilter{}
	}
	inside := func(kg.Node) bool { return true }
	if f.Competency != nil {
		within, err := s.FindCompetency(*f.Competency)
		if err != nil {
			return none, err
		}
		inside = within.contains
	}
	records, index, matchesText := s.graph.Catalog().KnowledgePoints, s.searchIndex(), textMatcher(f.Text)
	return page.Select(records, r, func(r *competency.KnowledgePoint) string { return r.Code },
		func(i int) bool {
			r := &records[i]
			return equals(f.Kind, r.Kind) && equals(f.Nature, r.Nature) && (f.Tag == nil || hasTag(r.Tags, *f.Tag)) &&
				matchesText(index.points[i]) && inside(s.graph.PointAt(i))
		},
		func(i int) KnowledgePoint { return s.Point(s.graph.PointAt(i)) }, KnowledgePoint.Code), nil
}

func hasTag(tags []string, tag string) bool {
	want := search.Fold(tag)
	return slices.ContainsFunc(tags, func(t string) bool { return search.Fold(t) == want })
}

func (k KnowledgePoint) record() *competency.KnowledgePoint { return k.snapshot.graph.Point(k.node) }

// Node returns its place in the compiled graph.
func (k KnowledgePoint) Node() kg.Node { return k.node }

// ID returns the global id.
func (k KnowledgePoint) ID() string { return page.GlobalID("KnowledgePoint", k.Code()) }

// Code returns the business key.
func (k KnowledgePoint) Code() string { return k.record().Code }

// Name returns the name.
func (k KnowledgePoint) Name() string { return k.record().Name }

// NameEn returns the English name.
func (k KnowledgePoint) NameEn() *string { return optional.Of(k.record().NameEN) }

// NameIn returns the name for readers of a language.
func (k KnowledgePoint) NameIn(lang fault.Lang) string {
	return localName(lang, k.record().Name, k.record().NameEN)
}

// Kind returns whether it is knowledge or a skill.
func (k KnowledgePoint) Kind() competency.Kind { return k.record().Kind }

// Nature returns whether it is procedural or creative.
func (k KnowledgePoint) Nature() competency.Nature { return k.record().Nature }

// Minutes returns the minutes to learn it from nothing, nil where unknown.
func (k KnowledgePoint) Minutes() *int { return k.record().Minutes }

// Difficulty returns the difficulty, nil where unknown.
func (k KnowledgePoint) Difficulty() *float64 { return k.record().Difficulty }

// Tags returns the tags.
func (k KnowledgePoint) Tags() []string { return k.record().Tags }

// Description returns the description.
func (k KnowledgePoint) Description() *string { return optional.Of(k.record().Description) }

// Competency returns the competency that contains it, if any.
func (k KnowledgePoint) Competency() *Competency { return k.snapshot.parent(k.node) }

// Depth returns the length of the longest chain of HARD prerequisites beneath.
func (k KnowledgePoint) Depth() int { return int(k.snapshot.graph.Depth(k.node)) }

// Prerequisites returns the edges into the point or, if inherited, also those
// into the competencies above it.
func (k KnowledgePoint) Prerequisites(ctx context.Context, inherited bool) ([]Prerequisite, error) {
	edges := k.snapshot.prerequisites(k.snapshot.graph.In(k.node))
	if inherited {
		for a := range k.snapshot.graph.Ancestors(k.node) {
			edges = append(edges, k.snapshot.prerequisites(k.snapshot.graph.In(a))...)
		}
	}
	return ChargeItems(ctx, edges)
}

// Dependents returns the edges out of the point.
func (k KnowledgePoint) Dependents(ctx context.Context) ([]Prerequisite, error) {
	return ChargeItems(ctx, k.snapshot.prerequisites(k.snapshot.graph.Out(k.node)))
}

// Related returns the related points, by code.
func (k KnowledgePoint) Related() []KnowledgePoint {
	return k.snapshot.Points(k.snapshot.graph.Related(k.node))
}

// Resources returns the resources that teach it, by code.
func (k KnowledgePoint) Resources() []Resource {
	teachers := k.snapshot.graph.ResourcesFor(k.node)
	resources := make([]Resource, len(teachers))
	for i, index := range teachers {
		resources[i] = k.snapshot.Resource(index)
	}
	return resources
}

// RequiredBy returns the requirements on the point and on the competencies
// above it, the most specific first.
func (k KnowledgePoint) RequiredBy(ctx context.Context) ([]Requirement, error) {
	requirements := k.snapshot.requirements(k.node)
	for a := range k.snapshot.graph.Ancestors(k.node) {
		requirements = append(requirements, k.snapshot.requirements(a)...)
	}
	return ChargeItems(ctx, requirements)
}
