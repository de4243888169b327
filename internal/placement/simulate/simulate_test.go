package simulate_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/placement/simulate"
)

// curves maps each strategy to its shares of right conclusions.
func curves(out *simulate.Outcome) map[simulate.Strategy][]float64 {
	m := map[simulate.Strategy][]float64{}
	for _, c := range out.Curves {
		m[c.Strategy] = c.Right
	}
	return m
}

// requireBetterThanBaselines checks what placement promises, with some room for
// chance. After a third of the questions a session is about as right as asking
// every point once and believing the answers. After a half it is better. Both the
// choice of the questions and the inference contribute.
func requireBetterThanBaselines(t *testing.T, out *simulate.Outcome) {
	t.Helper()
	at := curves(out)
	informative, random, alone, halfSplit := at[simulate.MostInformative], at[simulate.Random], at[simulate.RandomAlone], at[simulate.HalfSplit]
	require.InDelta(t, 0.9, alone[3], 0.02, "each answer is wrong with a chance of a tenth")
	require.Greater(t, informative[1], 0.89)
	require.Greater(t, informative[2], 0.925)
	require.Greater(t, informative[3], alone[3]+0.03, "the graph corrects answers")
	for i := range 3 {
		require.Greater(t, informative[i], random[i])
		require.Greater(t, random[i], alone[i]+0.04)
		require.Greater(t, informative[i], halfSplit[i])
	}
	require.Less(t, out.Stop.Questions, 0.65*float64(out.Points))
	require.Greater(t, out.Stop.Right, 0.93)
}

func TestSessionsBeatBaselines(t *testing.T) {
	t.Parallel()
	if !testing.Short() {
		requireBetterThanBaselines(t, run(t, compileClosure(t, kgtest.RandomWorld(1, kgtest.BenchShape(1_000)), 100), 100))
	}
	requireBetterThanBaselines(t, run(t, kgtest.RandomWorld(1, kgtest.RichShape(150)).Compile(t), 100))
}

func TestSessionsBeatBaselinesOnPublicGraphs(t *testing.T) {
	t.Parallel()
	for _, name := range kgtest.PublicGraphs {
		w, ok := kgtest.PublicGraph(t, name)
		if !ok {
			t.Skipf("there is no %s in $ZHITU_DATA, nor in the data beside the repository", name)
		}
		closures := []int{50, 100, 150}
		if testing.Short() {
			closures = closures[:1]
		}
		for _, closure := range closures {
			t.Run(fmt.Sprint(name, "/", closure), func(t *testing.T) { requireBetterThanBaselines(t, run(t, compileClosure(t, w, closure), 100)) })
		}
	}
}

// Without edges an answer is hardly evidence on other points. A session is then no
// worse than asking at random.
func TestSessionsWithoutEdges(t *testing.T) {
	t.Parallel()
	_, g := kgtest.Compile(t, "P: A B C D E F G H I J K L M N O Q R S T U")
	out := run(t, g, 200)
	at := curves(out)
	require.InDeltaSlice(t, at[simulate.RandomAlone], at[simulate.MostInformative], 0.03)
}

// The outcome is bit for bit the same on any number of processors.
func TestRunIsRepeatable(t *testing.T) {
	g := kgtest.RandomWorld(3, kgtest.RichShape(40)).Compile(t)
	runSeed := func(seed uint64) *simulate.Outcome {
		out, err := simulate.Run(t.Context(), g, 0, simulate.Trial{Learners: 12, Slip: 0.1, Guess: 0.2, Shares: []float64{0.3}, Seed: seed})
		require.NoError(t, err)
		return out
	}
	want := runSeed(1)
	require.NotEqual(t, want, runSeed(2))
	processors := runtime.GOMAXPROCS(1)
	t.Cleanup(func() { runtime.GOMAXPROCS(processors) })
	for _, n := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(n)
		require.Equal(t, want, runSeed(1), "on %d processors", n)
	}
}

// Without slips and guesses half of the questions are enough.
func TestRunWithoutNoise(t *testing.T) {
	t.Parallel()
	g := kgtest.RandomWorld(3, kgtest.BenchShape(60)).Compile(t)
	out, err := simulate.Run(t.Context(), g, 0, simulate.Trial{Learners: 40, Shares: []float64{0, 0.5, 1}, Seed: 1})
	require.NoError(t, err)
	at := curves(out)
	require.Equal(t, 1.0, at[simulate.HalfSplit][2])
	require.Equal(t, 1.0, at[simulate.RandomAlone][2])
	require.Greater(t, at[simulate.MostInformative][1], 0.99)
	require.Greater(t, at[simulate.MostInformative][2], 0.999)
}

func TestRunWithoutPointsOrTime(t *testing.T) {
	t.Parallel()
	_, g := kgtest.Compile(t, "P:\nQ: A")
	out, err := simulate.Run(t.Context(), g, kg.Position(0), simulate.Trial{Learners: 5, Shares: []float64{0.5, 1}})
	require.NoError(t, err)
	require.Zero(t, out.Points)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = simulate.Run(ctx, g, kg.Position(1), simulate.Trial{Learners: 5})
	require.ErrorIs(t, err, context.Canceled)
}
