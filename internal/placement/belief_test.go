package placement

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// chancesByEnumeration computes the mixture by enumerating all knowledge states.
func chancesByEnumeration(b *belief) []float64 {
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
					case p.orientedNetwork == &b.plain && h:
						chance[u] += likelihood
					case p.orientedNetwork == &b.mirrored && !h:
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
			case nd.kind == OrGate && any, nd.kind == AndGate && able:
				prior = 1
			case nd.kind == PointNode && able:
				prior = p.readiness[v]
			case nd.kind == PointNode:
				prior = p.readiness[v] * leak
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

// Belief propagation is exact on trees.
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
			net := NewNetwork(g, nil, 0)
			b := newBelief(net)
			for v, n := range net.nodes {
				if n.kind == PointNode {
					b.evidence[v] = rapid.SampledFrom([]float64{1, 1, 1. / 9, 9, certain}).Draw(t, g.Code(n.point))
				}
			}
			b.update()
			for v, want := range chancesByEnumeration(b) {
				if net.nodes[v].kind == PointNode {
					require.InDelta(t, want, b.chance[v], 0.01, "%s in %s", g.Code(net.nodes[v].point), world)
				}
			}
		})
	}
}

// chancesOfStar computes the mixture where all points rest on the first, and on
// nothing else.
func chancesOfStar(b *belief) []float64 {
	n := len(b.chance)
	weights, chances := make([]float64, len(b.populations)), make([][]float64, len(b.populations))
	best := math.Inf(-1)
	for i := range b.populations {
		p := &b.populations[i]
		// given is how likely what is known of a node is at a prior, and the chance then.
		given := func(v int, prior float64) (likelihood, chance float64) {
			likelihood = prior*p.evidence[v] + 1 - prior
			return likelihood, prior * p.evidence[v] / likelihood
		}
		chances[i] = make([]float64, n)
		if p.orientedNetwork == &b.plain { // by whether the first holds
			likelihood, holds := given(0, p.readiness[0])
			known, unknown := math.Log(likelihood*holds), math.Log(likelihood*(1-holds))
			for v := 1; v < n; v++ {
				with, _ := given(v, p.readiness[v])
				without, _ := given(v, p.readiness[v]*leak)
				known, unknown = known+math.Log(with), unknown+math.Log(without)
			}
			root := 1 / (1 + math.Exp(unknown-known))
			chances[i][0], weights[i] = root, max(known, unknown)+math.Log1p(math.Exp(-math.Abs(known-unknown)))
			for v := 1; v < n; v++ {
				_, with := given(v, p.readiness[v])
				_, without := given(v, p.readiness[v]*leak)
				chances[i][v] = root*with + (1-root)*without
			}
		} else { // by whether all others hold, upside down
			every := 1.0
			for v := range n - 1 {
				likelihood, chance := given(v, p.readiness[v])
				every, weights[i] = every*chance, weights[i]+math.Log(likelihood)
			}
			with, known := given(n-1, p.readiness[n-1])
			without, unknown := given(n-1, p.readiness[n-1]*leak)
			total := every*with + (1-every)*without
			weights[i] += math.Log(total) + p.offset
			chances[i][0] = 1 - (every*with*known+(1-every)*without*unknown)/total
			for v := range n - 1 {
				_, chance := given(v, p.readiness[v])
				chances[i][n-1-v] = 1 - (every*with+(chance-every)*without)/total
			}
		}
		best = max(best, weights[i])
	}
	mixture, sum := make([]float64, n), 0.0
	for i, w := range weights {
		sum += math.Exp(w - best)
		for v, chance := range chances[i] {
			mixture[v] += math.Exp(w-best) * chance
		}
	}
	for v := range mixture {
		mixture[v] /= sum
	}
	return mixture
}

// Many points may rest on one. The product of their messages overflows a float
// without rescaling.
func TestBeliefIsExactOnLargeStars(t *testing.T) {
	t.Parallel()
	for _, points := range []int{5, 50, 500, 1_000} {
		var world strings.Builder
		top := "P:"
		for i := range points - 1 {
			fmt.Fprintf(&world, "K%d <- R\n", i)
			top += fmt.Sprint(" K", i)
		}
		_, g := kgtest.Compile(t, world.String()+top)
		net := NewNetwork(g, nil, 0)
		require.Equal(t, "R", g.Code(net.nodes[0].point))
		for _, known := range []float64{0, 0.05, 0.5, 0.95, 1} {
			for _, asked := range []float64{0.3, 1} {
				b, r := newBelief(net), rand.New(rand.NewPCG(1, 2))
				for v := range b.evidence {
					switch right := (r.Float64() < known) != (r.Float64() < 0.1); {
					case r.Float64() >= asked:
					case right:
						b.evidence[v] = 9
					default:
						b.evidence[v] = 1. / 9
					}
				}
				b.update()
				require.InDeltaSlice(t, chancesOfStar(b), b.chance, 0.01, "%d points, %v known, %v asked", points, known, asked)
			}
		}
	}
}

// On graphs with loops belief propagation is close to exact.
func TestBeliefIsCloseOnLoops(t *testing.T) {
	t.Parallel()
	deviation, n := 0.0, 0
	rapid.Check(t, func(t *rapid.T) {
		w := kgtest.RandomWorld(rapid.Uint64Range(0, 1000).Draw(t, "world"), kgtest.RichShape(12))
		net := NewNetwork(w.Compile(t), nil, 0)
		b := newBelief(net)
		for v, nd := range net.nodes {
			if nd.kind == PointNode {
				b.evidence[v] = rapid.SampledFrom([]float64{1, 1, 1. / 9, 9}).Draw(t, "evidence")
			}
		}
		b.update()
		for v, want := range chancesByEnumeration(b) {
			if net.nodes[v].kind == PointNode {
				deviation, n = deviation+math.Abs(want-b.chance[v]), n+1
			}
		}
	})
	t.Logf("mean deviation %.4f over %d", deviation/float64(n), n)
	require.Less(t, deviation/float64(n), 0.03)
}
