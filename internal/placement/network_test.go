package placement

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// lines writes the nodes of a network that rest on something, in words of the
// points: B <- A, all(C D).
func (net *network) lines(g *kg.Graph) string {
	var name func(v int32) string
	inputs := func(n node) string {
		var list []string
		for _, u := range net.inputs[n.in.lo:n.in.hi] {
			list = append(list, name(u))
		}
		slices.Sort(list)
		return strings.Join(list, " ")
	}
	name = func(v int32) string {
		switch n := net.nodes[v]; n.kind {
		case point:
			return g.Code(n.point)
		case all:
			return "all(" + inputs(n) + ")"
		default:
			return "some(" + inputs(n) + ")"
		}
	}
	var list []string
	for v, n := range net.nodes {
		if n.kind != point {
			continue
		}
		line := name(int32(v))
		if n.earned() {
			line += "!"
		}
		if in := inputs(n); in != "" {
			line += " <- " + in
		}
		list = append(list, line)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, world, want string }{
		{"what nothing rests on is left out", "B <- A\nD <- C\nE <- B\nP: B", "A, B <- A"},
		{"an edge that others imply is left out", "B <- A\nC <- A B\nD <- A C\nP: D", "A, B <- A, C <- B, D <- C"},
		{"soft edges say nothing", "B <- A\nB <~ S\nP: B S", "A, B <- A, S"},
		{"alternatives are all in it", "D <- x: A | B\nB <- C\nP: D", "A, B <- C, C, D <- some(A B)"},
		{"an alternative that implies another adds nothing", "B <- A\nD <- x: A | B | C\nP: D", "A, B <- A, C, D <- some(A C)"},
		{"a clause of which one alternative is left", "B <- A\nD <- x: A | B\nE <- A D\nP: E", "A, B <- A, D <- all(A), E <- A D"},
		{"a competency is the whole of its points", "C1 { A B }\nD <- C1\nP: D", "A, B, D <- all(A B)"},
		{"and an alternative as a whole", "C1 { A B }\nD <- x: C1 | X\nP: D", "A, B, D <- some(X all(A B)), X"},
		{"an empty one is always satisfied", "E { }\nD <- E A\nF <- x: E | A\nP: D F", "A, D <- A, F"},
		{"points inherit clauses", "C1 { A B C2 { C } }\nC1 <- X Y\nC2 <- Z\nP: A C", "A <- all(X Y), C <- all(Z all(X Y)), X, Y, Z"},
		{"what is earned ends the search", "B <- A\nC <- B\nP: C\n@ B=0.7", "B!, C <- B"},
		{"but still speaks of what others rest on", "B <- A Z\nC <- B\nD <- A\nP: C D\n@ B=0.7", "A, B! <- A, C <- B, D <- A"},
		{"earned is what every need is met of", "B <- A\nC <- B@0.9\nD <- B\nP: C D\n@ B=0.8", "A, B <- A, C <- B, D <- B"},
		{"a clause that is satisfied asks for no other alternative", "D <- x: A | B | C\nP: D\n@ A=0.3 B=0.7", "B!, D"},
		{"unless something else does", "D <- x: A | B\nE <- A\nP: D E\n@ B=0.7", "A, B!, D <- some(A B), E <- A"},
		{"a requirement that is met speaks too", "B <- A\nC <- A\nP: B=0.5 C\n@ B=0.5", "A, B! <- A, C <- A"},
	} {
		w, g := kgtest.Compile(t, c.world)
		want := strings.Split(c.want, ", ")
		slices.Sort(want)
		require.Equal(t, strings.Join(want, ", "), newNetwork(g, w.States(g), 0).lines(g), c.name)
	}
}

// What the network lets somebody know is what the catalog does, however few edges
// are left.
func TestNetworkHoldsWhatTheCatalogSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := kgtest.Random(rapid.Uint64().Draw(t, "world"), kgtest.Rich(rapid.IntRange(1, 25).Draw(t, "points")))
		g := w.Compile(t)
		net := newNetwork(g, nil, 0)
		known := make([]bool, g.Points()) // what is not in the network does not matter
		for i := range known {
			known[i] = rapid.Bool().Draw(t, fmt.Sprint(i))
		}
		l := learner{simulation: &simulation{network: net}, knows: make([]bool, len(net.nodes))}
		for v, n := range net.nodes {
			l.knows[v] = n.kind == point && known[n.point] && ready(g, known, n.point)
			if n.kind == point {
				known[n.point] = l.knows[v] // a point known without what it rests on is none
			}
		}
		for v, n := range net.nodes {
			if n.kind != point {
				l.knows[v] = l.able(int32(v))
			} else if l.able(int32(v)) != ready(g, known, n.point) {
				t.Fatalf("%s is ready: %v, by the catalog\n%s", g.Code(n.point), !l.able(int32(v)), w.Format())
			}
		}
	})
}

// ready reports, from the catalog, whether every HARD clause of a point is
// satisfied.
func ready(g *kg.Graph, known []bool, p kg.Node) bool {
	lacking := func(a kg.Alternative) bool {
		return slices.ContainsFunc(g.Members(a.Node), func(m kg.Node) bool { return !known[m] })
	}
	for owner := p; owner != kg.None; owner = g.Above(owner) {
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

// Turned upside down twice, a network without choices is itself again.
func TestMirror(t *testing.T) {
	t.Parallel()
	_, g := kgtest.Compile(t, "C1 { A B }\nD <- C1\nE <- A\nF <- D E\nP: F")
	net := newNetwork(g, nil, 0)
	once := net.mirror()
	require.Equal(t, "A <- E all(D), B <- all(D), D <- F, E <- F, F", once.lines(g))
	require.Equal(t, net.lines(g), once.mirror().lines(g))

	_, g = kgtest.Compile(t, "D <- x: A | B\nP: D")
	require.Equal(t, "A, B, D", newNetwork(g, nil, 0).mirror().lines(g), "who knows D may have learned either")
}

// The edges are the same whatever number of columns is followed at a time.
func TestLargeNetwork(t *testing.T) {
	t.Parallel()
	var world strings.Builder
	const chain = columns + 100
	for i := range chain {
		fmt.Fprintf(&world, "K%05d <- K%05d\n", i+1, i)
		if i > 0 {
			fmt.Fprintf(&world, "K%05d <- K%05d\n", i+1, 0)
		}
	}
	_, g := kgtest.Compile(t, fmt.Sprintf("%sP: K%05d", world.String(), chain))
	net := newNetwork(g, nil, 0)
	require.Len(t, net.nodes, chain+1)
	require.Len(t, net.inputs, chain)
}
