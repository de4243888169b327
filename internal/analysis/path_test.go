package analysis_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/plan"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

func TestPathSteps(t *testing.T) {
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
	require.Equal(t, "B A", stepCodes(t, path))
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
			require.Equal(t, c.want, stepCodes(t, other))
			require.Len(t, other.Unreached(), c.unreached)
		})
	}
	t.Run("for what is critical", func(t *testing.T) {
		svc := servicetest.OpenWorld(t, "P: A*9 B!")
		path, err := svc.Analysis.LearningPath(servicetest.Request(), "E1", "P", &analysis.PathOptions{BudgetMinutes: new(30)})
		require.NoError(t, err)
		require.Equal(t, "A", stepCodes(t, path))
		critical, err := path.WhatIf(nil, &analysis.PathOptions{Objective: plan.Critical})
		require.NoError(t, err)
		require.Equal(t, "B", stepCodes(t, critical))
		both, err := critical.WhatIf(nil, &analysis.PathOptions{BudgetMinutes: new(60)})
		require.NoError(t, err)
		again, err := both.WhatIf(nil, &analysis.PathOptions{BudgetMinutes: new(30)})
		require.NoError(t, err)
		require.Equal(t, "B", stepCodes(t, again), "the objective stays")
	})
	t.Run("asked again of the other", func(t *testing.T) {
		less, err := path.WhatIf(nil, &analysis.PathOptions{Exclude: []string{"A"}})
		require.NoError(t, err)
		both, err := less.WhatIf(nil, &analysis.PathOptions{AssumeMastered: []string{"B"}})
		require.NoError(t, err)
		require.Equal(t, "C", stepCodes(t, both), "A stays excluded")
	})
	_, err = path.WhatIf(new("nowhere"), nil)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, err = path.WhatIf(nil, &analysis.PathOptions{Exclude: []string{"x", "y"}})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	require.ErrorContains(t, err, "exclude names what does not exist")
	_, err = path.WhatIf(nil, &analysis.PathOptions{BudgetMinutes: new(-1)})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	require.Equal(t, "B A", stepCodes(t, path), "the path itself has not changed")
}

// stepCodes lists the points of a path's steps.
func stepCodes(t *testing.T, p *analysis.LearningPath) string {
	steps, err := p.Steps(servicetest.Request(), nil)
	require.NoError(t, err)
	var codes []string
	for _, s := range steps {
		codes = append(codes, s.KnowledgePoint().Code())
	}
	return strings.Join(codes, " ")
}
