package plan_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
	"gonum.org/v1/gonum/graph/traverse"

	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/plan"
)

// largeQuestion is a question about a large catalog, with half of the closure
// mastered. In the world of 10,000 points the closure has about 1,200.
type largeQuestion struct {
	g       *kg.Graph
	states  []mastery.State
	report  *gap.Report
	closure int
}

func newLargeQuestion(tb testing.TB, w kgtest.World, closure int) largeQuestion {
	in := w.RestrictToClosure(closure)
	q := largeQuestion{g: w.Compile(tb), closure: len(in)}
	// What is mastered is a knowledge state: the half that comes first.
	var nodes []kg.Node
	for _, code := range in {
		nodes = append(nodes, kgtest.Node(tb, q.g, code))
	}
	slices.Sort(nodes)
	for i, n := range nodes {
		state := mastery.State{Point: n, Mastery: 1, AssessedAt: kgtest.Now}
		if i >= len(nodes)/2 {
			state.Mastery = 0.3
		}
		q.states = append(q.states, state)
	}
	q.report = gap.Analyze(q.g, q.states, 0, kgtest.Now)
	return q
}

// forEachWorld runs a benchmark over worlds of three sizes, and over real graphs where
// they are.
func forEachWorld(b *testing.B, run func(b *testing.B, q largeQuestion)) {
	ask := func(name string, w kgtest.World, closure int) {
		b.Run(name, func(b *testing.B) {
			q := newLargeQuestion(b, w, closure)
			b.ReportAllocs()
			run(b, q)
			b.ReportMetric(float64(q.closure), "closure")
		})
	}
	for _, size := range []struct{ points, closure int }{{1_000, 300}, {10_000, 1_200}, {100_000, 3_000}} {
		ask(fmt.Sprint(size.points), kgtest.RandomWorld(1, kgtest.BenchShape(size.points)), size.closure)
	}
	for _, name := range kgtest.PublicGraphs {
		if w, ok := kgtest.PublicGraph(b, name); ok {
			ask(name, w, 300)
		}
	}
}

// BenchmarkMake is the whole answer: gap, pending set, near-optimal order. It also
// reports the quality of the order: Σ v × completion minute against the lower bound,
// and the coverage after a quarter of the minutes against the best possible.
func BenchmarkMake(b *testing.B) {
	forEachWorld(b, func(b *testing.B, q largeQuestion) {
		var p *plan.Path
		for b.Loop() {
			p = plan.Make(q.g, q.states, 0, plan.Limits{}, kgtest.Now)
		}
		quality, _ := p.Quality(p.TotalMinutes/4, neverStop)
		b.ReportMetric(quality.RatioToBound, "of-bound")
		b.ReportMetric(quality.CoverageAtBudget/quality.BestPossibleAtBudget, "of-best")
	})
}

// BenchmarkQuality is the cost of these bounds.
func BenchmarkQuality(b *testing.B) {
	forEachWorld(b, func(b *testing.B, q largeQuestion) {
		p := plan.Make(q.g, q.states, 0, plan.Limits{}, kgtest.Now)
		for b.Loop() {
			p.Quality(p.TotalMinutes/4, neverStop)
		}
	})
}

// BenchmarkBudget is a path within half of the minutes.
func BenchmarkBudget(b *testing.B) {
	forEachWorld(b, func(b *testing.B, q largeQuestion) {
		half := plan.Make(q.g, q.states, 0, plan.Limits{}, kgtest.Now).TotalMinutes / 2
		for b.Loop() {
			plan.Make(q.g, q.states, 0, plan.Limits{BudgetMinutes: &half}, kgtest.Now)
		}
	})
}

// BenchmarkPending is the pending set in a valid order.
func BenchmarkPending(b *testing.B) {
	forEachWorld(b, func(b *testing.B, q largeQuestion) {
		var p *plan.PendingSet
		for b.Loop() {
			p = plan.NewPendingSet(q.g, q.states, q.report, nil, nil)
		}
		b.ReportMetric(float64(p.Len()), "pending")
	})
}

// BenchmarkGonum answers the same by a general graph library: the closure of the
// position, the subgraph of it that is not mastered, sorted.
func BenchmarkGonum(b *testing.B) { benchmarkGonum(b, 2) }

// BenchmarkGonumPruned does not search beneath mastered points.
func BenchmarkGonumPruned(b *testing.B) { benchmarkGonum(b, 0.7) }

// benchmarkGonum asks the library, which turns back at a mastery.
func benchmarkGonum(b *testing.B, enough float64) {
	forEachWorld(b, func(b *testing.B, q largeQuestion) {
		whole := simple.NewDirectedGraph() // dependent → prerequisite
		for n := range q.g.Points() {
			whole.AddNode(simple.Node(n))
		}
		for n := range kg.Node(q.g.Points()) {
			for _, a := range q.g.Needs(n) {
				whole.SetEdge(simple.Edge{F: simple.Node(n), T: simple.Node(a.Node)})
			}
		}
		mastered := masteriesOf(q)
		var sorted []graph.Node
		for b.Loop() {
			sub := simple.NewDirectedGraph()
			search := traverse.BreadthFirst{
				Visit: func(n graph.Node) {
					if mastered[n.ID()] < 0.7 {
						sub.AddNode(n)
					}
				},
				Traverse: func(e graph.Edge) bool { return mastered[e.To().ID()] < enough },
			}
			for _, x := range q.report.Gaps {
				if from := simple.Node(x.Point); mastered[from.ID()] < enough && !search.Visited(from) {
					search.Walk(whole, from, nil)
				}
			}
			nodes := sub.Nodes()
			for nodes.Next() {
				to := whole.From(nodes.Node().ID())
				for to.Next() {
					if sub.Node(to.Node().ID()) != nil { // prerequisites first
						sub.SetEdge(simple.Edge{F: to.Node(), T: nodes.Node()})
					}
				}
			}
			var err error
			if sorted, err = topo.Sort(sub); err != nil {
				b.Fatal(err)
			}
		}
		got := make([]kg.Node, len(sorted))
		for i, n := range sorted {
			got[i] = kg.Node(n.ID())
		}
		requireSamePending(b, q, got)
	})
}

// BenchmarkNaive answers the same over maps, by a plain recursive walk.
func BenchmarkNaive(b *testing.B) {
	forEachWorld(b, func(b *testing.B, q largeQuestion) {
		before := map[kg.Node][]kg.Node{}
		for n := range kg.Node(q.g.Points()) {
			for _, a := range q.g.Needs(n) {
				before[n] = append(before[n], a.Node)
			}
		}
		mastered := masteriesOf(q)
		var sorted []kg.Node
		for b.Loop() {
			sorted = sorted[:0]
			seen := map[kg.Node]bool{}
			var visit func(n kg.Node)
			visit = func(n kg.Node) {
				seen[n] = true
				for _, p := range before[n] {
					if !seen[p] && mastered[int64(p)] < 0.7 {
						visit(p)
					}
				}
				sorted = append(sorted, n)
			}
			for _, x := range q.report.Gaps {
				if x.Status != gap.Met && !seen[x.Point] {
					visit(x.Point)
				}
			}
		}
		requireSamePending(b, q, sorted)
	})
}

func masteriesOf(q largeQuestion) map[int64]float64 {
	m := map[int64]float64{}
	for _, s := range q.states {
		m[int64(s.Point)] = s.Mastery
	}
	return m
}

// requireSamePending checks that an answer is the engine's, in a valid order.
func requireSamePending(b *testing.B, q largeQuestion, got []kg.Node) {
	p := plan.NewPendingSet(q.g, q.states, q.report, nil, nil)
	want := make([]kg.Node, p.Len())
	for i := range want {
		want[i] = p.Point(i)
	}
	place := map[kg.Node]int{}
	for i, n := range got {
		place[n] = i
	}
	sorted := slices.Clone(got)
	slices.Sort(sorted)
	require.True(b, slices.Equal(want, sorted), "%d and %d points", len(want), len(sorted))
	for i, n := range want {
		for _, w := range p.WaitsFor(i) {
			require.True(b, place[w] < place[n])
		}
	}
	b.ReportMetric(float64(len(got)), "pending")
}
