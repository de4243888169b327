package plan_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/plan"
)

func TestRoutes(t *testing.T) {
	for _, test := range []struct {
		why, text string
		limits    plan.Limits
		want      []string
	}{
		{"one where there is nothing to choose", "P: X\nX <- A", plan.Limits{}, []string{"30 A, 30 X<A"}},
		{
			"the cheapest, then the others by their minutes", "A 40m B 20m C 30m\nP: X\nX <- a: A | B | C",
			plan.Limits{},
			[]string{"20 B, 30 X<B", "30 C, 30 X<C via a of X: C", "40 A, 30 X<A via a of X: A"},
		},
		{
			"no more than three", "A 40m B 20m C 30m D 50m\nP: X\nX <- a: A | B | C | D",
			plan.Limits{},
			[]string{"20 B, 30 X<B", "30 C, 30 X<C via a of X: C", "40 A, 30 X<A via a of X: A"},
		},
		{"none that only adds", "A 40m B 20m\nP: X B\nX <- a: A | B", plan.Limits{}, []string{"20 B, 30 X<B"}},
		{"what is mastered leaves no choice", "P: X\nX <- a: A | B\n@ A=1", plan.Limits{}, []string{"30 X"}},
		{
			"a choice beneath a choice", "A 10m B 20m C 30m F 40m\nP: X\nX <- a: A | F\nA <- b: B | C",
			plan.Limits{},
			[]string{"20 B, 10 A<B, 30 X<A", "40 F, 30 X<F via a of X: F", "30 C, 10 A<C, 30 X<A via b of A: C"},
		},
		{
			"what the others then choose follows the same rules", "G { X Y }\nA 10m B 20m\nP: X Y\nG <- a: A | B",
			plan.Limits{},
			[]string{"10 A, 30 X<A, 30 Y<A", "20 B, 30 X<B, 30 Y<B via a of X: B"},
		},
		{
			"within the budget", "A 40m B 20m\nP: X\nX <- a: A | B",
			plan.Limits{BudgetMinutes: new(60)},
			[]string{"20 B, 30 X<B", " via a of X: A"},
		},
	} {
		t.Run(test.why, func(t *testing.T) {
			w, g := kgtest.Compile(t, test.text)
			p := plan.Make(g, w.States(g), kgtest.Position(t, g, "P"), test.limits, kgtest.Now)
			got := []string{formatPath(g, p)}
			for _, r := range p.Routes(w.States(g), test.limits, 2) {
				got = append(got, formatPath(g, r.Path)+fmt.Sprintf(" via %s of %s: %s", r.Detour.Clause.Name, g.Code(r.Detour.Point), g.Code(r.Detour.Taken.Node)))
			}
			require.Equal(t, test.want, got)
		})
	}
}

// Every route is a valid path that takes its detour, and no two are the same.
func TestRoutesAreDifferentPaths(t *testing.T) {
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		p := plan.Make(q.g, q.w.States(q.g), 0, plan.Limits{}, kgtest.Now)
		routes := append([]plan.Route{{Path: p}}, p.Routes(q.w.States(q.g), plan.Limits{}, 2)...)
		require.LessOrEqual(t, len(routes), 3)
		told := map[string]bool{}
		for i, r := range routes {
			done := map[string]bool{}
			for _, s := range r.Steps {
				if s.Kind == plan.Learn {
					for _, before := range r.Pending.WaitsFor(s.Pending) {
						require.True(t, done[q.g.Code(before)])
					}
				}
				done[q.g.Code(s.Point)] = true
			}
			require.Empty(t, r.Unreached)
			for _, x := range r.Report.Gaps {
				require.True(t, x.Status == "MET" || done[q.g.Code(x.Point)], "every requirement is reached")
			}
			set := fmt.Sprint(r.Steps)
			require.False(t, told[set])
			told[set] = true
			if i > 0 {
				seen++
				for _, m := range q.g.Members(r.Detour.Taken.Node) {
					require.True(t, done[q.g.Code(m)] || masteryOf(q, m) >= r.Detour.Taken.Theta-1e-9, "the detour is taken")
				}
				require.True(t, i == 1 || routes[i-1].TotalMinutes <= r.TotalMinutes)
			}
		}
	})
	require.NotZero(t, seen)
}

func masteryOf(q question, point kg.Node) float64 {
	for _, s := range q.w.States(q.g) {
		if s.Point == point {
			return s.Mastery
		}
	}
	return 0
}
