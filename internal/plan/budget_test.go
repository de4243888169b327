package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

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
	} {
		t.Run(test.why, func(t *testing.T) {
			g, p := path(t, test.text, plan.Limits{BudgetMinutes: &test.minutes})
			require.Equal(t, test.want, tell(g, p))
		})
	}
}

// project is a path without a budget as a knapsack under precedence: bit i is
// step i.
type project struct {
	minutes []int
	value   []float64
	before  []uint // the steps that each waits for
}

func newProject(p *plan.Path) project {
	at, value := map[kg.Node]int{}, map[kg.Node]float64{}
	for _, x := range p.Report.Gaps {
		if x.Status != gap.Met {
			value[x.Point] = x.Value()
		}
	}
	var j project
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

// best tries every set of steps that leaves none without what it waits for.
func (j project) best(budget int) (best float64) {
next:
	for set := range uint(1) << len(j.minutes) {
		minutes, value := 0, 0.0
		for i := range j.minutes {
			if set&(1<<i) != 0 {
				if minutes += j.minutes[i]; minutes > budget || j.before[i]&^set != 0 {
					continue next
				}
				value += j.value[i]
			}
		}
		best = max(best, value)
	}
	return best
}

// Within a budget a path wins nearly what the best choice would.
func TestBudgetIsNearlyBest(t *testing.T) {
	sum, n, worst := 0.0, 0, 1.0
	for seed := range uint64(1500) {
		shape := kgtest.Rich(16)
		shape.Required = 3 + int(seed%6)
		w := kgtest.Random(seed, shape)
		g := w.Compile(t)
		whole := plan.Make(g, w.States(g), 0, plan.Limits{}, kgtest.Now)
		if len(whole.Steps) < 4 || len(whole.Steps) > 12 {
			continue
		}
		j := newProject(whole)
		for _, share := range []float64{0.15, 0.4, 0.7} {
			budget := int(share * float64(whole.TotalMinutes))
			best := j.best(budget)
			if best == 0 {
				continue
			}
			p := plan.Make(g, w.States(g), 0, plan.Limits{BudgetMinutes: &budget}, kgtest.Now)
			won := 0.0
			for _, v := range newProject(p).value {
				won += v
			}
			require.LessOrEqual(t, won, best+1e-9)
			if won/best < worst {
				worst = won / best
				t.Logf("seed %d share %v: %.3f of %v steps", seed, share, won/best, len(whole.Steps))
			}
			sum += won / best
			n++
		}
	}
	t.Log(n, sum/float64(n), worst)
	require.Greater(t, n, 300)
	require.GreaterOrEqual(t, worst, 0.80)
	require.GreaterOrEqual(t, sum/float64(n), 0.95)
}
