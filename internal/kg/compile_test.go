package kg_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

func TestCompileNothing(t *testing.T) {
	g, err := kg.Compile(competency.Catalog{})
	require.NoError(t, err)
	require.Zero(t, g.Nodes())
	_, ok := g.Find("A")
	require.False(t, ok)
	_, ok = g.FindPosition("P")
	require.False(t, ok)
}

// Inconsistent catalogs are refused with all problems at once.
func TestCompileRefuses(t *testing.T) {
	point := competency.KnowledgePoint{Code: "A"}
	for _, test := range []struct {
		why     string
		catalog competency.Catalog
		want    []string // record.field
	}{
		{"ends of an edge", competency.Catalog{Prerequisites: []competency.Prerequisite{{Prerequisite: "X", Dependent: "Y"}}}, []string{"prerequisites.prerequisite", "prerequisites.dependent"}},
		{"a competency that is none", competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{point, {Code: "B", Competency: "A"}}}, []string{"knowledge_points.competency"}},
		{"a parent that is none", competency.Catalog{Competencies: []competency.Competency{{Code: "C", Parent: "X"}}}, []string{"competencies.parent"}},
		{"target and position", competency.Catalog{Requirements: []competency.Requirement{{Position: "P", Target: "X"}}}, []string{"requirements.target", "requirements.position"}},
		{"only points are taught and related", competency.Catalog{
			Competencies: []competency.Competency{{Code: "C"}}, KnowledgePoints: []competency.KnowledgePoint{point},
			Related: []competency.Related{{A: "A", B: "C"}}, Resources: []competency.Resource{{Code: "R", Teaches: []string{"C", "A"}}},
		}, []string{"related.b", "resources.teaches"}},
		{"codes are unique", competency.Catalog{
			Competencies: []competency.Competency{{Code: "A"}}, KnowledgePoints: []competency.KnowledgePoint{point, point},
			Positions: []competency.Position{{Code: "P"}, {Code: "P"}}, Resources: []competency.Resource{{Code: "R"}, {Code: "R"}},
		}, []string{"knowledge_points.code", "competencies.code", "positions.code", "resources.code"}},
	} {
		t.Run(test.why, func(t *testing.T) {
			_, err := kg.Compile(test.catalog)
			var places []string
			for _, p := range fault.ProblemsOf(err) {
				places = append(places, p.Record+"."+p.Field)
			}
			require.Equal(t, test.want, places)
		})
	}
}

// The order in which a catalog is listed changes nothing.
func TestCompileIsDeterministic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		w := kgtest.RandomWorld(seed, kgtest.RichShape(rapid.IntRange(1, 60).Draw(t, "points")))
		want := w.Compile(t)
		c, r := w.Catalog, rand.New(rand.NewPCG(seed, 1))
		shuffle(r, c.Competencies)
		shuffle(r, c.KnowledgePoints)
		shuffle(r, c.Prerequisites)
		shuffle(r, c.Positions)
		shuffle(r, c.Requirements)
		shuffle(r, c.Resources)
		got, err := kg.Compile(c)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func shuffle[T any](r *rand.Rand, list []T) {
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// Chains as long as a catalog do not overflow the stack.
func TestDeepChains(t *testing.T) {
	code := func(i int) string { return fmt.Sprintf("K%06d", i) }
	t.Run("prerequisites", func(t *testing.T) {
		const n = 200_000
		var c competency.Catalog
		for i := range n {
			c.KnowledgePoints = append(c.KnowledgePoints, competency.KnowledgePoint{Code: code(i)})
			if i > 0 {
				c.Prerequisites = append(c.Prerequisites, competency.Prerequisite{Prerequisite: code(i - 1), Dependent: code(i)})
			}
		}
		g, err := kg.Compile(c)
		require.NoError(t, err)
		last, _ := g.Find(code(n - 1))
		require.Equal(t, int32(n-1), g.Depth(last))
	})
	t.Run("containment", func(t *testing.T) {
		const n = 20_000
		c := competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: "first"}, {Code: "last", Competency: code(n - 1)}}}
		for i := range n {
			k := competency.Competency{Code: code(i)}
			if i > 0 {
				k.Parent = code(i - 1)
			}
			c.Competencies = append(c.Competencies, k)
			c.Prerequisites = append(c.Prerequisites, competency.Prerequisite{Prerequisite: "first", Dependent: code(i)})
		}
		g, err := kg.Compile(c)
		require.NoError(t, err)
		top, _ := g.Find(code(0))
		require.Equal(t, []string{"last"}, kgtest.Codes(g, g.Members(top)))
		last, _ := g.Find("last")
		require.Equal(t, int32(1), g.Depth(last))
	})
}
