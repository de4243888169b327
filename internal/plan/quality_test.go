package plan_test

import (
	"math"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/plan"
)

func neverStop() bool { return false }

// withSoft adds the soft prerequisites to what steps wait for.
func (j precedenceKnapsack) withSoft(g *kg.Graph, p *plan.Path) precedenceKnapsack {
	at := map[kg.Node]int{}
	for i, s := range p.Steps {
		if s.Kind == plan.Learn {
			at[s.Point] = i
		}
	}
	for i, s := range p.Steps {
		if s.Kind == plan.Review {
			continue
		}
		for owner := s.Point; owner != kg.None; owner = g.OwnerAbove(owner) {
			for _, n := range g.Soft(owner) {
				points := []kg.Node{n}
				if !g.IsPoint(n) {
					points = g.Members(n)
				}
				for _, k := range points {
					if before, pending := at[k]; pending {
						j.before[i] |= 1 << before
					}
				}
			}
		}
	}
	return j
}

func (j precedenceKnapsack) isClosed(set uint) bool {
	for s := set; s != 0; s &= s - 1 {
		if j.before[bits.TrailingZeros(s)]&^set != 0 {
			return false
		}
	}
	return true
}

func (j precedenceKnapsack) sum(set uint) (minutes, value float64) {
	for s := set; s != 0; s &= s - 1 {
		i := bits.TrailingZeros(s)
		minutes, value = minutes+float64(j.minutes[i]), value+j.value[i]
	}
	return minutes, value
}

// sidneyParts finds the decomposition by trying every set: the largest of the densest.
func (j precedenceKnapsack) sidneyParts() (parts []uint) {
	all := uint(1)<<len(j.minutes) - 1
	for done := uint(0); done != all; {
		best, density := uint(0), -1.0
		for set := done + 1; set <= all; set++ {
			if set&done != done || !j.isClosed(set) {
				continue
			}
			minutes, value := j.sum(set &^ done)
			d := value / minutes
			if d > density*(1+1e-12) || d > density*(1-1e-12) && bits.OnesCount(set) > bits.OnesCount(best) {
				best, density = set, d
			}
		}
		parts, done = append(parts, best&^done), best
	}
	return parts
}

// leastCost is the least Σ v × completion minute of all orders, by dynamic
// programming over the sets that may be done.
func (j precedenceKnapsack) leastCost() float64 {
	cost := make([]float64, 1<<len(j.minutes))
	for set := 1; set < len(cost); set++ {
		cost[set] = math.Inf(1)
		minutes, _ := j.sum(uint(set))
		for s := uint(set); s != 0; s &= s - 1 {
			i := bits.TrailingZeros(s)
			if rest := uint(set) &^ (1 << i); j.before[i]&^rest == 0 {
				cost[set] = min(cost[set], cost[rest]+j.value[i]*minutes)
			}
		}
	}
	return cost[len(cost)-1]
}

// The bounds equal those of an exhaustive search. No order and no choice beats them,
// and a short path is in the optimal order.
func TestBoundsAndShortOrdersAreExact(t *testing.T) {
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		p := plan.Make(q.g, q.w.States(q.g), 0, plan.Limits{}, kgtest.Now)
		if len(p.Steps) > 11 || len(p.Steps) == 0 {
			return
		}
		seen++
		j := newPrecedenceKnapsack(p)
		minutes := rapid.IntRange(0, p.TotalMinutes).Draw(t, "minutes")
		got, whole := p.Quality(minutes, neverStop)
		require.True(t, whole)

		all, left, best, weights := 0.0, float64(minutes), 0.0, 0.0
		for _, v := range j.value {
			all += v
		}
		for _, x := range p.Report.Gaps {
			weights += x.Weight
		}
		for _, part := range j.sidneyParts() {
			m, v := j.sum(part)
			best += v * max(0, min(1, left/m))
			left -= m
		}
		if all > 0 {
			require.InDelta(t, 1-(all-best)/weights, got.BestPossibleAtBudget, 1e-7, "values are rounded to nine decimals")
		}
		require.GreaterOrEqual(t, 1-(all-j.best(minutes))/weights, got.CoverageAtBudget-1e-7)
		require.LessOrEqual(t, 1-(all-j.best(minutes))/weights, got.BestPossibleAtBudget+1e-7)

		j = j.withSoft(q.g, p)
		bound, before, cost := 0.0, 0.0, 0.0
		for _, part := range j.sidneyParts() {
			m, v := j.sum(part)
			bound += v * (before + m/2)
			before += m
		}
		for i, s := range p.Steps {
			bound += j.value[i] * float64(s.Minutes) / 2
			cost += j.value[i] * float64(s.Cumulative)
		}
		if bound > 0 {
			require.InDelta(t, cost/bound, got.RatioToBound, 1e-6)
		}
		require.LessOrEqual(t, bound, j.leastCost()*(1+1e-6))
		require.InDelta(t, j.leastCost(), cost, 1e-6*(1+cost), "so few steps are in the best order of all")
	})
	require.NotZero(t, seen)
}

// Up to twelve points to learn are in the optimal order, whatever the number of
// reviews. The order of a few more is nearly optimal.
func TestOrdersOfSixteenStepsAreNearlyExact(t *testing.T) {
	var ratios, worst float64
	paths, longer := 0, 0
	for seed := uint64(0); paths < 60; seed++ {
		shape := kgtest.RichShape(40)
		shape.Required, shape.Mastered = 12, 0.6
		w := kgtest.RandomWorld(seed, shape)
		g := w.Compile(t)
		p := plan.Make(g, w.States(g), 0, plan.Limits{}, kgtest.Now)
		if len(p.Steps) < 13 || len(p.Steps) > 16 {
			continue
		}
		j := newPrecedenceKnapsack(p).withSoft(g, p)
		cost := 0.0
		for i, s := range p.Steps {
			cost += j.value[i] * float64(s.Cumulative)
		}
		ratio := cost / j.leastCost()
		if p.Pending.Len() <= 12 {
			require.InDelta(t, 1, ratio, 1e-6, "seed %d", seed)
		} else {
			longer++
		}
		paths, ratios, worst = paths+1, ratios+ratio, max(worst, ratio)
	}
	require.Greater(t, longer, 15)
	require.LessOrEqual(t, ratios/float64(paths), 1.001)
	require.LessOrEqual(t, worst, 1.01)
}

// Within a budget the order is compared over the steps of the path, the choice over
// all candidates.
func TestQualityWithinABudget(t *testing.T) {
	for _, test := range []struct {
		why, text            string
		budget               int
		ratio, covered, best float64
	}{
		{"nothing to do", "P: A\n@ A=1", 10, 1, 1, 1},
		{"the best there is", "P: A B", 30, 1, 0.5, 0.5},
		{"nothing that fits", "P: A*3 B", 0, 1, 0, 0},
		{"a part counts in part for the bound alone", "P: A*3 B", 45, 1, 0.75, 0.875},
		{"what is left out does not count against the order", "A 30m B 60m\nP: A B", 30, 1, 0.5, 0.5},
	} {
		t.Run(test.why, func(t *testing.T) {
			_, p := makePath(t, test.text, plan.Limits{BudgetMinutes: &test.budget})
			q, whole := p.Quality(test.budget, neverStop)
			require.True(t, whole)
			require.InDelta(t, test.ratio, q.RatioToBound, 1e-9)
			require.InDelta(t, test.covered, q.CoverageAtBudget, 1e-9)
			require.InDelta(t, test.best, q.BestPossibleAtBudget, 1e-9)
		})
	}
}

// What is excluded cannot be covered.
func TestQualityWithoutSomePoints(t *testing.T) {
	w, g := kgtest.Compile(t, "P: A*3 B")
	p := plan.Make(g, w.States(g), 0, plan.Limits{Exclude: []kg.Node{kgtest.Node(t, g, "A")}}, kgtest.Now)
	q, _ := p.Quality(30, neverStop)
	require.InDelta(t, 0.25, q.CoverageAtBudget, 1e-9)
	require.InDelta(t, 0.25, q.BestPossibleAtBudget, 1e-9)
}

func TestQualityMayBeStopped(t *testing.T) {
	_, p := makePath(t, "P: A*3 B", plan.Limits{})
	_, whole := p.Quality(30, func() bool { return true })
	require.False(t, whole)
}
