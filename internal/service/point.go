package service

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
)

// KnowledgePoint is a point of one edition.
type KnowledgePoint struct {
	e    *edition
	node kg.Node
}

// KnowledgePointFilter selects points; all that is given must hold. Competency
// selects what it contains at any depth.
type KnowledgePointFilter struct {
	Text, Competency, Tag *string
	Kind                  *competency.Kind
	Nature                *competency.Nature
}

// KnowledgePoint returns the point with a code.
func (s *Service) KnowledgePoint(ctx context.Context, code string) (*KnowledgePoint, error) {
	e, err := s.edition(ctx)
	if err != nil {
		return nil, err
	}
	if l, ok := e.learnable(code); ok {
		if k, ok := l.(KnowledgePoint); ok {
			return &k, nil
		}
	}
	return nil, notFound("knowledge point", "知识点", code)
}

// KnowledgePoints returns a page of the points, by code.
func (s *Service) KnowledgePoints(ctx context.Context, first int, after *string, f *KnowledgePointFilter) (none Page[KnowledgePoint], err error) {
	e, p, err := s.list(ctx, first, after)
	if err != nil {
		return none, err
	}
	if f == nil {
		f = &KnowledgePointFilter{}
	}
	inside := func(kg.Node) bool { return true }
	if f.Competency != nil {
		within, ok := e.graph.Find(competency.Code(*f.Competency))
		if !ok || e.graph.IsPoint(within) {
			return none, notFound("competency", "能力项", *f.Competency)
		}
		inside = func(n kg.Node) bool {
			for a := range e.graph.Ancestors(n) {
				if a == within {
					return true
				}
			}
			return false
		}
	}
	records, index, matches := e.graph.Catalog().KnowledgePoints, e.index(), matcher(f.Text)
	return paginate(records, p, func(r *competency.KnowledgePoint) string { return r.Code },
		func(i int) bool {
			r := &records[i]
			return is(f.Kind, r.Kind) && is(f.Nature, r.Nature) && (f.Tag == nil || contains(r.Tags, *f.Tag)) &&
				matches(index.points[i]) && inside(e.graph.PointAt(i))
		},
		func(i int) KnowledgePoint { return KnowledgePoint{e, e.graph.PointAt(i)} }, KnowledgePoint.Code), nil
}

func contains(list []string, word string) bool {
	for _, s := range list {
		if competency.Fold(s) == competency.Fold(word) {
			return true
		}
	}
	return false
}

func (k KnowledgePoint) record() *competency.KnowledgePoint { return k.e.graph.Point(k.node) }

// ID returns the global id.
func (k KnowledgePoint) ID() string { return globalID("KnowledgePoint", k.Code()) }

// Code returns the business key.
func (k KnowledgePoint) Code() string { return k.record().Code }

// Name returns the name.
func (k KnowledgePoint) Name() string { return k.record().Name }

// NameEn returns the English name.
func (k KnowledgePoint) NameEn() *string { return optional(k.record().NameEN) }

// NameIn returns the name for readers of a language.
func (k KnowledgePoint) NameIn(lang fault.Lang) string {
	return nameIn(lang, k.record().Name, k.record().NameEN)
}

// Kind tells knowing from doing.
func (k KnowledgePoint) Kind() competency.Kind { return k.record().Kind }

// Nature tells procedure from invention.
func (k KnowledgePoint) Nature() competency.Nature { return k.record().Nature }

// Minutes returns the minutes to learn it from nothing, nil where unknown.
func (k KnowledgePoint) Minutes() *int { return k.record().Minutes }

// Difficulty returns the difficulty, nil where unknown.
func (k KnowledgePoint) Difficulty() *float64 { return k.record().Difficulty }

// Tags returns the tags.
func (k KnowledgePoint) Tags() []string { return k.record().Tags }

// Description returns the description.
func (k KnowledgePoint) Description() *string { return optional(k.record().Description) }

// Competency returns the competency that contains it, if any.
func (k KnowledgePoint) Competency() *Competency { return k.e.competency(k.e.graph.Parent(k.node)) }

// Depth returns the length of the longest chain of HARD prerequisites beneath.
func (k KnowledgePoint) Depth() int { return int(k.e.graph.Depth(k.node)) }

// Prerequisites returns the edges into the point or, if inherited, also those
// into the competencies above it.
func (k KnowledgePoint) Prerequisites(ctx context.Context, inherited bool) ([]Prerequisite, error) {
	edges := k.e.prerequisites(k.e.graph.In(k.node))
	if inherited {
		for a := range k.e.graph.Ancestors(k.node) {
			edges = append(edges, k.e.prerequisites(k.e.graph.In(a))...)
		}
	}
	return listed(ctx, edges)
}

// Dependents returns the edges out of the point.
func (k KnowledgePoint) Dependents(ctx context.Context) ([]Prerequisite, error) {
	return listed(ctx, k.e.prerequisites(k.e.graph.Out(k.node)))
}

// Related returns the related points, by code.
func (k KnowledgePoint) Related() []KnowledgePoint { return k.e.points(k.e.graph.Related(k.node)) }

// Resources returns the resources that teach it, by code.
func (k KnowledgePoint) Resources() []Resource {
	taught := k.e.graph.Teachers(k.node)
	resources := make([]Resource, len(taught))
	for i, at := range taught {
		resources[i] = Resource{k.e, at}
	}
	return resources
}

// RequiredBy returns the requirements on the point and on the competencies
// above it, the most specific first.
func (k KnowledgePoint) RequiredBy(ctx context.Context) ([]Requirement, error) {
	requirements := k.e.requirements(k.node)
	for a := range k.e.graph.Ancestors(k.node) {
		requirements = append(requirements, k.e.requirements(a)...)
	}
	return listed(ctx, requirements)
}

func (e *edition) points(nodes []kg.Node) []KnowledgePoint {
	points := make([]KnowledgePoint, len(nodes))
	for i, n := range nodes {
		points[i] = KnowledgePoint{e, n}
	}
	return points
}

func (e *edition) requirements(n kg.Node) []Requirement {
	at := e.graph.RequiredBy(n)
	requirements := make([]Requirement, len(at))
	for i := range at {
		requirements[i] = Requirement{e, at[i]}
	}
	return requirements
}

func (e *edition) prerequisites(edges []int32) []Prerequisite {
	list := make([]Prerequisite, len(edges))
	for i, at := range edges {
		list[i] = Prerequisite{e, at}
	}
	return list
}

// view returns the handle of a node.
func (e *edition) view(n kg.Node) Learnable {
	if e.graph.IsPoint(n) {
		return KnowledgePoint{e, n}
	}
	return Competency{e, n}
}

// Prerequisite is an edge as it was written.
type Prerequisite struct {
	e  *edition
	at int32
}

func (p Prerequisite) record() *competency.Prerequisite {
	return &p.e.graph.Catalog().Prerequisites[p.at]
}

// Prerequisite returns what comes before.
func (p Prerequisite) Prerequisite() Learnable {
	l, _ := p.e.learnable(p.record().Prerequisite)
	return l
}

// Dependent returns what comes after.
func (p Prerequisite) Dependent() Learnable {
	l, _ := p.e.learnable(p.record().Dependent)
	return l
}

// Strength tells gating from advice.
func (p Prerequisite) Strength() competency.Strength { return p.record().Strength }

// Clause returns the name of the clause, nil where the edge is one of its own.
func (p Prerequisite) Clause() *string { return optional(p.record().Clause) }

// Level returns the mastery at which the edge counts as satisfied.
func (p Prerequisite) Level() float64 { return *p.record().Level }

// Reason returns why, in the expert's words.
func (p Prerequisite) Reason() *string { return optional(p.record().Reason) }
