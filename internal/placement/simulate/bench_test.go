package simulate_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/placement/simulate"
)

// BenchmarkStrategies prints the figures of docs/adaptive.md. They are the percentage of
// points about which each strategy is right, after a quarter, a third, a half and all of
// the questions. The last ones are where a session stops by itself.
func BenchmarkStrategies(b *testing.B) {
	forEachClosure(b, func(b *testing.B, g *kg.Graph) {
		var out *simulate.Outcome
		for b.Loop() {
			out = run(b, g, 100)
		}
		for _, c := range out.Curves {
			for i, share := range []string{"1/4", "1/3", "1/2", "1"} {
				b.ReportMetric(math.Round(1000*c.Right[i])/10, fmt.Sprint(c.Strategy, "@", share))
			}
		}
		b.ReportMetric(float64(out.Points), "points")
		b.ReportMetric(out.Stop.Questions, "questions")
		b.ReportMetric(math.Round(1000*out.Stop.Right)/10, "right")
	})
}

// forEachClosure runs a benchmark over closures of several sizes: of random worlds
// of twelve layers, and of public graphs where they are present.
func forEachClosure(b *testing.B, run func(b *testing.B, g *kg.Graph)) {
	for _, size := range []struct{ points, closure int }{{1_000, 100}, {1_000, 300}, {10_000, 1_200}} {
		b.Run(fmt.Sprint("twelve-layers/", size.closure), func(b *testing.B) {
			run(b, compileClosure(b, kgtest.RandomWorld(1, kgtest.BenchShape(size.points)), size.closure))
		})
	}
	for _, name := range kgtest.PublicGraphs {
		for _, closure := range []int{50, 100, 150, 300} {
			if w, ok := kgtest.PublicGraph(b, name); ok {
				b.Run(fmt.Sprint(name, "/", closure), func(b *testing.B) { run(b, compileClosure(b, w, closure)) })
			}
		}
	}
}

// compileClosure compiles a world with a position that rests on about so many points.
func compileClosure(tb testing.TB, w kgtest.World, closure int) *kg.Graph {
	w.RestrictToClosure(closure)
	return w.Compile(tb)
}

// run is a trial with slips and guesses of a tenth.
func run(tb testing.TB, g *kg.Graph, learners int) *simulate.Outcome {
	out, err := simulate.Run(tb.Context(), g, 0, simulate.Trial{
		Learners: learners, Slip: 0.1, Guess: 0.1, Shares: []float64{1. / 4, 1. / 3, 1. / 2, 1}, Seed: 1,
	})
	require.NoError(tb, err)
	return out
}
