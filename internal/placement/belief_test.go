package placement

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// enumerated is the mixture by going through everything that somebody may know.
func enumerated(b *belief) []float64 {
	total, chance := 0.0, make([]float64, len(b.chance))
	for i := range b.populations {
		p := &b.populations[i]
		n := len(p.nodes)
		holds := make([]bool, n)
		var walk func(v int, likelihood float64)
		walk = func(v int, likelihood float64) {
			if v == n {
				total += likelihood
				for u, h := range holds {
					switch {
					case p.view == &b.plain && h:
						chance[u] += likelihood
					case p.view == &b.mirror && !h:
						chance[n-1-u] += likelihood
					}
				}
				return
			}
			nd := &p.nodes[v]
			able, any := true, false
			for _, u := range p.inputs[nd.in.lo:nd.in.hi] {
				able, any = able && holds[u], any || holds[u]
			}
			prior := 0.0
			switch {
			case nd.kind == some && any, nd.kind == all && able:
				prior = 1
			case nd.kind == point && able:
				prior = p.ready[v]
			case nd.kind == point:
				prior = p.ready[v] * leak
			}
			for _, h := range []bool{false, true} {
				holds[v] = h
				l := likelihood * (1 - prior)
				if h {
					l = likelihood * prior * p.evidence[v]
				}
				if l > 0 {
					walk(v+1, l)
				}
			}
		}
		walk(0, math.Exp(p.offset))
	}
	for v := range chance {
		chance[v] /= total
	}
	return chance
}

// Where no two ways lead from one point to another, propagation is exact.
func TestBeliefIsExactOnTrees(t *testing.T) {
	t.Parallel()
	for _, world := range []string{
		"P: A",
		"B <- A\nC <- B\nD <- C\nP: D",
		"C <- A B\nD <- C\nE <- C\nP: D E",
		"D <- x: A | B | C\nE <- D\nP: E",
		"C1 { A B }\nD <- C1\nE <- D F\nP: E",
		"C1 { A B }\nD <- x: C1 | C\nE <- D\nP: E F",
	} {
		_, g := kgtest.Compile(t, world)
		rapid.Check(t, func(t *rapid.T) {
			net := newNetwork(g, nil, 0)
			b := newBelief(net)
			for v, n := range net.nodes {
				if n.kind == point {
					b.evidence[v] = rapid.SampledFrom([]float64{1, 1, 1. / 9, 9, certain}).Draw(t, g.Code(n.point))
				}
			}
			b.update()
			for v, want := range enumerated(b) {
				if net.nodes[v].kind == point {
					require.InDelta(t, want, b.chance[v], 0.01, "%s in %s", g.Code(net.nodes[v].point), world)
				}
			}
		})
	}
}

// Elsewhere it is close.
func TestBeliefIsCloseElsewhere(t *testing.T) {
	t.Parallel()
	off, n := 0.0, 0
	rapid.Check(t, func(t *rapid.T) {
		w := kgtest.Random(rapid.Uint64Range(0, 1000).Draw(t, "world"), kgtest.Rich(12))
		net := newNetwork(w.Compile(t), nil, 0)
		b := newBelief(net)
		for v, nd := range net.nodes {
			if nd.kind == point {
				b.evidence[v] = rapid.SampledFrom([]float64{1, 1, 1. / 9, 9}).Draw(t, "evidence")
			}
		}
		b.update()
		for v, want := range enumerated(b) {
			if net.nodes[v].kind == point {
				off, n = off+math.Abs(want-b.chance[v]), n+1
			}
		}
	})
	t.Logf("%.4f off on average over %d", off/float64(n), n)
	require.Less(t, off/float64(n), 0.03)
}
