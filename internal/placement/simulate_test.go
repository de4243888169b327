package placement_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/placement"
)

// curves are the shares that each strategy has right after a quarter, a third, a
// half and all of the questions.
func curves(out *placement.Outcome) map[placement.Strategy][]float64 {
	m := map[placement.Strategy][]float64{}
	for _, c := range out.Curves {
		m[c.Strategy] = c.Right
	}
	return m
}

// What the issue of this package asks for, with some room for chance: after a third
// and a half of the questions a session is as right as asking everything once and
// believing it, and more; and it is so by both the choice of the questions and what
// the graph says.
func requireBetter(t *testing.T, out *placement.Outcome) {
	t.Helper()
	at := curves(out)
	telling, random, alone, halves := at[placement.Telling], at[placement.Random], at[placement.RandomAlone], at[placement.Halves]
	require.InDelta(t, 0.9, alone[3], 0.02, "each answer is wrong with a chance of a tenth")
	require.Greater(t, telling[1], 0.89)
	require.Greater(t, telling[2], 0.925)
	require.Greater(t, telling[3], alone[3]+0.03, "the graph corrects answers")
	for i := range 3 {
		require.Greater(t, telling[i], random[i])
		require.Greater(t, random[i], alone[i]+0.04)
		require.Greater(t, telling[i], halves[i])
	}
	require.Less(t, out.Stop.Questions, 0.65*float64(out.Points))
	require.Greater(t, out.Stop.Right, 0.93)
}

func TestPlacement(t *testing.T) {
	t.Parallel()
	requireBetter(t, simulate(t, narrow(t, kgtest.Random(1, kgtest.Bench(1_000)), 100), 100))
	requireBetter(t, simulate(t, kgtest.Random(1, kgtest.Rich(150)).Compile(t), 100))
}

func TestPlacementOnRealGraphs(t *testing.T) {
	t.Parallel()
	for _, name := range realGraphs {
		w, ok := realWorld(t, name)
		if !ok {
			t.Skipf("there is no %s in $ZHITU_DATA, nor in the data beside the repository", name)
		}
		for _, closure := range []int{50, 100, 150} {
			t.Run(fmt.Sprint(name, "/", closure), func(t *testing.T) { requireBetter(t, simulate(t, narrow(t, w, closure), 100)) })
		}
	}
}

// Where nothing rests on anything, answers say little of each other, and a session
// is no worse than what asks at random.
func TestPlacementWithoutEdges(t *testing.T) {
	t.Parallel()
	_, g := kgtest.Compile(t, "P: A B C D E F G H I J K L M N O Q R S T U")
	out := simulate(t, g, 200)
	at := curves(out)
	require.InDeltaSlice(t, at[placement.RandomAlone], at[placement.Telling], 0.03)
}

// On any number of processors, to the last digit.
func TestSimulateIsRepeatable(t *testing.T) {
	g := kgtest.Random(3, kgtest.Rich(40)).Compile(t)
	run := func(seed uint64) *placement.Outcome {
		out, err := placement.Simulate(t.Context(), g, 0, placement.Trial{Learners: 12, Slip: 0.1, Guess: 0.2, Shares: []float64{0.3}, Seed: seed})
		require.NoError(t, err)
		return out
	}
	want := run(1)
	require.NotEqual(t, want, run(2))
	processors := runtime.GOMAXPROCS(1)
	t.Cleanup(func() { runtime.GOMAXPROCS(processors) })
	for _, n := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(n)
		require.Equal(t, want, run(1), "on %d processors", n)
	}
}

// People without slips and guesses are soon seen through.
func TestSimulateWithoutNoise(t *testing.T) {
	t.Parallel()
	g := kgtest.Random(3, kgtest.Bench(60)).Compile(t)
	out, err := placement.Simulate(t.Context(), g, 0, placement.Trial{Learners: 40, Shares: []float64{0, 0.5, 1}, Seed: 1})
	require.NoError(t, err)
	at := curves(out)
	require.Equal(t, 1.0, at[placement.Halves][2])
	require.Equal(t, 1.0, at[placement.RandomAlone][2])
	require.Greater(t, at[placement.Telling][1], 0.99)
	require.Greater(t, at[placement.Telling][2], 0.999)
}

func TestSimulateEnds(t *testing.T) {
	t.Parallel()
	_, g := kgtest.Compile(t, "P:\nQ: A")
	out, err := placement.Simulate(t.Context(), g, kg.Position(0), placement.Trial{Learners: 5, Shares: []float64{0.5, 1}})
	require.NoError(t, err)
	require.Zero(t, out.Points)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = placement.Simulate(ctx, g, kg.Position(1), placement.Trial{Learners: 5})
	require.ErrorIs(t, err, context.Canceled)
}
