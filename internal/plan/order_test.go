package plan_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/plan"
)

func TestOrder(t *testing.T) {
	for _, test := range []struct{ why, text, want string }{
		{"value per minute decides", "A 90m B 10m C 30m\nP: A*3 B C*2", "10 B, 30 C, 90 A"},
		{"ties by code", "P: 乙 甲 z", "30 z, 30 乙, 30 甲"},
		{"a foundation is worth what it opens", "F 10m\nP: X*5 Y\nX <- F", "10 F, 30 X<F, 30 Y"},
		{"and no more", "F 90m\nP: X Y*2\nX <- F", "30 Y, 90 F, 30 X<F"},
		{"one after the other, not all foundations first", "F1 F2\nP: X Y\nX <- F1\nY <- F2", "30 F1, 30 X<F1, 30 F2, 30 Y<F2"},
		{"through the points of a competency too", "G { F1 10m F2 10m }\nP: X*5 Y\nX <- G", "10 F1, 10 F2, 30 X<F1+F2, 30 Y"},
		{"reviews take their place", "P: A=0.7 B=0.7*4\n@ A=0.7/900d", "30 B, 6 ~A"},
		{"a soft prerequisite holds back what is worth more", "A 90m\nP: A B*9 C*2\nB <~ A", "90 A, 30 B, 30 C"},
		{"what a bundle holds keeps the rule", "F 600m G 600m H 30m B 30m\nP: H*10 B*10\nH <- F\nB <- G H", "600 F, 30 H<F, 600 G, 30 B<G+H"},
		{"a foundation has the minutes of what it opens", "F 10m G 30m X 10m\nP: G X\nG <- F", "10 X, 10 F, 30 G<F"},
		{"as long as that is worth it", "A 200m\nP: A B*9 C*2\nB <~ A", "30 C, 200 A, 30 B"},
		{"not what is not there", "P: B*9 C*2\nB <~ A", "30 B, 30 C"},
	} {
		t.Run(test.why, func(t *testing.T) {
			g, p := makePath(t, test.text, plan.Limits{})
			require.Equal(t, test.want, formatPath(g, p))
		})
	}
}

// Weighted gap closes earlier than in topological order.
func TestOrderClosesGapEarly(t *testing.T) {
	for seed := range uint64(5) {
		w := kgtest.RandomWorld(seed, kgtest.BenchShape(400))
		g := w.Compile(t)
		p := plan.Make(g, nil, 0, plan.Limits{}, kgtest.Now)
		value := map[kg.Node]float64{}
		for _, x := range p.Report.Gaps {
			value[x.Point] = x.Value()
		}
		// Σ v × completion minute of steps in this order.
		weightedDelay := func(steps []plan.Step) (sum float64) {
			minute := 0
			for _, s := range steps {
				minute += s.Minutes
				sum += value[s.Point] * float64(minute)
			}
			return sum
		}
		numbered := slices.Clone(p.Steps)
		slices.SortFunc(numbered, func(a, b plan.Step) int { return cmp.Compare(a.Point, b.Point) })
		require.Less(t, weightedDelay(p.Steps), 0.92*weightedDelay(numbered), "seed %d", seed)
	}
}

// A position may require more goals than compete at once, and rest on chains as long
// as a catalog.
func TestLargePaths(t *testing.T) {
	t.Run("many requirements", func(t *testing.T) {
		w := kgtest.RandomWorld(1, kgtest.BenchShape(3000))
		w.Positions, w.Requirements = []competency.Position{{Code: "P"}}, nil
		for _, k := range w.KnowledgePoints {
			w.Requirements = append(w.Requirements, competency.Requirement{Position: "P", Target: k.Code})
		}
		g := w.Compile(t)
		p := plan.Make(g, nil, 0, plan.Limits{}, kgtest.Now)
		require.Len(t, p.Steps, 3000)
		requireValid(t, p)
		half := p.TotalMinutes / 2
		p = plan.Make(g, nil, 0, plan.Limits{BudgetMinutes: &half}, kgtest.Now)
		require.InDelta(t, half, p.TotalMinutes, 5, "points take at least five minutes")
		requireValid(t, p)
	})
	t.Run("a long chain", func(t *testing.T) {
		const n = 50_000
		c := competency.Catalog{
			Positions:    []competency.Position{{Code: "P"}},
			Requirements: []competency.Requirement{{Position: "P", Target: fmt.Sprint("K", n-1)}},
		}
		for i := range n {
			c.KnowledgePoints = append(c.KnowledgePoints, competency.KnowledgePoint{Code: fmt.Sprint("K", i)})
			if i > 0 {
				c.Prerequisites = append(c.Prerequisites, competency.Prerequisite{Prerequisite: fmt.Sprint("K", i-1), Dependent: fmt.Sprint("K", i)})
			}
		}
		p := plan.Make(kgtest.World{Catalog: c}.Compile(t), nil, 0, plan.Limits{}, kgtest.Now)
		require.Len(t, p.Steps, n)
		requireValid(t, p)
	})
}

// requireValid checks that no step comes before what it waits for.
func requireValid(t *testing.T, p *plan.Path) {
	done := map[kg.Node]bool{}
	for _, s := range p.Steps {
		for _, before := range p.Pending.WaitsFor(s.Pending) {
			require.True(t, done[before])
		}
		done[s.Point] = true
	}
}
