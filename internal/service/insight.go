package service

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/insight"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/store"
)

// insightPage is how many people insight reads at a time, which bounds its memory.
const insightPage = 200

// InsightFilter selects what to look at; all that is given must hold. Position and
// Competency select points, OrgUnit selects people: those of the department and of
// the departments below it.
type InsightFilter struct{ Position, Competency, OrgUnit *string }

// Insight is what the evidence of many people says.
type Insight struct {
	e     *edition
	tally *insight.Tally
}

// Insight looks at everybody who is selected. It takes a round trip for each 200 of
// them, and one for the departments where one is given.
func (s *Service) Insight(ctx context.Context, f *InsightFilter) (*Insight, error) {
	if f == nil {
		f = &InsightFilter{}
	}
	q := store.EmployeeQuery{First: insightPage, States: true}
	if f.OrgUnit != nil {
		units, err := s.orgUnits(ctx)
		if err != nil {
			return nil, err
		}
		if q.OrgUnits = units.below(competency.Code(*f.OrgUnit)); len(q.OrgUnits) == 0 {
			return nil, notFound("department", "部门", *f.OrgUnit)
		}
	}
	var e *edition
	var tally *insight.Tally
	for {
		page, err := s.store.Employees(ctx, q)
		if err != nil {
			return nil, unavailable(err)
		}
		if tally == nil {
			if e, err = s.editionAt(ctx, page.Revision); err != nil {
				return nil, err
			}
			selects, err := e.selection(f)
			if err != nil {
				return nil, err
			}
			tally = insight.New(e.graph, selects)
		}
		for _, p := range page.Profiles {
			tally.Add(e.tracks(p.States))
			q.After = p.Employee.Code
		}
		if !page.More {
			return &Insight{e, tally}, nil
		}
	}
}

// selection tells which points a filter selects.
func (e *edition) selection(f *InsightFilter) (func(kg.Node) bool, error) {
	required := func(kg.Node) bool { return true }
	if f.Position != nil {
		p, err := e.position(*f.Position)
		if err != nil {
			return nil, err
		}
		closure := insight.Closure(e.graph, p.at)
		required = func(n kg.Node) bool { return closure[n] }
	}
	if f.Competency == nil {
		return required, nil
	}
	within, ok := e.graph.Find(competency.Code(*f.Competency))
	if !ok || e.graph.IsPoint(within) {
		return nil, notFound("competency", "能力项", *f.Competency)
	}
	inside := make(map[kg.Node]bool)
	for _, n := range e.graph.Members(within) {
		inside[n] = required(n)
	}
	return func(n kg.Node) bool { return inside[n] }, nil
}

// below returns a department and all below it, none where there is no such one.
func (t unitTree) below(code string) (codes []string) {
	for _, u := range t.all {
		if slices.ContainsFunc(t.above(u.Code), func(a competency.OrgUnit) bool { return a.Code == code }) {
			codes = append(codes, u.Code)
		}
	}
	return codes
}

// Revision returns the revision that answers.
func (i *Insight) Revision() int { return int(i.e.revision) }

// People returns how many of the people have evidence on the points.
func (i *Insight) People() int { return i.tally.People() }

// EvidenceCount returns how many pieces they have on the points.
func (i *Insight) EvidenceCount() int { return i.tally.Evidence() }

// Points returns the points with evidence, the most failed first.
func (i *Insight) Points(ctx context.Context, first int) ([]PointInsight, error) {
	if err := checkFirst(first); err != nil {
		return nil, err
	}
	points := []PointInsight{}
	all := i.tally.Points()
	for _, p := range all[:min(first, len(all))] {
		points = append(points, PointInsight{i.e, p})
	}
	return listed(ctx, points)
}

// SuspectPrerequisites returns the HARD prerequisites that the evidence of at least
// so many people contradicts, the most contradicted first.
func (i *Insight) SuspectPrerequisites(ctx context.Context, first, minPeople int) ([]SuspectPrerequisite, error) {
	if err := checkFirst(first); err != nil {
		return nil, err
	}
	if minPeople < 1 {
		return nil, invalidArgument("minPeople must be at least 1, not %d", "minPeople 须至少为 1，而不是 %d", minPeople)
	}
	suspects := []SuspectPrerequisite{}
	all := i.tally.Suspects(minPeople)
	for _, s := range all[:min(first, len(all))] {
		suspects = append(suspects, SuspectPrerequisite{i.e, s})
	}
	return listed(ctx, suspects)
}

// PointInsight is what the evidence says about one point.
type PointInsight struct {
	e *edition
	insight.Point
}

// KnowledgePoint returns the point.
func (p PointInsight) KnowledgePoint() KnowledgePoint { return KnowledgePoint{p.e, p.Point.Point} }

// SuspectPrerequisite is what the evidence contradicts: an edge, or all
// alternatives of a clause.
type SuspectPrerequisite struct {
	e *edition
	insight.Suspect
}

// Prerequisites returns the edge, or the alternatives, by code.
func (s SuspectPrerequisite) Prerequisites() []Prerequisite {
	edges := make([]Prerequisite, len(s.Alternatives))
	for i, a := range s.Alternatives {
		edges[i] = Prerequisite{s.e, a.Edge}
	}
	return edges
}
