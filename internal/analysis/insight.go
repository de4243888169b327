package analysis

import (
	"context"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/insight"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/page"
)

// InsightFilter selects what to look at; all that is given must hold. Position and
// Competency select points, OrgUnit selects people: those of the department and of
// the departments below it.
type InsightFilter struct{ Position, Competency, OrgUnit *string }

// Insight is what the evidence of many people says.
type Insight struct {
	snapshot *catalog.Snapshot
	tally    *insight.Tally
	leftOut  int
}

// Insight looks at everyone who is selected and whom the viewer may ask about. What is about
// one to four people whom the viewer may not read one by one is withheld. It takes a round trip for each 200 of
// them, and one for the departments where one is given.
func (a *Analysis) Insight(ctx context.Context, f *InsightFilter) (*Insight, error) {
	if f == nil {
		f = &InsightFilter{}
	}
	group, err := a.people.Scan(ctx, f.OrgUnit)
	if err != nil {
		return nil, err
	}
	selects, err := f.selectPoints(group.Snapshot)
	if err != nil {
		return nil, err
	}
	tally := insight.New(group.Snapshot.Graph(), selects)
	for m, err := range group.Members {
		switch {
		case err != nil:
			return nil, err
		case m.Readable:
			tally.Add(m.Tracks())
		default:
			tally.AddUnread(m.Tracks())
		}
	}
	return &Insight{group.Snapshot, tally, group.LeftOut}, nil
}

// selectPoints returns which points a filter selects.
func (f *InsightFilter) selectPoints(s *catalog.Snapshot) (func(kg.Node) bool, error) {
	required := func(kg.Node) bool { return true }
	if f.Position != nil {
		p, err := s.FindPosition(*f.Position)
		if err != nil {
			return nil, err
		}
		closure := insight.Closure(s.Graph(), p.Index())
		required = func(n kg.Node) bool { return closure[n] }
	}
	if f.Competency == nil {
		return required, nil
	}
	within, err := s.FindCompetency(*f.Competency)
	if err != nil {
		return nil, err
	}
	inside := make(map[kg.Node]bool)
	for _, n := range s.Graph().Members(within.Node()) {
		inside[n] = required(n)
	}
	return func(n kg.Node) bool { return inside[n] }, nil
}

// Revision returns the revision that answers.
func (i *Insight) Revision() int { return int(i.snapshot.Revision()) }

// People returns how many of the people have evidence on the points.
func (i *Insight) People() int { return i.tally.People() }

// LeftOut returns how many of the viewer's own managers are left out, because the viewer may
// read everyone else one by one.
func (i *Insight) LeftOut() int { return i.leftOut }

// EvidenceCount returns how many pieces they have on the points.
func (i *Insight) EvidenceCount() int { return i.tally.Evidence() }

// Points returns the points with evidence, the most failed first.
func (i *Insight) Points(ctx context.Context, first int) ([]PointInsight, error) {
	if err := page.CheckSize(first); err != nil {
		return nil, err
	}
	points := []PointInsight{}
	all := i.tally.Points()
	for _, p := range all[:min(first, len(all))] {
		points = append(points, PointInsight{i.snapshot, p})
	}
	return catalog.ChargeItems(ctx, points)
}

// SuspectPrerequisites returns the HARD prerequisites that the evidence of at least
// so many people contradicts, the most contradicted first.
func (i *Insight) SuspectPrerequisites(ctx context.Context, first, minPeople int) ([]SuspectPrerequisite, error) {
	if err := page.CheckSize(first); err != nil {
		return nil, err
	}
	if minPeople < 1 {
		return nil, fault.New(fault.InvalidArgument, "minPeople must be at least 1, not %d", "minPeople 须至少为 1，而不是 %d", minPeople)
	}
	suspects := []SuspectPrerequisite{}
	all := i.tally.Suspects(minPeople)
	for _, s := range all[:min(first, len(all))] {
		suspects = append(suspects, SuspectPrerequisite{i.snapshot, s})
	}
	return catalog.ChargeItems(ctx, suspects)
}

// PointInsight is what the evidence says about one point.
type PointInsight struct {
	snapshot *catalog.Snapshot
	insight.Point
}

// KnowledgePoint returns the point.
func (p PointInsight) KnowledgePoint() catalog.KnowledgePoint {
	return p.snapshot.Point(p.Point.Point)
}

// SuspectPrerequisite is what the evidence contradicts: an edge, or all
// alternatives of a clause.
type SuspectPrerequisite struct {
	snapshot *catalog.Snapshot
	insight.Suspect
}

// Prerequisites returns the edge, or the alternatives, by code.
func (s SuspectPrerequisite) Prerequisites() []catalog.Prerequisite {
	edges := make([]catalog.Prerequisite, len(s.Alternatives))
	for i, a := range s.Alternatives {
		edges[i] = s.snapshot.Prerequisite(a.Edge)
	}
	return edges
}
