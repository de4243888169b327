package analysis

import (
	"context"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/plan"
)

// GapAnalysis is what is missing between a person and a position.
type GapAnalysis struct {
	*query
	report  *gap.Report
	pending func() *plan.PendingSet
}

// GapAnalysis compares a person with a position, at a time (now where nil), with
// some codes counted as mastered.
func (a *Analysis) GapAnalysis(ctx context.Context, employee, position string, at *time.Time, assumed []string) (*GapAnalysis, error) {
	q, err := a.load(ctx, access.Learner, employee, position, at, assumed)
	if err != nil {
		return nil, err
	}
	return newGapAnalysis(q), nil
}

func newGapAnalysis(q *query) *GapAnalysis {
	graph := q.snapshot.Graph()
	report := gap.Analyze(graph, q.states, q.position, q.at)
	return &GapAnalysis{q, report, sync.OnceValue(func() *plan.PendingSet {
		return plan.NewPendingSet(graph, q.states, report, nil, nil)
	})}
}

// Coverage returns the weighted share of the required levels that is reached.
func (a *GapAnalysis) Coverage() float64 { return a.report.Coverage }

// Ready reports whether every requirement is met.
func (a *GapAnalysis) Ready() bool { return a.report.Ready }

// CriticalReady reports whether every critical requirement is met.
func (a *GapAnalysis) CriticalReady() bool { return a.report.CriticalReady }

// Gaps returns the requirements, the most pressing first.
func (a *GapAnalysis) Gaps(ctx context.Context, unmetOnly bool) ([]RequirementGap, error) {
	gaps := []RequirementGap{}
	for _, g := range a.report.Gaps {
		if !unmetOnly || g.Status != gap.Met {
			gaps = append(gaps, RequirementGap{a.snapshot, g})
		}
	}
	return catalog.ChargeItems(ctx, gaps)
}

// Foundations returns what must be learned and is not itself required, in an
// order that may be learned.
func (a *GapAnalysis) Foundations(ctx context.Context) ([]FoundationGap, error) {
	foundations, pending := []FoundationGap{}, a.pending()
	neededFor := sync.OnceValues(func() ([][]kg.Node, error) {
		lists, ok := pending.NeededFor(catalog.MaxItems)
		if !ok {
			return nil, catalog.TooManyItems()
		}
		return lists, nil
	})
	for i := range pending.Len() {
		if !pending.Required(i) {
			foundations = append(foundations, FoundationGap{a.snapshot, pending, i, neededFor})
		}
	}
	return catalog.ChargeItems(ctx, foundations)
}

// Competencies returns the gap of every competency above a required point, in
// tree order.
func (a *GapAnalysis) Competencies() []CompetencyGap {
	groups := a.report.Groups(a.snapshot.Graph())
	gaps := make([]CompetencyGap, len(groups))
	for i, g := range groups {
		gaps[i] = CompetencyGap{a.snapshot, g}
	}
	return gaps
}

// RequirementGap is how a person stands to one requirement.
type RequirementGap struct {
	snapshot *catalog.Snapshot
	gap      gap.Gap
}

// KnowledgePoint returns the required point.
func (r RequirementGap) KnowledgePoint() catalog.KnowledgePoint {
	return r.snapshot.Point(r.gap.Point)
}

// Required returns the required level.
func (r RequirementGap) Required() float64 { return r.gap.Level }

// Mastery returns what the evidence supports, nil where there is none.
func (r RequirementGap) Mastery() *float64 { return r.ifAssessed(r.gap.Mastery) }

// Current returns what remains of the mastery, nil where there is none.
func (r RequirementGap) Current() *float64 { return r.ifAssessed(r.gap.Current) }

func (r RequirementGap) ifAssessed(x float64) *float64 {
	if r.gap.Status == gap.Unassessed {
		return nil
	}
	return &x
}

// Shortfall returns how much of the level is missing.
func (r RequirementGap) Shortfall() float64 { return r.gap.Shortfall() }

// Weight returns the weight.
func (r RequirementGap) Weight() float64 { return r.gap.Weight }

// Critical reports whether critical readiness needs it.
func (r RequirementGap) Critical() bool { return r.gap.Critical }

// Status says how the person stands.
func (r RequirementGap) Status() gap.Status { return r.gap.Status }

// FoundationGap is a point that must be learned for others.
type FoundationGap struct {
	snapshot  *catalog.Snapshot
	pending   *plan.PendingSet
	i         int
	neededFor func() ([][]kg.Node, error)
}

// KnowledgePoint returns the point.
func (f FoundationGap) KnowledgePoint() catalog.KnowledgePoint {
	return f.snapshot.Point(f.pending.Point(f.i))
}

// Required returns the mastery that is needed.
func (f FoundationGap) Required() float64 { return f.pending.Need(f.i) }

// Mastery returns what the evidence supports, nil where there is none.
func (f FoundationGap) Mastery() *float64 {
	if m, known := f.pending.Mastery(f.i); known {
		return &m
	}
	return nil
}

// NeededFor returns the required points that rest on it, by code.
func (f FoundationGap) NeededFor(ctx context.Context) ([]catalog.KnowledgePoint, error) {
	lists, err := f.neededFor()
	if err != nil {
		return nil, err
	}
	return catalog.ChargeItems(ctx, f.snapshot.Points(lists[f.i]))
}

// CompetencyGap is the gap over the required points in one competency.
type CompetencyGap struct {
	snapshot *catalog.Snapshot
	group    gap.Group
}

// Competency returns the competency.
func (c CompetencyGap) Competency() catalog.Competency {
	return c.snapshot.Competency(c.group.Competency)
}

// Coverage returns the coverage over its required points.
func (c CompetencyGap) Coverage() float64 { return c.group.Coverage }

// Unmet returns how many of them are unmet.
func (c CompetencyGap) Unmet() int { return c.group.Unmet }

// Total returns how many of them there are.
func (c CompetencyGap) Total() int { return c.group.Required }
