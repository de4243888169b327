package service_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/plan"
	"github.com/zhitu/zhitu/internal/service"
)

func gapCodes(gaps []service.RequirementGap) []string {
	codes := []string{}
	for _, g := range gaps {
		codes = append(codes, g.KnowledgePoint().Code())
	}
	return codes
}

func TestAssumingMastery(t *testing.T) {
	svc := fresh(t, `
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
			gap, err := svc.GapAnalysis(begin(), "E1", "P", nil, c.assume)
			require.NoError(t, err)
			require.Equal(t, c.gaps, gapCodes(must(gap.Gaps(begin(), true))))
			require.Len(t, must(gap.Foundations(begin())), c.foundations)
			path, err := svc.LearningPath(begin(), "E1", "P", &service.PathOptions{AssumeMastered: c.assume})
			require.NoError(t, err)
			steps, err := path.Steps(begin(), nil)
			require.NoError(t, err)
			require.Len(t, steps, len(c.gaps)+c.foundations)
		})
	}
	_, err := svc.GapAnalysis(begin(), "E1", "P", nil, []string{"A", "X", "Y"})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	require.ErrorContains(t, err, "X, Y")
	_, err = svc.NextSteps(begin(), "E1", "P", 3, &service.PathOptions{AssumeMastered: []string{"P"}})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), "a position is no competency")
}

func TestAskingAtAnotherTime(t *testing.T) {
	svc := fresh(t, "P: A=0.7\n @ A=0.75")
	year := (&clock{}).now().AddDate(1, 0, 0)
	now, err := svc.GapAnalysis(begin(), "E1", "P", nil, nil)
	require.NoError(t, err)
	require.True(t, now.Ready())
	later, err := svc.GapAnalysis(begin(), "E1", "P", &year, nil)
	require.NoError(t, err)
	require.False(t, later.Ready())
	gap := must(later.Gaps(begin(), true))[0]
	require.EqualValues(t, "DECAYED", gap.Status())
	require.InDelta(t, 0.75, *gap.Mastery(), 0)
	require.Less(t, *gap.Current(), 0.7)
	steps, err := svc.NextSteps(begin(), "E1", "P", 3, &service.PathOptions{At: &year})
	require.NoError(t, err)
	require.EqualValues(t, "REVIEW", steps[0].Kind())
	require.Equal(t, service.ReasonDecayed, must(steps[0].Reasons(begin()))[0].Kind)
	assumed, err := svc.GapAnalysis(begin(), "E1", "P", &year, []string{"A"})
	require.NoError(t, err)
	require.True(t, assumed.Ready(), "what is assumed is current at the time of the question")
	long := year.AddDate(-50, 0, 0)
	before, err := svc.GapAnalysis(begin(), "E1", "P", &long, nil)
	require.NoError(t, err)
	require.True(t, before.Ready(), "nothing is forgotten before it was assessed")
}

func TestStatesTellWhatRemains(t *testing.T) {
	svc := fresh(t, "A\n @ A=0.8/180d")
	who, err := svc.Employee(begin(), "E1")
	require.NoError(t, err)
	states, err := who.States(begin())
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
	svc := serve(t, memory(t), &clock{})
	plant(t, svc, cs)
	ctx := begin()
	for _, form := range []string{open, closed} {
		_, err := svc.Position(ctx, form)
		require.NoError(t, err)
		_, err = svc.Competency(ctx, "G"+form)
		require.NoError(t, err)
		_, err = svc.KnowledgePoint(ctx, form)
		require.NoError(t, err)
		_, err = svc.Resource(ctx, form)
		require.NoError(t, err)
		_, err = svc.OrgUnit(ctx, form)
		require.NoError(t, err)
		gap, err := svc.GapAnalysis(ctx, form, form, nil, []string{"G" + form})
		require.NoError(t, err)
		require.True(t, gap.Ready())
		page, err := svc.Employees(ctx, 9, nil, &service.EmployeeFilter{OrgUnit: &form, Position: &form, Target: &form}, false)
		require.NoError(t, err)
		require.Equal(t, 1, page.TotalCount)
		points, err := svc.KnowledgePoints(ctx, 9, nil, &service.KnowledgePointFilter{Competency: new("G" + form), Text: &form})
		require.NoError(t, err)
		require.Equal(t, 1, points.TotalCount)
	}
}

func TestUnknownCodesAreNotFound(t *testing.T) {
	svc := fresh(t, small)
	for name, ask := range map[string]func(context.Context) error{
		"position":              func(ctx context.Context) error { _, err := svc.Position(ctx, "X"); return err },
		"competency":            func(ctx context.Context) error { _, err := svc.Competency(ctx, "X"); return err },
		"competency of a point": func(ctx context.Context) error { _, err := svc.Competency(ctx, "A"); return err },
		"point":                 func(ctx context.Context) error { _, err := svc.KnowledgePoint(ctx, "X"); return err },
		"point of a competency": func(ctx context.Context) error { _, err := svc.KnowledgePoint(ctx, "C"); return err },
		"resource":              func(ctx context.Context) error { _, err := svc.Resource(ctx, "X"); return err },
		"department":            func(ctx context.Context) error { _, err := svc.OrgUnit(ctx, ""); return err },
		"employee":              func(ctx context.Context) error { _, err := svc.Employee(ctx, ""); return err },
		"gap of nobody":         func(ctx context.Context) error { _, err := svc.GapAnalysis(ctx, "X", "P", nil, nil); return err },
		"gap to nothing":        func(ctx context.Context) error { _, err := svc.GapAnalysis(ctx, "E1", "X", nil, nil); return err },
		"path of nobody":        func(ctx context.Context) error { _, err := svc.LearningPath(ctx, "X", "P", nil); return err },
		"steps to nothing":      func(ctx context.Context) error { _, err := svc.NextSteps(ctx, "E1", "X", 3, nil); return err },
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, fault.NotFound, fault.CodeOf(ask(begin()))) })
	}
}

func TestTheStepsOfAPath(t *testing.T) {
	svc := fresh(t, small)
	path, err := svc.LearningPath(begin(), "E1", "P", nil)
	require.NoError(t, err)
	all, err := path.Steps(begin(), nil)
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.True(t, path.WithinBudget())
	require.Empty(t, path.Unreached())
	two, err := path.Steps(begin(), new(1))
	require.NoError(t, err)
	require.Equal(t, all[0].KnowledgePoint().Code(), two[0].KnowledgePoint().Code())
	none, err := path.Steps(begin(), new(0))
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = path.Steps(begin(), new(-1))
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))

	nothing, err := svc.LearningPath(begin(), "E1", "P", &service.PathOptions{BudgetMinutes: new(0)})
	require.NoError(t, err)
	require.False(t, nothing.WithinBudget())
	require.Len(t, nothing.Unreached(), 2)
	for _, first := range []int{-1, service.MaxPage + 1} {
		_, err = svc.NextSteps(begin(), "E1", "P", first, nil)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	}
	ready, err := svc.NextSteps(service.Begin(context.Background(), fault.Chinese), "E1", "P", 1, nil)
	require.NoError(t, err)
	require.Contains(t, must(ready[0].Reasons(service.Begin(context.Background(), fault.Chinese)))[0].Message, "要求")
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
	svc := fresh(t, text.String())
	ask := func(ctx context.Context) []service.FoundationGap {
		gap, err := svc.GapAnalysis(ctx, "E2", "P", nil, nil)
		require.NoError(t, err)
		return must(gap.Foundations(ctx))
	}

	t.Run("too many in all", func(t *testing.T) {
		ctx := begin()
		_, err := ask(ctx)[0].NeededFor(ctx)
		require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
	})
	t.Run("too many for one request", func(t *testing.T) {
		ctx := begin()
		path, err := svc.LearningPath(ctx, "E2", "P", nil)
		require.NoError(t, err)
		for range 3_000_000 / 3600 {
			_, err = path.Steps(ctx, nil)
			require.NoError(t, err)
		}
		_, err = path.Steps(ctx, nil)
		require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
		_, err = path.Steps(begin(), nil)
		require.NoError(t, err, "another request has its own")
	})
	t.Run("out of time", func(t *testing.T) {
		ctx, cancel := context.WithCancel(begin())
		path, err := svc.LearningPath(ctx, "E2", "P", nil)
		require.NoError(t, err)
		cancel()
		_, err = path.Steps(ctx, nil)
		require.Equal(t, fault.Unavailable, fault.CodeOf(err))
	})
}

func TestObjective(t *testing.T) {
	svc := fresh(t, "P: A*9 B!")
	for objective, want := range map[plan.Objective]string{"": "A", plan.Coverage: "A", plan.Critical: "B"} {
		options := &service.PathOptions{BudgetMinutes: new(30), Objective: objective}
		steps, err := svc.NextSteps(begin(), "E1", "P", 5, options)
		require.NoError(t, err)
		require.Len(t, steps, 1)
		require.Equal(t, want, steps[0].KnowledgePoint().Code(), objective)
	}
	_, err := svc.LearningPath(begin(), "E1", "P", &service.PathOptions{Objective: "critical"})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	require.ErrorContains(t, err, "objective must be COVERAGE or CRITICAL")
}

func TestQuality(t *testing.T) {
	svc := fresh(t, `
		A 90m  B 30m  C 30m
		P: A*3 B*2 C*2`)
	budget := 90
	for name, c := range map[string]struct {
		options         service.PathOptions
		at              *int
		covered, atMost float64
	}{
		"all of the path":           {service.PathOptions{}, nil, 1, 1},
		"after some minutes":        {service.PathOptions{}, new(45), 2.0 / 7, 3.0 / 7},
		"within the budget":         {service.PathOptions{BudgetMinutes: &budget}, nil, 4.0 / 7, 5.0 / 7},
		"a budget, asked otherwise": {service.PathOptions{BudgetMinutes: &budget}, new(0), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			path, err := svc.LearningPath(begin(), "E1", "P", &c.options)
			require.NoError(t, err)
			q, err := path.Quality(begin(), c.at)
			require.NoError(t, err)
			require.InDelta(t, c.covered, q.CoverageAtBudget, 1e-9)
			require.InDelta(t, c.atMost, q.BestPossibleAtBudget, 1e-9)
			require.InDelta(t, 1, q.RatioToBound, 1e-9, "no point waits for another: the order by density is the best")
		})
	}
	path, err := svc.LearningPath(begin(), "E1", "P", nil)
	require.NoError(t, err)
	_, err = path.Quality(begin(), new(-1))
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	ended, cancel := context.WithCancel(begin())
	cancel()
	_, err = path.Quality(ended, nil)
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
}

// A question may be asked differently, of the same person at the same moment.
func TestWhatIf(t *testing.T) {
	svc := fresh(t, `
		A 90m  B 30m  C 30m  D 60m
		P: A*3 B*2 C*2
		Q: D
		A <- B`)
	path, err := svc.LearningPath(begin(), "E1", "P", &service.PathOptions{AssumeMastered: []string{"C"}})
	require.NoError(t, err)
	require.Equal(t, "B A", codesOf(t, path))
	for name, c := range map[string]struct {
		position  *string
		options   *service.PathOptions
		want      string
		unreached int
	}{
		"nothing":                       {nil, nil, "B A", 0},
		"another position":              {new("Q"), nil, "D", 0},
		"something else is mastered":    {nil, &service.PathOptions{AssumeMastered: []string{"B"}}, "C A", 0},
		"nothing is mastered":           {nil, &service.PathOptions{AssumeMastered: []string{}}, "B C A", 0},
		"less time":                     {nil, &service.PathOptions{BudgetMinutes: new(40)}, "B", 1},
		"points excluded":               {nil, &service.PathOptions{Exclude: []string{"A"}}, "B", 1},
		"with what rests on them":       {nil, &service.PathOptions{Exclude: []string{"B"}}, "", 2},
		"all of it, and a new position": {new("Q"), &service.PathOptions{Exclude: []string{"A"}, BudgetMinutes: new(60)}, "D", 0},
	} {
		t.Run(name, func(t *testing.T) {
			other, err := path.WhatIf(c.position, c.options)
			require.NoError(t, err)
			require.Equal(t, c.want, codesOf(t, other))
			require.Len(t, other.Unreached(), c.unreached)
		})
	}
	t.Run("for what is critical", func(t *testing.T) {
		svc := fresh(t, "P: A*9 B!")
		path, err := svc.LearningPath(begin(), "E1", "P", &service.PathOptions{BudgetMinutes: new(30)})
		require.NoError(t, err)
		require.Equal(t, "A", codesOf(t, path))
		critical, err := path.WhatIf(nil, &service.PathOptions{Objective: plan.Critical})
		require.NoError(t, err)
		require.Equal(t, "B", codesOf(t, critical))
		both, err := critical.WhatIf(nil, &service.PathOptions{BudgetMinutes: new(60)})
		require.NoError(t, err)
		again, err := both.WhatIf(nil, &service.PathOptions{BudgetMinutes: new(30)})
		require.NoError(t, err)
		require.Equal(t, "B", codesOf(t, again), "the objective stays")
	})
	t.Run("asked again of the other", func(t *testing.T) {
		less, err := path.WhatIf(nil, &service.PathOptions{Exclude: []string{"A"}})
		require.NoError(t, err)
		both, err := less.WhatIf(nil, &service.PathOptions{AssumeMastered: []string{"B"}})
		require.NoError(t, err)
		require.Equal(t, "C", codesOf(t, both), "A stays excluded")
	})
	_, err = path.WhatIf(new("nowhere"), nil)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, err = path.WhatIf(nil, &service.PathOptions{Exclude: []string{"x", "y"}})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	require.ErrorContains(t, err, "exclude names what does not exist")
	_, err = path.WhatIf(nil, &service.PathOptions{BudgetMinutes: new(-1)})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	require.Equal(t, "B A", codesOf(t, path), "the path itself has not changed")
}

// codesOf lists the points of a path's steps.
func codesOf(t *testing.T, p *service.LearningPath) string {
	steps, err := p.Steps(begin(), nil)
	require.NoError(t, err)
	var codes []string
	for _, s := range steps {
		codes = append(codes, s.KnowledgePoint().Code())
	}
	return strings.Join(codes, " ")
}

// Routes are whole paths, told apart by what they add and spare.
func TestRoutes(t *testing.T) {
	svc := fresh(t, `
		A 40m  B 20m  C 30m
		P: X
		X <- a: A | B | C`)
	path, err := svc.LearningPath(begin(), "E1", "P", nil)
	require.NoError(t, err)
	choices, err := path.Choices(begin())
	require.NoError(t, err)
	require.Len(t, choices, 1)
	require.Equal(t, "a", choices[0].Clause())
	require.Equal(t, "X", choices[0].KnowledgePoint().Code())
	require.Equal(t, "B", choices[0].Taken().(service.KnowledgePoint).Code())
	others, err := choices[0].Others(begin())
	require.NoError(t, err)
	require.Len(t, others, 2)

	routes, err := path.Routes(begin(), 3)
	require.NoError(t, err)
	require.Len(t, routes, 3)
	require.Nil(t, routes[0].Detour())
	require.Equal(t, "B X", codesOf(t, &routes[0]))
	require.Equal(t, "C X", codesOf(t, &routes[1]))
	require.Equal(t, "A X", codesOf(t, &routes[2]))
	detour := routes[2].Detour()
	require.Equal(t, "A", detour.Choice().Taken().(service.KnowledgePoint).Code())
	require.Equal(t, 20, detour.Minutes())
	adds, err := detour.Adds(begin())
	require.NoError(t, err)
	require.Equal(t, "A", adds[0].Code())
	spares, err := detour.Spares(begin())
	require.NoError(t, err)
	require.Equal(t, "B", spares[0].Code())

	same, err := routes[2].WhatIf(nil, &service.PathOptions{BudgetMinutes: new(500)})
	require.NoError(t, err)
	require.Equal(t, "A X", codesOf(t, same), "a route asked otherwise stays on its way")
	other, err := routes[2].WhatIf(nil, &service.PathOptions{Exclude: []string{"A"}})
	require.NoError(t, err)
	require.Equal(t, "B X", codesOf(t, other), "unless that is closed")
	for _, first := range []int{-1, 4} {
		_, err = path.Routes(begin(), first)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	}
	none, err := path.Routes(begin(), 0)
	require.NoError(t, err)
	require.Empty(t, none)
}
