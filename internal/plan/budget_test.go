package plan_test

import (
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/plan"
)

func TestBudget(t *testing.T) {
	for _, test := range []struct {
		why, text string
		minutes   int
		want      string
	}{
		{"all of it, to the minute", "P: A B", 60, "30 A, 30 B"},
		{"what wins most", "P: A B*2", 59, "30 B"},
		{"nothing", "P: A", 0, ""},
		{"nothing that fits", "A 40m\nP: A", 39, ""},
		{"what is cheap per value, not what is great", "A 90m B 30m C 30m\nP: A*3 B*2 C*2", 90, "30 B, 30 C"},
		{"unless the great one wins more than all that fits else", "A 90m B 30m\nP: A*3 B*2", 90, "90 A"},
		{"no step without its prerequisites", "P: X*2 B\nX <- A", 59, "30 B"},
		{"with them, where they are worth it", "P: X*9 B\nX <- A", 60, "30 A, 30 X<A"},
		{"no prerequisites for their own sake", "P: X B\nX <- A\nA <- C", 60, "30 B"},
		{"reviews compete too", "P: A*2 B=0.7\n@ B=0.7/900d", 10, "6 ~B"},
		{"what others have paid for may fit at last", "P: X*8 Y\nX <- A\nY <- A", 90, "30 A, 30 X<A, 30 Y<A"},
		{
			"many together that look worse one by one", "A1 31m A2 31m A3 31m\nP: A1*3.2 A2*3.2 A3*3.2 B1*3 B2*3 B3*3 B4*3", 120,
			"30 B1, 30 B2, 30 B3, 30 B4",
		},
		{"what all of them need counts once", "A 60m B 90m\nP: X*4 Y*4 Z*4 B*9\nX <- A\nY <- A\nZ <- A", 150, "60 A, 30 X<A, 30 Y<A, 30 Z<A"},
		{"and so does what comes with another", "C 60m\nP: X*9 Y C*10.5\nX <- Y", 60, "60 C"},
	} {
		t.Run(test.why, func(t *testing.T) {
			g, p := makePath(t, test.text, plan.Limits{BudgetMinutes: &test.minutes})
			require.Equal(t, test.want, formatPath(g, p))
		})
	}
}

// precedenceKnapsack is a path without a budget as a knapsack under precedence: bit i is
// step i.
type precedenceKnapsack struct {
	minutes []int
	value   []float64
	before  []uint // the steps that each waits for
}

func newPrecedenceKnapsack(p *plan.Path) precedenceKnapsack {
	at, value := map[kg.Node]int{}, map[kg.Node]float64{}
	for _, x := range p.Report.Gaps {
		if x.Status != gap.Met {
			value[x.Point] = x.Value()
		}
	}
	var j precedenceKnapsack
	for i, s := range p.Steps {
		at[s.Point] = i
		before := uint(0)
		if s.Kind == plan.Learn {
			for _, w := range p.Pending.WaitsFor(s.Pending) {
				before |= 1 << at[w]
			}
		}
		j.minutes, j.value, j.before = append(j.minutes, s.Minutes), append(j.value, value[s.Point]), append(j.before, before)
	}
	return j
}

// forEachFeasible visits every set of steps that takes no more minutes than a budget and
// leaves none without what it waits for. Those stand before it.
func (j precedenceKnapsack) forEachFeasible(budget int, visit func(set uint, value float64)) {
	var extend func(i int, set uint, left int, value float64)
	extend = func(i int, set uint, left int, value float64) {
		if i == len(j.minutes) {
			visit(set, value)
			return
		}
		if j.minutes[i] <= left && j.before[i]&^set == 0 {
			extend(i+1, set|1<<i, left-j.minutes[i], value+j.value[i])
		}
		extend(i+1, set, left, value)
	}
	extend(0, 0, budget, 0)
}

// best is the most value of those sets.
func (j precedenceKnapsack) best(budget int) (best float64) {
	j.forEachFeasible(budget, func(_ uint, value float64) { best = max(best, value) })
	return best
}

// bestCritical is the most critical steps of those sets, and the most value with them.
func (j precedenceKnapsack) bestCritical(budget int, critical uint) (most int, best float64) {
	j.forEachFeasible(budget, func(set uint, value float64) {
		if n := bits.OnesCount(set & critical); n > most || n == most && value > best {
			most, best = n, value
		}
	})
	return most, best
}

// critical is the set of the steps that are there for a critical unmet requirement.
func critical(p *plan.Path) (set uint) {
	for i, s := range p.Steps {
		if r := p.Report.RequirementOn(s.Point); r.Critical && r.Status != gap.Met {
			set |= 1 << i
		}
	}
	return set
}

// Up to 22 steps, the choice within a budget is feasible and optimal by its objective.
func TestBudgetOfFewStepsIsBest(t *testing.T) {
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		for range 5 {
			if requireBestWithinBudget(t, drawQuestion(t)) {
				seen++
			}
		}
	})
	require.NotZero(t, seen)
}

func requireBestWithinBudget(t *rapid.T, q question) bool {
	whole := plan.Make(q.g, q.w.States(q.g), 0, plan.Limits{}, kgtest.Now)
	if len(whole.Steps) == 0 || len(whole.Steps) > 22 {
		return false
	}
	j := newPrecedenceKnapsack(whole)
	budget := rapid.IntRange(0, whole.TotalMinutes).Draw(t, "budget")
	for _, objective := range []plan.Objective{"", plan.Coverage, plan.Critical} {
		p := plan.Make(q.g, q.w.States(q.g), 0, plan.Limits{BudgetMinutes: &budget, Objective: objective}, kgtest.Now)
		require.LessOrEqual(t, p.TotalMinutes, budget)
		done, won := map[kg.Node]bool{}, 0.0
		for _, s := range p.Steps {
			if s.Kind == plan.Learn {
				for _, w := range p.Pending.WaitsFor(s.Pending) {
					require.True(t, done[w], "nothing stands before what it waits for")
				}
			}
			done[s.Point] = true
		}
		for _, v := range newPrecedenceKnapsack(p).value {
			won += v
		}
		if objective == plan.Critical {
			most, best := j.bestCritical(budget, critical(whole))
			require.Equal(t, most, bits.OnesCount(critical(p)))
			require.InDelta(t, best, won, 1e-6)
		} else {
			require.InDelta(t, j.best(budget), won, 1e-6, "values are rounded to nine decimals")
		}
	}
	return true
}

func TestObjective(t *testing.T) {
	for _, test := range []struct {
		why, text          string
		minutes            int
		coverage, critical string
	}{
		{"a critical requirement before whatever wins more", "P: A*9 B*1!", 30, "30 A", "30 B"},
		{"with all that it waits for", "P: X! B*9 C*9\nX <- A", 60, "30 B, 30 C", "30 A, 30 X<A"},
		{"but not one that does not fit", "P: X! B*9\nX <- A", 59, "30 B", "30 B"},
		{"many before great ones", "A 60m\nP: A*9! B! C!", 60, "60 A", "30 B, 30 C"},
		{"of as many those that win most", "P: A! B*2!", 30, "30 B", "30 B"},
		{"and what is left for coverage", "P: A*9 B! C*2", 60, "30 A, 30 C", "30 A, 30 B"},
		{"reviews count too", "P: A*9 B=0.7!\n@ B=0.7/900d", 30, "30 A", "6 ~B"},
		{"what is met does not count", "P: A*9 B=0.3! C\n@ B=0.4\nC <- B", 60, "30 A", "30 A"},
	} {
		t.Run(test.why, func(t *testing.T) {
			for objective, want := range map[plan.Objective]string{"": test.coverage, plan.Coverage: test.coverage, plan.Critical: test.critical} {
				g, p := makePath(t, test.text, plan.Limits{BudgetMinutes: &test.minutes, Objective: objective})
				require.Equal(t, want, formatPath(g, p), objective)
			}
		})
	}
	g, p := makePath(t, "P: A*9 B!", plan.Limits{Objective: plan.Critical})
	require.Equal(t, "30 A, 30 B", formatPath(g, p), "without a budget, and in the order, it changes nothing")
}
