package plan_test

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
	"gonum.org/v1/gonum/graph/traverse"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/plan"
)

// large is a question about a large catalog: a position whose closure is
// about 1,200 points in the world of 10,000, half of them mastered.
type large struct {
	g       *kg.Graph
	states  []mastery.State
	report  *gap.Report
	closure int
}

func newLarge(tb testing.TB, w kgtest.World, closure int) large {
	in := w.Narrow(closure)
	q := large{g: w.Compile(tb), closure: len(in)}
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

// each runs a benchmark over worlds of three sizes, and over real graphs where
// they are.
func each(b *testing.B, run func(b *testing.B, q large)) {
	ask := func(name string, w kgtest.World, closure int) {
		b.Run(name, func(b *testing.B) {
			q := newLarge(b, w, closure)
			b.ReportAllocs()
			run(b, q)
			b.ReportMetric(float64(q.closure), "closure")
		})
	}
	for _, size := range []struct{ points, closure int }{{1_000, 300}, {10_000, 1_200}, {100_000, 3_000}} {
		ask(fmt.Sprint(size.points), kgtest.Random(1, kgtest.Bench(size.points)), size.closure)
	}
	for _, name := range []string{"mooccube-prereq-zh", "metacademy"} {
		if w, ok := realWorld(b, name); ok {
			ask(name, w, 300)
		}
	}
}

// realWorld reads the prerequisites of a graph from edges.csv in a folder of
// $ZHITU_DATA, or of the data beside the repository.
func realWorld(tb testing.TB, name string) (w kgtest.World, ok bool) {
	file, err := os.Open(filepath.Join(cmp.Or(os.Getenv("ZHITU_DATA"), "../../../shared/data"), name, "edges.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		return w, false
	}
	require.NoError(tb, err)
	defer func() { require.NoError(tb, file.Close()) }()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(tb, err)
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		for _, code := range row[:2] {
			if !seen[code] {
				seen[code] = true
				w.KnowledgePoints = append(w.KnowledgePoints, competency.KnowledgePoint{Code: code, Name: code})
			}
		}
		w.Prerequisites = append(w.Prerequisites, competency.Prerequisite{Prerequisite: row[0], Dependent: row[1]})
	}
	return w, true
}

// BenchmarkMake is the whole answer: gap, pending set, near-optimal order. Beside
// the time it tells how good the order is: Σ v × completion minute against the
// lower bound, and the coverage after a quarter of the minutes against the best
// possible.
func BenchmarkMake(b *testing.B) {
	each(b, func(b *testing.B, q large) {
		var p *plan.Path
		for b.Loop() {
			p = plan.Make(q.g, q.states, 0, plan.Limits{}, kgtest.Now)
		}
		quality, _ := p.Quality(p.TotalMinutes/4, never)
		b.ReportMetric(quality.RatioToBound, "of-bound")
		b.ReportMetric(quality.CoverageAtBudget/quality.BestPossibleAtBudget, "of-best")
	})
}

// BenchmarkQuality is what telling that costs.
func BenchmarkQuality(b *testing.B) {
	each(b, func(b *testing.B, q large) {
		p := plan.Make(q.g, q.states, 0, plan.Limits{}, kgtest.Now)
		for b.Loop() {
			p.Quality(p.TotalMinutes/4, never)
		}
	})
}

// BenchmarkBudget is the same within half of the minutes.
func BenchmarkBudget(b *testing.B) {
	each(b, func(b *testing.B, q large) {
		half := plan.Make(q.g, q.states, 0, plan.Limits{}, kgtest.Now).TotalMinutes / 2
		for b.Loop() {
			plan.Make(q.g, q.states, 0, plan.Limits{BudgetMinutes: &half}, kgtest.Now)
		}
	})
}

// BenchmarkPending is the pending set in a valid order, by the engine.
func BenchmarkPending(b *testing.B) {
	each(b, func(b *testing.B, q large) {
		var p *plan.Pending
		for b.Loop() {
			p = plan.NewPending(q.g, q.states, q.report, nil, nil)
		}
		b.ReportMetric(float64(p.Len()), "pending")
	})
}

// BenchmarkGonum is the same question to a general graph library: the closure
// of the position, the subgraph of it that is not mastered, sorted.
func BenchmarkGonum(b *testing.B) { gonum(b, 2) }

// BenchmarkGonumPruned spares the library what lies beneath mastered points.
func BenchmarkGonumPruned(b *testing.B) { gonum(b, 0.7) }

// gonum asks the library, which turns back at a mastery.
func gonum(b *testing.B, enough float64) {
	each(b, func(b *testing.B, q large) {
		whole := simple.NewDirectedGraph() // dependent → prerequisite
		for n := range q.g.Points() {
			whole.AddNode(simple.Node(n))
		}
		for n := range kg.Node(q.g.Points()) {
			for _, a := range q.g.Needs(n) {
				whole.SetEdge(simple.Edge{F: simple.Node(n), T: simple.Node(a.Node)})
			}
		}
		mastered := masteredAt(q)
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
		requireSame(b, q, got)
	})
}

// BenchmarkNaive is the same question to maps, by a plain recursive walk.
func BenchmarkNaive(b *testing.B) {
	each(b, func(b *testing.B, q large) {
		before := map[kg.Node][]kg.Node{}
		for n := range kg.Node(q.g.Points()) {
			for _, a := range q.g.Needs(n) {
				before[n] = append(before[n], a.Node)
			}
		}
		mastered := masteredAt(q)
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
		requireSame(b, q, sorted)
	})
}

func masteredAt(q large) map[int64]float64 {
	m := map[int64]float64{}
	for _, s := range q.states {
		m[int64(s.Point)] = s.Mastery
	}
	return m
}

// requireSame checks that an answer is the engine's, in a valid order.
func requireSame(b *testing.B, q large, got []kg.Node) {
	p := plan.NewPending(q.g, q.states, q.report, nil, nil)
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
