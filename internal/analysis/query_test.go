package analysis_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

func TestCodesInAnyNormalForm(t *testing.T) {
	const open, closed = "Cafe\u0301", "Caf\u00e9"
	var cs competency.ChangeSet
	cs.Put.Competencies = []competency.Competency{{Code: "G" + open, Name: "组"}}
	cs.Put.KnowledgePoints = []competency.KnowledgePoint{{Code: open, Name: "点", Competency: "G" + closed}}
	cs.Put.Positions = []competency.Position{{Code: closed, Name: "岗"}}
	cs.Put.Requirements = []competency.Requirement{{Position: open, Target: closed}}
	cs.Put.Resources = []competency.Resource{{Code: open, Title: "书", Teaches: []string{open}}}
	cs.Put.OrgUnits = []competency.OrgUnit{{Code: open, Name: "部"}}
	cs.Put.Employees = []competency.Employee{{Code: open, Name: "人", OrgUnit: closed, Position: open, Targets: []string{open}}}
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	servicetest.Import(t, svc, cs)
	ctx := servicetest.Request()
	for _, form := range []string{open, closed} {
		_, err := svc.Catalog.Position(ctx, form)
		require.NoError(t, err)
		_, err = svc.Catalog.Competency(ctx, "G"+form)
		require.NoError(t, err)
		_, err = svc.Catalog.KnowledgePoint(ctx, form)
		require.NoError(t, err)
		_, err = svc.Catalog.Resource(ctx, form)
		require.NoError(t, err)
		_, err = svc.People.OrgUnit(ctx, form)
		require.NoError(t, err)
		gap, err := svc.Analysis.GapAnalysis(ctx, form, form, nil, []string{"G" + form})
		require.NoError(t, err)
		require.True(t, gap.Ready())
		page, err := svc.People.Employees(ctx, 9, nil, &people.EmployeeFilter{OrgUnit: &form, Position: &form, Target: &form}, false)
		require.NoError(t, err)
		require.Equal(t, 1, page.TotalCount)
		points, err := svc.Catalog.KnowledgePoints(ctx, 9, nil, &catalog.KnowledgePointFilter{Competency: new("G" + form), Text: &form})
		require.NoError(t, err)
		require.Equal(t, 1, points.TotalCount)
	}
}

func TestUnknownCodesAreNotFound(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	for name, ask := range map[string]func(context.Context) error{
		"position":              func(ctx context.Context) error { _, err := svc.Catalog.Position(ctx, "X"); return err },
		"competency":            func(ctx context.Context) error { _, err := svc.Catalog.Competency(ctx, "X"); return err },
		"competency of a point": func(ctx context.Context) error { _, err := svc.Catalog.Competency(ctx, "A"); return err },
		"point":                 func(ctx context.Context) error { _, err := svc.Catalog.KnowledgePoint(ctx, "X"); return err },
		"point of a competency": func(ctx context.Context) error { _, err := svc.Catalog.KnowledgePoint(ctx, "C"); return err },
		"resource":              func(ctx context.Context) error { _, err := svc.Catalog.Resource(ctx, "X"); return err },
		"department":            func(ctx context.Context) error { _, err := svc.People.OrgUnit(ctx, ""); return err },
		"employee":              func(ctx context.Context) error { _, err := svc.People.Employee(ctx, ""); return err },
		"gap of an unknown employee": func(ctx context.Context) error {
			_, err := svc.Analysis.GapAnalysis(ctx, "X", "P", nil, nil)
			return err
		},
		"gap to an unknown position": func(ctx context.Context) error {
			_, err := svc.Analysis.GapAnalysis(ctx, "E1", "X", nil, nil)
			return err
		},
		"path of an unknown employee":  func(ctx context.Context) error { _, err := svc.Analysis.LearningPath(ctx, "X", "P", nil); return err },
		"steps to an unknown position": func(ctx context.Context) error { _, err := svc.Analysis.NextSteps(ctx, "E1", "X", 3, nil); return err },
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, fault.NotFound, fault.CodeOf(ask(servicetest.Request()))) })
	}
}

// What rests on what is quadratic in the catalog: here 1,800 foundations for
// each of 1,800 requirements.
func TestAnswerSizeIsBounded(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := 1; i < 1800; i++ {
		fmt.Fprintf(&text, "F%d <- F%d\n", i, i-1)
	}
	for i := range 1800 {
		fmt.Fprintf(&text, "R%d <- F1799\nP: R%d\n", i, i)
	}
	svc := servicetest.OpenWorld(t, text.String())
	ask := func(ctx context.Context) []analysis.FoundationGap {
		gap, err := svc.Analysis.GapAnalysis(ctx, "E2", "P", nil, nil)
		require.NoError(t, err)
		return servicetest.Must(gap.Foundations(ctx))
	}

	t.Run("too many in all", func(t *testing.T) {
		ctx := servicetest.Request()
		_, err := ask(ctx)[0].NeededFor(ctx)
		require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
	})
	t.Run("too many for one request", func(t *testing.T) {
		ctx := servicetest.Request()
		path, err := svc.Analysis.LearningPath(ctx, "E2", "P", nil)
		require.NoError(t, err)
		for range 3_000_000 / 3600 {
			_, err = path.Steps(ctx, nil)
			require.NoError(t, err)
		}
		_, err = path.Steps(ctx, nil)
		require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
		_, err = path.Steps(servicetest.Request(), nil)
		require.NoError(t, err, "another request has its own")
	})
	t.Run("out of time", func(t *testing.T) {
		ctx, cancel := context.WithCancel(servicetest.Request())
		path, err := svc.Analysis.LearningPath(ctx, "E2", "P", nil)
		require.NoError(t, err)
		cancel()
		_, err = path.Steps(ctx, nil)
		require.Equal(t, fault.Unavailable, fault.CodeOf(err))
	})
}
