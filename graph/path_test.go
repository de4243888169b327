package graph_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// A budget goes to coverage by default.
func TestBudgetObjective(t *testing.T) {
	world := smallWorld(t)
	world.Put.Catalog = kgtest.MustParse(t, smallCatalog+"\nS: K*9 L!").Catalog
	a := newAPI(t, world, nil, graph.Config{})
	for options, want := range map[string]string{"": "K", ", objective: COVERAGE": "K", ", objective: CRITICAL": "L"} {
		require.JSONEq(t, `{ "nextSteps": [{ "knowledgePoint": { "code": "`+want+`" } }] }`,
			a.query(t, `{ nextSteps(employee: "E1", position: "S", options: { budgetMinutes: 30`+options+` }) { knowledgePoint { code } } }`))
	}
}
