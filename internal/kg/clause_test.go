package kg_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// formatClauses writes what a point or competency requires, as one line.
func formatClauses(g *kg.Graph, n kg.Node) string {
	show := func(list []kg.Alternative) string {
		parts := make([]string, len(list))
		for i, a := range list {
			parts[i] = fmt.Sprintf("%s@%v", g.Code(a.Node), a.Theta)
		}
		return strings.Join(parts, " | ")
	}
	var parts []string
	for _, a := range g.Needs(n) {
		parts = append(parts, show([]kg.Alternative{a}))
	}
	for _, c := range g.Choices(n) {
		parts = append(parts, fmt.Sprintf("%s.%s: %s", g.Code(c.Owner), c.Name, show(c.Alternatives)))
	}
	for _, s := range g.Soft(n) {
		parts = append(parts, "~"+g.Code(s))
	}
	return strings.Join(parts, ", ")
}

func TestClauses(t *testing.T) {
	for _, test := range []struct{ why, text, node, want string }{
		{"edges without a name are clauses of their own", "X <- B A", "X", "A@0.7, B@0.7"},
		{"an edge says at which level it is satisfied", "X <- A@0.85", "X", "A@0.85"},
		{"a clause with one alternative leaves no choice", "X <- a: A@0.5", "X", "A@0.5"},
		{"alternatives stand by code, clauses by name", "X <- b: Z | 甲 | A\nX <- a: C | B", "X", "X.a: B@0.7 | C@0.7, X.b: A@0.7 | Z@0.7 | 甲@0.7"},
		{"one prerequisite may stand in several clauses, at several levels", "X <- A@0.5 B\nX <- a: A@0.9 | C", "X", "A@0.5, B@0.7, X.a: A@0.9 | C@0.7"},
		{"soft edges are apart", "X <- A\nX <~ B", "X", "A@0.7, ~B"},
		{"a point does not own what its competency requires", "G { X }\nG <- a: A | B\nX <- a: C | D", "X", "X.a: C@0.7 | D@0.7"},
		{"a competency owns its clause", "G { X }\nG <- a: A | B\nX <- a: C | D", "G", "G.a: A@0.7 | B@0.7"},
	} {
		t.Run(test.why, func(t *testing.T) {
			_, g := kgtest.Compile(t, test.text)
			require.Equal(t, test.want, formatClauses(g, kgtest.Node(t, g, test.node)))
		})
	}
}

// OwnerAbove skips the competencies without prerequisites, so a walk costs only what
// it finds.
func TestOwnerAbove(t *testing.T) {
	_, g := kgtest.Compile(t, `
		G { H { I { X } } J { Y } }
		I <~ A
		G <- B`)
	above := func(code string) kg.Node { return g.OwnerAbove(kgtest.Node(t, g, code)) }
	require.Equal(t, "I", g.Code(above("X")), "soft edges count too")
	require.Equal(t, "G", g.Code(above("I")))
	require.Equal(t, "G", g.Code(above("Y")))
	require.Equal(t, kg.None, above("G"))
	require.Equal(t, kg.None, above("A"))
}

// Edges, links and requirements can be read from both of their ends.
func TestRowsInBothDirections(t *testing.T) {
	w, g := kgtest.Compile(t, `
		G { A 45m B }
		B <- A
		C <- G A
		C -- A
		C -- B
		P: A G
		Q: A
		R2 => A B
		R1 => B`)
	node := func(code string) kg.Node { return kgtest.Node(t, g, code) }
	edges := func(list []int32) (s []string) {
		for _, e := range list {
			edge := g.Catalog().Prerequisites[e]
			s = append(s, edge.Prerequisite+"→"+edge.Dependent)
		}
		return s
	}
	require.Equal(t, []string{"A→B", "A→C"}, edges(g.Out(node("A"))))
	require.Equal(t, []string{"G→C"}, edges(g.Out(node("G"))))
	require.Equal(t, []string{"A→C", "G→C"}, edges(g.In(node("C"))))
	require.Equal(t, []string{"A", "B"}, kgtest.Codes(g, g.Related(node("C"))))
	require.Equal(t, []string{"C"}, kgtest.Codes(g, g.Related(node("A"))))
	require.Equal(t, int32(45), g.Minutes(node("A")))
	require.Equal(t, int32(30), g.Minutes(node("B")), "where a point gives none")

	var teachers, required []string
	for _, r := range g.ResourcesFor(node("B")) {
		teachers = append(teachers, w.Resources[r].Code)
	}
	require.Equal(t, []string{"R1", "R2"}, teachers)
	for _, r := range g.RequirementsOn(node("A")) {
		required = append(required, w.Requirements[r].Position)
	}
	require.Equal(t, []string{"P", "Q"}, required)
	require.Len(t, g.StatedRequirements(kgtest.Position(t, g, "P")), 2)
	i, ok := g.FindResource("R2")
	require.True(t, ok)
	require.Equal(t, "R2", w.Resources[i].Code)
	_, ok = g.FindResource("R")
	require.False(t, ok)
}
