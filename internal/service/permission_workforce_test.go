package service_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// workforceCalls returns a call of everything that is about many people.
func workforceCalls(t *testing.T, svc *service.Service) map[string]func(context.Context) error {
	t.Helper()
	ctx := servicetest.Request()
	a := svc.Analysis
	listed, err := svc.People.Employees(ctx, 9, nil, nil, true)
	require.NoError(t, err)
	e := listed.Nodes[0]
	p, err := svc.Catalog.Position(ctx, "P")
	require.NoError(t, err)
	point, err := svc.Catalog.KnowledgePoint(ctx, "A")
	require.NoError(t, err)
	unit, err := svc.People.OrgUnit(ctx, "HQ")
	require.NoError(t, err)
	holders, err := a.HoldersOf(ctx, *point, 0.5, nil, nil)
	require.NoError(t, err)
	_, err = svc.AssignPosition(ctx, service.AssignPositionInput{Employee: "E2", Position: "P"})
	require.NoError(t, err)
	risks, err := a.Risks(ctx, nil, 9, nil, nil)
	require.NoError(t, err)
	require.NotEmpty(t, risks.Nodes)
	unblocking, err := a.Unblocking(ctx, nil, 1, 9, nil)
	require.NoError(t, err)
	points, err := unblocking.Points(ctx)
	require.NoError(t, err)
	require.NotEmpty(t, points)
	return map[string]func(context.Context) error{
		"people.People.Snapshot": func(ctx context.Context) error { return ignoring(svc.People.Snapshot(ctx)) },
		"people.AskGroup": func(ctx context.Context) error {
			return ignoring(people.AskGroup(ctx, nil, nil, people.GroupRequest{}))
		},
		"people.Listed":           func(ctx context.Context) error { return ignoring(people.Listed(ctx)) },
		"people.Employee.Profile": func(ctx context.Context) error { return ignoring(e.Profile(ctx)) },

		"analysis.Analysis.TeamGaps": func(ctx context.Context) error { return ignoring(a.TeamGaps(ctx, nil, nil, 1, nil, true)) },
		"analysis.Analysis.CoverageDistribution": func(ctx context.Context) error {
			return ignoring(a.CoverageDistribution(ctx, "P", nil, nil))
		},
		"analysis.Analysis.Candidates":       func(ctx context.Context) error { return ignoring(a.Candidates(ctx, "P", nil, 9, nil, nil)) },
		"analysis.Analysis.PositionsFor":     func(ctx context.Context) error { return ignoring(a.PositionsFor(ctx, "E1", 9, nil, nil)) },
		"analysis.Analysis.PositionsOf":      func(ctx context.Context) error { return ignoring(a.PositionsOf(ctx, e, 9, nil, nil)) },
		"analysis.Analysis.ReadinessOf":      func(ctx context.Context) error { return ignoring(a.ReadinessOf(ctx, e, nil, nil)) },
		"analysis.Analysis.GapAnalysisOf":    func(ctx context.Context) error { return ignoring(a.GapAnalysisOf(ctx, e, nil, nil, nil)) },
		"analysis.Analysis.NextStepsOf":      func(ctx context.Context) error { return ignoring(a.NextStepsOf(ctx, e, nil, 9, nil)) },
		"analysis.Analysis.PositionDistance": func(ctx context.Context) error { return ignoring(a.PositionDistance(ctx, "P", "Q")) },
		"analysis.Analysis.PositionMap":      func(ctx context.Context) error { return ignoring(a.PositionMap(ctx, "P", nil, nil)) },
		"analysis.Analysis.Neighbourhood":    func(ctx context.Context) error { return ignoring(a.Neighbourhood(ctx, "A", 1, 1, nil, nil)) },
		"analysis.Analysis.Holders":          func(ctx context.Context) error { return ignoring(a.Holders(ctx, nil, 9, nil, nil)) },
		"analysis.Analysis.HoldersOf":        func(ctx context.Context) error { return ignoring(a.HoldersOf(ctx, *point, 0.5, nil, nil)) },
		"analysis.Analysis.Risks":            func(ctx context.Context) error { return ignoring(a.Risks(ctx, nil, 9, nil, nil)) },
		"analysis.Analysis.TrainingSet": func(ctx context.Context) error {
			return ignoring(a.TrainingSet(ctx, "P", nil, 2, "ALL", nil, nil))
		},
		"analysis.Analysis.Unblocking": func(ctx context.Context) error { return ignoring(a.Unblocking(ctx, nil, 1, 9, nil)) },
		"analysis.Analysis.ReviewsDue": func(ctx context.Context) error { return ignoring(a.ReviewsDue(ctx, nil, kgtest.Now, nil, 9, nil)) },
		"analysis.Analysis.CoverageHistory": func(ctx context.Context) error {
			return ignoring(a.CoverageHistory(ctx, *unit, "P", 9, nil))
		},
		"analysis.Analysis.RecordReadiness": func(ctx context.Context) error { return ignoring(a.RecordReadiness(ctx, true)) },
		"people.Employee.CoverageHistory":   func(ctx context.Context) error { return ignoring(e.CoverageHistory(ctx, nil, 9, nil)) },
		"people.People.UnitReadiness":       func(ctx context.Context) error { return ignoring(svc.People.UnitReadiness(ctx, "HQ", "P")) },
		"people.People.ReadinessDue":        func(ctx context.Context) error { return ignoring(svc.People.ReadinessDue(ctx)) },
		"people.People.ClaimReadiness":      func(ctx context.Context) error { return ignoring(svc.People.ClaimReadiness(ctx, true)) },
		"people.People.EraseReadiness":      func(ctx context.Context) error { return svc.People.EraseReadiness(ctx, "E1") },
		"service.Service.RecordMonth":       func(ctx context.Context) error { return ignoring(svc.RecordMonth(ctx)) },
		"service.Service.RecordReadiness":   func(ctx context.Context) error { return ignoring(svc.RecordReadiness(ctx)) },
		"analysis.Analysis.Incumbents":      func(ctx context.Context) error { return ignoring(a.Incumbents(ctx, *p, 9, nil)) },
		"analysis.Analysis.UnitMembers":     func(ctx context.Context) error { return ignoring(a.UnitMembers(ctx, *unit, 9, nil, false)) },
		"analysis.Analysis.Reports":         func(ctx context.Context) error { return ignoring(a.Reports(ctx, e, 9, nil)) },
		"analysis.PointHolders.People":      func(ctx context.Context) error { return ignoring(holders.People(ctx, 9, nil)) },
		"analysis.Risk.AffectedPeople":      func(ctx context.Context) error { return ignoring(risks.Nodes[0].AffectedPeople(ctx, 9, nil)) },
		"analysis.Unblocking.People":        func(ctx context.Context) error { return ignoring(points[0].People(ctx, 9, nil)) },
	}
}
