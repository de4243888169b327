package analysis_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/plan"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

func gapCodes(gaps []analysis.RequirementGap) []string {
	codes := []string{}
	for _, g := range gaps {
		codes = append(codes, g.KnowledgePoint().Code())
	}
	return codes
}

func TestAssumingMastery(t *testing.T) {
	svc := servicetest.OpenWorld(t, `
		C { A B C2 { D } }
		B <- A
		D <- F
		P: A B D`)
	for name, c := range map[string]struct {
		assume      []string
		gaps        []string
		foundations int
	}{
		"nothing":                          {nil, []string{"A", "B", "D"}, 1},
		"a point":                          {[]string{"A"}, []string{"B", "D"}, 1},
		"a competency, for all its points": {[]string{"C2"}, []string{"A", "B"}, 0},
		"a competency at the top":          {[]string{"C"}, []string{}, 0},
		"a foundation":                     {[]string{"F"}, []string{"A", "B", "D"}, 0},
		"the same many times":              {slices.Repeat([]string{"C2", "D"}, 1000), []string{"A", "B"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			gap, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, c.assume)
			require.NoError(t, err)
			require.Equal(t, c.gaps, gapCodes(servicetest.Must(gap.Gaps(servicetest.Request(), true))))
			require.Len(t, servicetest.Must(gap.Foundations(servicetest.Request())), c.foundations)
			path, err := svc.Analysis.LearningPath(servicetest.Request(), "E1", "P", &analysis.PathOptions{AssumeMastered: c.assume})
			require.NoError(t, err)
			steps, err := path.Steps(servicetest.Request(), nil)
			require.NoError(t, err)
			require.Len(t, steps, len(c.gaps)+c.foundations)
		})
	}
	_, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, []string{"A", "X", "Y"})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	require.ErrorContains(t, err, "X, Y")
	_, err = svc.Analysis.NextSteps(servicetest.Request(), "E1", "P", 3, &analysis.PathOptions{AssumeMastered: []string{"P"}})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), "a position is no competency")
}

func TestAskingAtAnotherTime(t *testing.T) {
	svc := servicetest.OpenWorld(t, "P: A=0.7\n @ A=0.75")
	year := (&servicetest.Clock{}).Now().AddDate(1, 0, 0)
	now, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, nil)
	require.NoError(t, err)
	require.True(t, now.Ready())
	later, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", &year, nil)
	require.NoError(t, err)
	require.False(t, later.Ready())
	gap := servicetest.Must(later.Gaps(servicetest.Request(), true))[0]
	require.EqualValues(t, "DECAYED", gap.Status())
	require.InDelta(t, 0.75, *gap.Mastery(), 0)
	require.Less(t, *gap.Current(), 0.7)
	steps, err := svc.Analysis.NextSteps(servicetest.Request(), "E1", "P", 3, &analysis.PathOptions{At: &year})
	require.NoError(t, err)
	require.EqualValues(t, "REVIEW", steps[0].Kind())
	require.Equal(t, analysis.ReasonDecayed, servicetest.Must(steps[0].Reasons(servicetest.Request()))[0].Kind)
	assumed, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", &year, []string{"A"})
	require.NoError(t, err)
	require.True(t, assumed.Ready(), "what is assumed is current at the time of the question")
	long := year.AddDate(-50, 0, 0)
	before, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", &long, nil)
	require.NoError(t, err)
	require.True(t, before.Ready(), "nothing is forgotten before it was assessed")
}

func TestStatesTellWhatRemains(t *testing.T) {
	svc := servicetest.OpenWorld(t, "A\n @ A=0.8/180d")
	who, err := svc.People.Employee(servicetest.Request(), "E1")
	require.NoError(t, err)
	states, err := who.States(servicetest.Request())
	require.NoError(t, err)
	require.InDelta(t, 0.8, states[0].Mastery(), 0)
	require.InDelta(t, 0.72, states[0].Current(nil), 1e-9)
	at := states[0].AssessedAt()
	require.InDelta(t, 0.8, states[0].Current(&at), 0)
	require.Equal(t, time.UTC, at.Location())
}

func TestCodesAreFoundInAnyNormalForm(t *testing.T) {
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
		"gap of nobody": func(ctx context.Context) error {
			_, err := svc.Analysis.GapAnalysis(ctx, "X", "P", nil, nil)
			return err
		},
		"gap to nothing": func(ctx context.Context) error {
			_, err := svc.Analysis.GapAnalysis(ctx, "E1", "X", nil, nil)
			return err
		},
		"path of nobody":   func(ctx context.Context) error { _, err := svc.Analysis.LearningPath(ctx, "X", "P", nil); return err },
		"steps to nothing": func(ctx context.Context) error { _, err := svc.Analysis.NextSteps(ctx, "E1", "X", 3, nil); return err },
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, fault.NotFound, fault.CodeOf(ask(servicetest.Request()))) })
	}
}

func TestTheStepsOfAPath(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	path, err := svc.Analysis.LearningPath(servicetest.Request(), "E1", "P", nil)
	require.NoError(t, err)
	all, err := path.Steps(servicetest.Request(), nil)
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.True(t, path.WithinBudget())
	require.Empty(t, path.Unreached())
	two, err := path.Steps(servicetest.Request(), new(1))
	require.NoError(t, err)
	require.Equal(t, all[0].KnowledgePoint().Code(), two[0].KnowledgePoint().Code())
	none, err := path.Steps(servicetest.Request(), new(0))
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = path.Steps(servicetest.Request(), new(-1))
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))

	nothing, err := svc.Analysis.LearningPath(servicetest.Request(), "E1", "P", &analysis.PathOptions{BudgetMinutes: new(0)})
	require.NoError(t, err)
	require.False(t, nothing.WithinBudget())
	require.Len(t, nothing.Unreached(), 2)
	for _, first := range []int{-1, page.MaxSize + 1} {
		_, err = svc.Analysis.NextSteps(servicetest.Request(), "E1", "P", first, nil)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	}
	ready, err := svc.Analysis.NextSteps(servicetest.RequestIn(fault.Chinese), "E1", "P", 1, nil)
	require.NoError(t, err)
	require.Contains(t, servicetest.Must(ready[0].Reasons(servicetest.RequestIn(fault.Chinese)))[0].Message, "要求")
}

// What rests on what is quadratic in the catalog: here 1,800 foundations for
// each of 1,800 requirements.
func TestAnswersAreBounded(t *testing.T) {
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

func TestObjective(t *testing.T) {
	svc := servicetest.OpenWorld(t, "P: A*9 B!")
	for objective, want := range map[plan.Objective]string{"": "A", plan.Coverage: "A", plan.Critical: "B"} {
		options := &analysis.PathOptions{BudgetMinutes: new(30), Objective: objective}
		steps, err := svc.Analysis.NextSteps(servicetest.Request(), "E1", "P", 5, options)
		require.NoError(t, err)
		require.Len(t, steps, 1)
		require.Equal(t, want, steps[0].KnowledgePoint().Code(), objective)
	}
	_, err := svc.Analysis.LearningPath(servicetest.Request(), "E1", "P", &analysis.PathOptions{Objective: "critical"})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	require.ErrorContains(t, err, "objective must be COVERAGE or CRITICAL")
}

func TestQuality(t *testing.T) {
	svc := servicetest.OpenWorld(t, `
		A 90m  B 30m  C 30m
		P: A*3 B*2 C*2`)
	budget := 90
	for name, c := range map[string]struct {
		options         analysis.PathOptions
		at              *int
		covered, atMost float64
	}{
		"all of the path":           {analysis.PathOptions{}, nil, 1, 1},
		"after some minutes":        {analysis.PathOptions{}, new(45), 2.0 / 7, 3.0 / 7},
		"within the budget":         {analysis.PathOptions{BudgetMinutes: &budget}, nil, 4.0 / 7, 5.0 / 7},
		"a budget, asked otherwise": {analysis.PathOptions{BudgetMinutes: &budget}, new(0), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			path, err := svc.Analysis.LearningPath(servicetest.Request(), "E1", "P", &c.options)
			require.NoError(t, err)
			q, err := path.Quality(servicetest.Request(), c.at)
			require.NoError(t, err)
			require.InDelta(t, c.covered, q.CoverageAtBudget, 1e-9)
			require.InDelta(t, c.atMost, q.BestPossibleAtBudget, 1e-9)
			require.InDelta(t, 1, q.RatioToBound, 1e-9, "no point waits for another: the order by density is the best")
		})
	}
	path, err := svc.Analysis.LearningPath(servicetest.Request(), "E1", "P", nil)
	require.NoError(t, err)
	_, err = path.Quality(servicetest.Request(), new(-1))
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	ended, cancel := context.WithCancel(servicetest.Request())
	cancel()
	_, err = path.Quality(ended, nil)
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
}

// A question may be asked differently, of the same person at the same moment.
func TestWhatIf(t *testing.T) {
	svc := servicetest.OpenWorld(t, `
		A 90m  B 30m  C 30m  D 60m
		P: A*3 B*2 C*2
		Q: D
		A <- B`)
	path, err := svc.Analysis.LearningPath(servicetest.Request(), "E1", "P", &analysis.PathOptions{AssumeMastered: []string{"C"}})
	require.NoError(t, err)
	require.Equal(t, "B A", codesOf(t, path))
	for name, c := range map[string]struct {
		position  *string
		options   *analysis.PathOptions
		want      string
		unreached int
	}{
		"nothing":                       {nil, nil, "B A", 0},
		"another position":              {new("Q"), nil, "D", 0},
		"something else is mastered":    {nil, &analysis.PathOptions{AssumeMastered: []string{"B"}}, "C A", 0},
		"nothing is mastered":           {nil, &analysis.PathOptions{AssumeMastered: []string{}}, "B C A", 0},
		"less time":                     {nil, &analysis.PathOptions{BudgetMinutes: new(40)}, "B", 1},
		"points excluded":               {nil, &analysis.PathOptions{Exclude: []string{"A"}}, "B", 1},
		"with what rests on them":       {nil, &analysis.PathOptions{Exclude: []string{"B"}}, "", 2},
		"all of it, and a new position": {new("Q"), &analysis.PathOptions{Exclude: []string{"A"}, BudgetMinutes: new(60)}, "D", 0},
	} {
		t.Run(name, func(t *testing.T) {
			other, err := path.WhatIf(c.position, c.options)
			require.NoError(t, err)
			require.Equal(t, c.want, codesOf(t, other))
			require.Len(t, other.Unreached(), c.unreached)
		})
	}
	t.Run("for what is critical", func(t *testing.T) {
		svc := servicetest.OpenWorld(t, "P: A*9 B!")
		path, err := svc.Analysis.LearningPath(servicetest.Request(), "E1", "P", &analysis.PathOptions{BudgetMinutes: new(30)})
		require.NoError(t, err)
		require.Equal(t, "A", codesOf(t, path))
		critical, err := path.WhatIf(nil, &analysis.PathOptions{Objective: plan.Critical})
		require.NoError(t, err)
		require.Equal(t, "B", codesOf(t, critical))
		both, err := critical.WhatIf(nil, &analysis.PathOptions{BudgetMinutes: new(60)})
		require.NoError(t, err)
		again, err := both.WhatIf(nil, &analysis.PathOptions{BudgetMinutes: new(30)})
		require.NoError(t, err)
		require.Equal(t, "B", codesOf(t, again), "the objective stays")
	})
	t.Run("asked again of the other", func(t *testing.T) {
		less, err := path.WhatIf(nil, &analysis.PathOptions{Exclude: []string{"A"}})
		require.NoError(t, err)
		both, err := less.WhatIf(nil, &analysis.PathOptions{AssumeMastered: []string{"B"}})
		require.NoError(t, err)
		require.Equal(t, "C", codesOf(t, both), "A stays excluded")
	})
	_, err = path.WhatIf(new("nowhere"), nil)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, err = path.WhatIf(nil, &analysis.PathOptions{Exclude: []string{"x", "y"}})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	require.ErrorContains(t, err, "exclude names what does not exist")
	_, err = path.WhatIf(nil, &analysis.PathOptions{BudgetMinutes: new(-1)})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	require.Equal(t, "B A", codesOf(t, path), "the path itself has not changed")
}

// codesOf lists the points of a path's steps.
func codesOf(t *testing.T, p *analysis.LearningPath) string {
	steps, err := p.Steps(servicetest.Request(), nil)
	require.NoError(t, err)
	var codes []string
	for _, s := range steps {
		codes = append(codes, s.KnowledgePoint().Code())
	}
	return strings.Join(codes, " ")
}

// Routes are whole paths, told apart by what they add and spare.
func TestRoutes(t *testing.T) {
	svc := servicetest.OpenWorld(t, `
		A 40m  B 20m  C 30m
		P: X
		X <- a: A | B | C`)
	path, err := svc.Analysis.LearningPath(servicetest.Request(), "E1", "P", nil)
	require.NoError(t, err)
	choices, err := path.Choices(servicetest.Request())
	require.NoError(t, err)
	require.Len(t, choices, 1)
	require.Equal(t, "a", choices[0].Clause())
	require.Equal(t, "X", choices[0].KnowledgePoint().Code())
	require.Equal(t, "B", choices[0].Taken().(catalog.KnowledgePoint).Code())
	others, err := choices[0].Others(servicetest.Request())
	require.NoError(t, err)
	require.Len(t, others, 2)

	routes, err := path.Routes(servicetest.Request(), 3)
	require.NoError(t, err)
	require.Len(t, routes, 3)
	require.Nil(t, routes[0].Detour())
	require.Equal(t, "B X", codesOf(t, &routes[0]))
	require.Equal(t, "C X", codesOf(t, &routes[1]))
	require.Equal(t, "A X", codesOf(t, &routes[2]))
	detour := routes[2].Detour()
	require.Equal(t, "A", detour.Choice().Taken().(catalog.KnowledgePoint).Code())
	require.Equal(t, 20, detour.Minutes())
	adds, err := detour.Adds(servicetest.Request())
	require.NoError(t, err)
	require.Equal(t, "A", adds[0].Code())
	spares, err := detour.Spares(servicetest.Request())
	require.NoError(t, err)
	require.Equal(t, "B", spares[0].Code())

	same, err := routes[2].WhatIf(nil, &analysis.PathOptions{BudgetMinutes: new(500)})
	require.NoError(t, err)
	require.Equal(t, "A X", codesOf(t, same), "a route asked otherwise stays on its way")
	other, err := routes[2].WhatIf(nil, &analysis.PathOptions{Exclude: []string{"A"}})
	require.NoError(t, err)
	require.Equal(t, "B X", codesOf(t, other), "unless that is closed")
	for _, first := range []int{-1, 4} {
		_, err = path.Routes(servicetest.Request(), first)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	}
	none, err := path.Routes(servicetest.Request(), 0)
	require.NoError(t, err)
	require.Empty(t, none)
}
