package placement

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// Simulated people know no point without what it rests on.
func TestLearnersKnowWhatTheirKnowledgeRestsOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := kgtest.Random(rapid.Uint64().Draw(t, "world"), kgtest.Rich(rapid.IntRange(1, 40).Draw(t, "points"))).Compile(t)
		net := newNetwork(g, nil, 0)
		sim := newSimulation(net, Trial{Seed: rapid.Uint64().Draw(t, "seed")})
		for i, kind := range Kinds {
			l := sim.learner(uint64(i), kind)
			known := make([]bool, g.Points())
			for _, v := range sim.points {
				known[net.nodes[v].point] = l.knows[v]
			}
			for _, v := range sim.points {
				if l.knows[v] && !ready(g, known, net.nodes[v].point) {
					t.Fatalf("a %s knows %s without what it rests on", kind, g.Code(net.nodes[v].point))
				}
			}
		}
	})
}

// They differ widely in how much they know, whatever the kind.
func TestLearnersDiffer(t *testing.T) {
	t.Parallel()
	w := kgtest.Random(1, kgtest.Bench(400))
	w.Narrow(100)
	sim := newSimulation(newNetwork(w.Compile(t), nil, 0), Trial{Seed: 1})
	for _, kind := range Kinds {
		var quarters [4]int
		for i := range uint64(200) {
			quarters[min(int(4*sim.learner(i, kind).known()), 3)]++
		}
		for _, n := range quarters {
			require.Greater(t, n, 4, "%s: %v", kind, quarters)
		}
	}
}
