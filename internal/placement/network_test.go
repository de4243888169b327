package placement

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// lines writes the nodes of a network that rest on something, in words of the
// points: B <- A, all(C D).
func (net *Network) text(g *kg.Graph) string {
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
		case PointNode:
			return g.Code(n.point)
		case AndGate:
			return "all(" + inputs(n) + ")"
		default:
			return "some(" + inputs(n) + ")"
		}
	}
	var list []string
	for v, n := range net.nodes {
		if n.kind != PointNode {
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
		require.Equal(t, strings.Join(want, ", "), NewNetwork(g, w.States(g), 0).text(g), c.name)
	}
}

// The mirror of the mirror of a network without choices is the network itself.
func TestMirror(t *testing.T) {
	t.Parallel()
	_, g := kgtest.Compile(t, "C1 { A B }\nD <- C1\nE <- A\nF <- D E\nP: F")
	net := NewNetwork(g, nil, 0)
	once := net.mirror()
	require.Equal(t, "A <- E all(D), B <- all(D), D <- F, E <- F, F", once.text(g))
	require.Equal(t, net.text(g), once.mirror().text(g))

	_, g = kgtest.Compile(t, "D <- x: A | B\nP: D")
	require.Equal(t, "A, B, D", NewNetwork(g, nil, 0).mirror().text(g), "who knows D may have learned either")
}

// The reduction crosses the borders of its blocks.
func TestNetworkLargerThanABlock(t *testing.T) {
	t.Parallel()
	var world strings.Builder
	const chain = blockSize + 100
	for i := range chain {
		fmt.Fprintf(&world, "K%05d <- K%05d\n", i+1, i)
		if i > 0 {
			fmt.Fprintf(&world, "K%05d <- K%05d\n", i+1, 0)
		}
	}
	_, g := kgtest.Compile(t, fmt.Sprintf("%sP: K%05d", world.String(), chain))
	net := NewNetwork(g, nil, 0)
	require.Len(t, net.nodes, chain+1)
	require.Len(t, net.inputs, chain)
}
