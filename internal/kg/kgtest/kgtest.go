// Package kgtest has a small text notation for catalogs, for tests and documents, and
// makes random catalogs.
//
//	C1 { A 45m B C2 { D } }  # competency C1 contains A (45 minutes), B and C2
//	E { }                    # an empty competency
//	B <- A C1@0.85           # B requires A, and all of C1 at 0.85
//	B <- x: A | C@0.5        # clause x of B: one of A and C is enough
//	D <~ B                   # SOFT: B should come before D
//	A -- B                   # A and B are related
//	P: B=0.7*2! C1=0.5       # position P requires B at 0.7, weight 2, critical, and C1
//	R VIDEO 20m zh-CN => A B # resource R teaches A and B
//	@ A=0.8 B=0.4/400d       # masteries; B was assessed 400 days before Now
//
// A code that only edges, requirements, masteries or resources name is a point without
// a competency. What is not written stays unset in the record. Codes may be of any
// script, without the signs of the notation.
package kgtest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Now is the time of all questions of a test.
var Now = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// Day is the unit of a mastery's age.
const Day = 24 * time.Hour

// World is a catalog with the masteries of one person.
type World struct {
	competency.Catalog
	Mastery []competency.Assessment
}

// Name returns the name of anything with a code.
func Name(code string) string { return "名" + code }

// TB is the part of a test that is used here: *testing.T, *testing.B and *rapid.T
// implement it.
type TB interface {
	require.TestingT
	Helper()
}

// MustParse parses a text, and fails the test where it is not well formed.
func MustParse(t TB, text string) World {
	t.Helper()
	w, err := Parse(text)
	require.NoError(t, err)
	return w
}

// Compile parses and compiles a text, and fails the test where that is refused.
func Compile(t TB, text string) (World, *kg.Graph) {
	t.Helper()
	w := MustParse(t, text)
	return w, w.Compile(t)
}

// Compile compiles a world, and fails the test where that is refused.
func (w World) Compile(t TB) *kg.Graph {
	t.Helper()
	g, err := kg.Compile(w.Catalog)
	require.NoError(t, err)
	return g
}

// States returns the person's masteries on the world's graph.
func (w World) States(g *kg.Graph) []mastery.State {
	states := make([]mastery.State, 0, len(w.Mastery))
	for _, m := range w.Mastery {
		if n, ok := g.Find(m.KnowledgePoint); ok {
			states = append(states, mastery.State{Point: n, Mastery: m.Mastery, AssessedAt: m.AssessedAt})
		}
	}
	return states
}

// Node returns the node with a code, and fails the test where there is none.
func Node(t TB, g *kg.Graph, code string) kg.Node {
	t.Helper()
	n, ok := g.Find(code)
	require.True(t, ok, "no point or competency %s", code)
	return n
}

// Position returns the position with a code, and fails the test where there is none.
func Position(t TB, g *kg.Graph, code string) kg.Position {
	t.Helper()
	p, ok := g.FindPosition(code)
	require.True(t, ok, "no position %s", code)
	return p
}

// Codes returns the codes of nodes, in their order.
func Codes(g *kg.Graph, nodes []kg.Node) []string {
	codes := make([]string, len(nodes))
	for i, n := range nodes {
		codes[i] = g.Code(n)
	}
	return codes
}
