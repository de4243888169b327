package kg_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// multipliedCatalog is a naive model of a catalog: every edge at a competency is
// multiplied out over its points.
type multipliedCatalog struct {
	inside map[string][]string // code → the points in it, or the point itself
	edges  [][2]string         // prerequisite, dependent
	hard   map[string][]string // dependent → HARD prerequisites
}

func multiply(c competency.Catalog) multipliedCatalog {
	p := multipliedCatalog{inside: map[string][]string{}, hard: map[string][]string{}}
	parent := map[string]string{}
	for _, g := range c.Competencies {
		parent[g.Code] = g.Parent
	}
	for _, k := range c.KnowledgePoints {
		p.inside[k.Code] = []string{k.Code}
		for g := k.Competency; g != ""; g = parent[g] {
			p.inside[g] = append(p.inside[g], k.Code)
		}
	}
	for _, e := range c.Prerequisites {
		for _, from := range p.inside[e.Prerequisite] {
			for _, to := range p.inside[e.Dependent] {
				p.edges = append(p.edges, [2]string{from, to})
				if e.Strength != competency.Soft {
					p.hard[to] = append(p.hard[to], from)
				}
			}
		}
	}
	return p
}

// depth is the number of points on the longest chain beneath a point.
func (p multipliedCatalog) depth(code string, known map[string]int32) int32 {
	if d, ok := known[code]; ok {
		return d
	}
	d := int32(0)
	for _, from := range p.hard[code] {
		d = max(d, p.depth(from, known)+1)
	}
	known[code] = d
	return d
}

// Sorting by Node is a valid order of learning. Members and depth are those of the
// naive model.
func TestOrderAndDepth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := kgtest.RandomWorld(rapid.Uint64().Draw(t, "seed"), kgtest.RichShape(rapid.IntRange(1, 60).Draw(t, "points")))
		g, p := w.Compile(t), multiply(w.Catalog)
		for _, e := range p.edges {
			require.Less(t, kgtest.Node(t, g, e[0]), kgtest.Node(t, g, e[1]), "%s comes before %s\n%s", e[0], e[1], w.Format())
		}
		known := map[string]int32{}
		for _, k := range w.KnowledgePoints {
			n := kgtest.Node(t, g, k.Code)
			require.True(t, g.IsPoint(n))
			require.Equal(t, k.Code, g.Point(n).Code)
			require.Equal(t, p.depth(k.Code, known), g.Depth(n), "depth of %s\n%s", k.Code, w.Format())
		}
		for _, c := range w.Competencies {
			n := kgtest.Node(t, g, c.Code)
			require.Equal(t, c.Code, g.Competency(n).Code)
			members := kgtest.Codes(g, g.Members(n))
			slices.Sort(members)
			require.ElementsMatch(t, p.inside[c.Code], members, c.Code)
			require.True(t, slices.IsSorted(kgtest.Codes(g, g.OwnPoints(n))), "by code")
		}
	})
}

func TestTree(t *testing.T) {
	_, g := kgtest.Compile(t, `
		Z { z }
		甲 { c B { b } A { a2 a1 A2 { } } }
		E { }
		free`)
	node := func(code string) kg.Node { return kgtest.Node(t, g, code) }
	codes := func(nodes []kg.Node) []string { return kgtest.Codes(g, nodes) }

	var tree []string
	for n := g.Points(); n < g.Nodes(); n++ {
		tree = append(tree, g.Code(kg.Node(n)))
	}
	require.Equal(t, []string{"E", "Z", "甲", "A", "A2", "B"}, tree, "depth first, siblings by code-point order")
	require.Equal(t, []string{"c", "a1", "a2", "b"}, codes(g.Members(node("甲"))), "in tree order")
	require.Equal(t, []string{"a1"}, codes(g.Members(node("a1"))), "a point is in itself")
	require.Empty(t, g.Members(node("E")))
	require.Equal(t, []string{"c"}, codes(g.OwnPoints(node("甲"))))
	require.Equal(t, []string{"A", "B"}, codes(slices.Collect(g.Children(node("甲")))))
	require.Equal(t, []string{"E", "Z", "甲"}, codes(slices.Collect(g.Children(kg.None))))
	require.Empty(t, slices.Collect(g.Children(node("B"))))
	require.Equal(t, []string{"A", "甲"}, codes(slices.Collect(g.Ancestors(node("a1")))), "nearest first")
	require.Empty(t, slices.Collect(g.Ancestors(node("free"))))
	require.Equal(t, kg.None, g.Parent(node("free")))
	require.Equal(t, "名甲", g.Name(node("甲")))
	require.Equal(t, "名a1", g.Name(node("a1")))

	all := []kg.Node{}
	for n := range g.Nodes() {
		all = append(all, kg.Node(n))
	}
	slices.SortFunc(all, func(a, b kg.Node) int { return int(g.Rank(a) - g.Rank(b)) })
	require.True(t, slices.IsSorted(codes(all)), "Rank orders points and competencies as their codes")
}

func TestDepth(t *testing.T) {
	for _, test := range []struct {
		why, text string
		want      map[string]int32
	}{
		{"a chain counts its points", "B <- A\nC <- B", map[string]int32{"A": 0, "B": 1, "C": 2}},
		{"every alternative counts", "B <- A\nC <- x: B | D", map[string]int32{"C": 2, "D": 0}},
		{"soft edges do not", "B <~ A", map[string]int32{"B": 0}},
		{"a competency is as deep as its deepest point", "G { A B }\nB <- A\nC <- G", map[string]int32{"C": 2}},
		{"and gives its points what it requires", "G { B H { C } }\nG <- A\nD <- C", map[string]int32{"B": 1, "C": 1, "D": 2}},
		{"from every level above", "G { H { C } }\nA <- Z\nG <- A\nH <- B", map[string]int32{"C": 2}},
		{"an empty competency has no point to count, whatever it requires", "E { }\nE <- A\nB <- E", map[string]int32{"B": 0}},
	} {
		t.Run(test.why, func(t *testing.T) {
			_, g := kgtest.Compile(t, test.text)
			for code, want := range test.want {
				require.Equal(t, want, g.Depth(kgtest.Node(t, g, code)), code)
			}
		})
	}
}
