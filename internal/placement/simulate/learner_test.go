package simulate

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/placement"
)

func TestLearnersKnowThePrerequisitesOfWhatTheyKnow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := kgtest.RandomWorld(rapid.Uint64().Draw(t, "world"), kgtest.RichShape(rapid.IntRange(1, 40).Draw(t, "points"))).Compile(t)
		net := placement.NewNetwork(g, nil, 0)
		sim := newSimulation(net, Trial{Seed: rapid.Uint64().Draw(t, "seed")})
		for i, kind := range Kinds {
			l := sim.newLearner(uint64(i), kind)
			known := make([]bool, g.Points())
			for _, v := range sim.points {
				known[net.Point(v)] = l.knows[v]
			}
			for _, v := range sim.points {
				if l.knows[v] && !satisfied(g, known, net.Point(v)) {
					t.Fatalf("a %s knows %s without what it rests on", kind, g.Code(net.Point(v)))
				}
			}
		}
	})
}

// Learners of every kind differ widely in how much they know.
func TestLearnersKnowLittleToMuch(t *testing.T) {
	t.Parallel()
	w := kgtest.RandomWorld(1, kgtest.BenchShape(400))
	w.RestrictToClosure(100)
	sim := newSimulation(placement.NewNetwork(w.Compile(t), nil, 0), Trial{Seed: 1})
	for _, kind := range Kinds {
		var quarters [4]int
		for i := range uint64(200) {
			quarters[min(int(4*sim.newLearner(i, kind).knownShare()), 3)]++
		}
		for _, n := range quarters {
			require.Greater(t, n, 4, "%s: %v", kind, quarters)
		}
	}
}

// The reduced network allows the same knowledge states as the catalog.
func TestNetworkAgreesWithTheCatalog(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := kgtest.RandomWorld(rapid.Uint64().Draw(t, "world"), kgtest.RichShape(rapid.IntRange(1, 25).Draw(t, "points")))
		g := w.Compile(t)
		net := placement.NewNetwork(g, nil, 0)
		known := make([]bool, g.Points()) // what is not in the network does not matter
		for i := range known {
			known[i] = rapid.Bool().Draw(t, fmt.Sprint(i))
		}
		l := learner{simulation: newSimulation(net, Trial{}), knows: make([]bool, net.Len())}
		for v := range int32(net.Len()) {
			if p := net.Point(v); p != kg.None {
				l.knows[v] = known[p] && satisfied(g, known, p)
				known[p] = l.knows[v] // a point known without its prerequisites does not count
			}
		}
		for v := range int32(net.Len()) {
			if p := net.Point(v); p == kg.None {
				l.knows[v] = l.inputsHold(v)
			} else if l.inputsHold(v) != satisfied(g, known, p) {
				t.Fatalf("%s is ready: %v, by the catalog\n%s", g.Code(p), !l.inputsHold(v), w.Format())
			}
		}
	})
}

// satisfied reports, from the catalog, whether every HARD clause of a point is
// satisfied.
func satisfied(g *kg.Graph, known []bool, p kg.Node) bool {
	lacking := func(a kg.Alternative) bool {
		return slices.ContainsFunc(g.Members(a.Node), func(m kg.Node) bool { return !known[m] })
	}
	for owner := p; owner != kg.None; owner = g.OwnerAbove(owner) {
		if slices.ContainsFunc(g.Needs(owner), lacking) {
			return false
		}
		for _, c := range g.Choices(owner) {
			if !slices.ContainsFunc(c.Alternatives, func(a kg.Alternative) bool { return !lacking(a) }) {
				return false
			}
		}
	}
	return true
}
