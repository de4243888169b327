package analysis_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// Routes are whole paths; each names what it adds to the first one and what it spares.
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
	require.Equal(t, "B X", stepCodes(t, &routes[0]))
	require.Equal(t, "C X", stepCodes(t, &routes[1]))
	require.Equal(t, "A X", stepCodes(t, &routes[2]))
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
	require.Equal(t, "A X", stepCodes(t, same), "a route asked otherwise stays on its way")
	other, err := routes[2].WhatIf(nil, &analysis.PathOptions{Exclude: []string{"A"}})
	require.NoError(t, err)
	require.Equal(t, "B X", stepCodes(t, other), "unless that is closed")
	for _, first := range []int{-1, 4} {
		_, err = path.Routes(servicetest.Request(), first)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	}
	none, err := path.Routes(servicetest.Request(), 0)
	require.NoError(t, err)
	require.Empty(t, none)
}
