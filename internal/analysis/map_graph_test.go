package analysis_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/plan"
)

// multipliedOut returns, for each point, the points that it rests on directly.
func multipliedOut(g *kg.Graph, soft bool) [][]kg.Node {
	before := make([][]kg.Node, g.Points())
	for _, e := range g.Catalog().Prerequisites {
		if e.Strength == competency.Soft && !soft {
			continue
		}
		from, _ := g.Find(e.Prerequisite)
		to, _ := g.Find(e.Dependent)
		for _, dependent := range g.Members(to) {
			before[dependent] = append(before[dependent], g.Members(from)...)
		}
	}
	return before
}

func inverse(before [][]kg.Node) [][]kg.Node {
	after := make([][]kg.Node, len(before))
	for p, list := range before {
		for _, n := range list {
			after[n] = append(after[n], kg.Node(p))
		}
	}
	return after
}

// distances returns the number of steps to each point, -1 for none.
func distances(next [][]kg.Node, starts []kg.Node, steps int) []int {
	d := slices.Repeat([]int{-1}, len(next))
	level := starts
	for step := 0; step <= steps && len(level) > 0; step++ {
		var following []kg.Node
		for _, p := range level {
			if d[p] < 0 {
				d[p] = step
				following = append(following, next[p]...)
			}
		}
		level = following
	}
	return d
}

func randomGraph(t *rapid.T) *kg.Graph {
	seed, points := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 40).Draw(t, "points")
	return kgtest.RandomWorld(seed, kgtest.RichShape(points)).Compile(t)
}

// A search along junctions finds what a search along edges that are multiplied out finds.
func TestMapLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := randomGraph(t)
		start := kg.Node(rapid.IntRange(0, g.Nodes()-1).Draw(t, "start"))
		steps, soft, up := rapid.IntRange(0, 4).Draw(t, "steps"), rapid.Bool().Draw(t, "soft"), rapid.Bool().Draw(t, "up")
		next := multipliedOut(g, soft)
		if up {
			next = inverse(next)
		}
		want, got := distances(next, g.Members(start), steps), slices.Repeat([]int{-1}, g.Points())
		for step, level := range analysis.MapLevels(g, g.Members(start), steps, soft, up) {
			for _, p := range level {
				require.Equal(t, -1, got[p], "it is found twice")
				got[p] = step
			}
		}
		require.Equal(t, want, got)
	})
}

// The map of a position holds what all paths to it rest on.
func TestMapOfPositionIsWhatPathsRestOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := randomGraph(t)
		required := g.Requirements(0)
		var starts []kg.Node
		for _, r := range required {
			starts = append(starts, r.Point)
		}
		got := slices.Concat(analysis.MapLevels(g, starts, math.MaxInt, false, false)...)
		slices.Sort(got)
		require.Equal(t, plan.Beneath(g, required), got)
	})
}

// closure returns for each point what it rests on, directly or not. Points are in topological
// order.
func closure(before [][]kg.Node) []map[kg.Node]bool {
	all := make([]map[kg.Node]bool, len(before))
	for p, list := range before {
		all[p] = map[kg.Node]bool{}
		for _, n := range list {
			all[p][n] = true
			for m := range all[n] {
				all[p][m] = true
			}
		}
	}
	return all
}

// Each edge of a map is a prerequisite, and along them a point rests on all that it rests on.
func TestMapEdges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := randomGraph(t)
		points := make([]kg.Node, g.Points())
		for i := range points {
			points[i] = kg.Node(i)
		}
		ends, edges, ok := analysis.FindMapEdges(g, points, math.MaxInt)
		require.True(t, ok)
		require.Len(t, edges, len(ends))
		want, drawn := multipliedOut(g, true), make([][]kg.Node, g.Points())
		seen := map[[2]kg.Node]bool{}
		for _, pair := range ends {
			require.False(t, seen[pair], "two edges with the same ends")
			seen[pair] = true
			require.Contains(t, want[pair[1]], pair[0])
			drawn[pair[1]] = append(drawn[pair[1]], pair[0])
		}
		require.Equal(t, closure(want), closure(drawn))

		shown := rapid.SliceOfDistinct(rapid.SampledFrom(points), func(n kg.Node) kg.Node { return n }).Draw(t, "shown")
		part, _, ok := analysis.FindMapEdges(g, shown, math.MaxInt)
		require.True(t, ok)
		for _, pair := range part {
			require.Contains(t, shown, pair[0])
			require.Contains(t, shown, pair[1])
		}
		if len(part) > 0 {
			_, _, ok = analysis.FindMapEdges(g, shown, len(part)-1)
			require.False(t, ok, "there are more than that")
		}
	})
}

func TestStrongestEdgeOfTwoPoints(t *testing.T) {
	for _, test := range []struct {
		why, text string
		strength  competency.Strength
		clause    string
		level     float64
	}{
		{"HARD before SOFT", "G { B }\nB <~ A\nG <- A@0.5", competency.Hard, "", 0.5},
		{"what leaves no choice", "G { B }\nB <- x: A@0.9 | C@0.9\nG <- A@0.5", competency.Hard, "", 0.5},
		{"the higher level", "G { B }\nB <- A@0.5\nG <- A@0.9", competency.Hard, "", 0.9},
		{"an alternative where there is nothing else", "G { B }\nB <- x: A@0.9 | C@0.9", competency.Hard, "x", 0.9},
	} {
		t.Run(test.why, func(t *testing.T) {
			_, g := kgtest.Compile(t, test.text)
			_, edges, ok := analysis.FindMapEdges(g, []kg.Node{kgtest.Node(t, g, "A"), kgtest.Node(t, g, "B")}, 9)
			require.True(t, ok)
			require.Len(t, edges, 1)
			e := g.Catalog().Prerequisites[edges[0]]
			require.Equal(t, test.strength, e.Strength)
			require.Equal(t, test.clause, e.Clause)
			require.InDelta(t, test.level, *e.Level, 0)
		})
	}
}

func TestMapLanes(t *testing.T) {
	many := "Top { X { x Y { y } }"
	for _, c := range "abcdefghijklmnop" {
		many += " " + string(c-'a'+'A') + "1 { " + string(c) + " " + string(c-'a'+'A') + "2 { " + string(c) + "2 } }"
	}
	small := "S { S1 { s } S2 { t } S3 { u } }\nR {"
	for c := range 10 {
		small += fmt.Sprintf(" R%d { r%d q%d }", c, c, c)
	}
	small += " }"
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"the competency right above", "A { a B { b } }", []string{"A", "B"}},
		{"in tree order, and points without any last", "free <- b\nB { b A { a } }", []string{"B", "A", ""}},
		{"small neighbours share one where there are many", small, []string{"R0", "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "S"}},
		{"never all of them", many + " }", []string{"A1", "B1", "C1", "D1", "E1", "F1", "G1", "H1", "I1", "J1", "K1", "L1", "M1", "N1", "O1", "P1", "X"}},
	} {
		t.Run(test.why, func(t *testing.T) {
			_, g := kgtest.Compile(t, test.text)
			points := make([]kg.Node, g.Points())
			for i := range points {
				points[i] = kg.Node(i)
			}
			lanes, laneOf := analysis.MapLanes(g, points)
			var codes []string
			for _, n := range lanes {
				if n == kg.None {
					codes = append(codes, "")
				} else {
					codes = append(codes, g.Code(n))
				}
			}
			require.Equal(t, test.want, codes)
			for i, p := range points {
				above := slices.Collect(g.Ancestors(p))
				require.True(t, lanes[laneOf[i]] == kg.None && len(above) == 0 || slices.Contains(above, lanes[laneOf[i]]))
			}
		})
	}
}
