package layout_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/layout"
)

// draw writes a layout as text: a line a row, a column a layer. Digits are nodes, and = is
// where edges pass through.
func draw(g layout.Graph) string {
	l := layout.Compute(g)
	rows := make([][]byte, l.Rows)
	for i := range rows {
		rows[i] = []byte(strings.Repeat(".", l.Layers))
	}
	for i, e := range g.Edges {
		for j, row := range l.Edges[i] {
			rows[row][l.Nodes[e.From].Layer+1+j] = '='
		}
	}
	for n, p := range l.Nodes {
		rows[p.Row][p.Layer] = byte('0' + n)
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = string(row)
	}
	return strings.Join(lines, " ")
}

func edges(pairs ...int) (list []layout.Edge) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, layout.Edge{From: pairs[i], To: pairs[i+1]})
	}
	return list
}

func TestLayouts(t *testing.T) {
	for _, test := range []struct {
		why   string
		lanes []int
		edges []layout.Edge
		want  string
	}{
		{"nothing", nil, nil, ""},
		{"one node", []int{0}, nil, "0"},
		{"nodes without edges stand below each other", []int{0, 0, 0}, nil, "0 1 2"},
		{"a chain is a line", []int{0, 0, 0}, edges(0, 1, 1, 2), "012"},
		{"the longest chain counts", []int{0, 0, 0, 0}, edges(0, 1, 1, 2, 0, 3, 2, 3), "0123 .==."},
		{"what nothing leads to stands right before what it leads to", []int{0, 0, 0, 0}, edges(0, 1, 1, 2, 3, 2), "012 .3."},
		{"lanes lie below each other", []int{0, 1, 0, 1}, edges(0, 2, 1, 3), "02 13"},
		{"a lane is as high as its tallest layer", []int{0, 1, 1, 1}, edges(1, 2, 1, 3), "0. 12 .3"},
		{"edges of one node share their way", []int{0, 0, 0, 1, 1}, edges(0, 1, 1, 2, 0, 3, 2, 3, 0, 4, 2, 4), "012. .==. ...3 ...4"},
		{"and so do edges into one node", []int{0, 0, 0, 0, 0, 1}, edges(0, 2, 1, 2, 2, 3, 3, 4, 4, 5, 0, 5, 1, 5), "0.... 1234. .===5"},
		{"edges do not cross where they need not", []int{0, 0, 0, 0}, edges(0, 3, 1, 2), "03 12"},
	} {
		t.Run(test.why, func(t *testing.T) {
			require.Equal(t, test.want, draw(layout.Graph{Lanes: test.lanes, Edges: test.edges}))
		})
	}
}

// Lanes that many edges connect lie next to each other.
func TestOrderOfLanes(t *testing.T) {
	l := layout.Compute(layout.Graph{Lanes: []int{0, 1, 2, 0, 1, 2}, Edges: edges(0, 5, 3, 5, 2, 4)})
	var order []int
	for _, lane := range l.Lanes {
		order = append(order, lane.Lane)
	}
	require.Equal(t, []int{0, 2, 1}, order)
}

// An edge on a cycle is drawn, and nothing else changes.
func TestCycle(t *testing.T) {
	l := layout.Compute(layout.Graph{Lanes: []int{0, 0, 0}, Edges: edges(0, 1, 1, 2, 2, 1)})
	require.Len(t, l.Edges, 3)
	places := map[layout.Place]bool{}
	for _, p := range l.Nodes {
		places[p] = true
	}
	require.Len(t, places, 3)
}

// drawGraph draws an acyclic graph: its edges lead from lower numbers to higher ones.
func drawGraph(t *rapid.T) layout.Graph {
	n := rapid.IntRange(1, 60).Draw(t, "nodes")
	g := layout.Graph{Lanes: rapid.SliceOfN(rapid.IntRange(0, 7), n, n).Draw(t, "lanes")}
	if n > 1 {
		for range rapid.IntRange(0, 3*n).Draw(t, "edges") {
			to := rapid.IntRange(1, n-1).Draw(t, "to")
			g.Edges = append(g.Edges, layout.Edge{From: rapid.IntRange(0, to-1).Draw(t, "from"), To: to})
		}
	}
	return g
}

func TestLayoutProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t)
		l := layout.Compute(g)
		require.Len(t, l.Nodes, len(g.Lanes))
		require.Len(t, l.Edges, len(g.Edges))

		laneOf := make([]int, 0, l.Rows) // by row
		seen := map[int]bool{}
		for _, lane := range l.Lanes {
			require.False(t, seen[lane.Lane])
			seen[lane.Lane] = true
			require.Equal(t, len(laneOf), lane.Row, "lanes follow each other without a gap")
			for range lane.Rows {
				laneOf = append(laneOf, lane.Lane)
			}
		}
		require.Len(t, laneOf, l.Rows)

		nodeAt := map[layout.Place]int{}
		lastLayer := 0
		for n, p := range l.Nodes {
			require.NotContains(t, nodeAt, p, "two nodes have one place")
			nodeAt[p] = n
			require.Equal(t, g.Lanes[n], laneOf[p.Row], "a node lies in its lane")
			lastLayer = max(lastLayer, p.Layer)
		}
		require.Equal(t, lastLayer+1, l.Layers)

		used := map[layout.Place]bool{}
		for p := range nodeAt {
			used[p] = true
		}
		for i, e := range g.Edges {
			from, to := l.Nodes[e.From], l.Nodes[e.To]
			require.Less(t, from.Layer, to.Layer, "every edge leads to a later layer")
			require.Len(t, l.Edges[i], to.Layer-from.Layer-1)
			for j, row := range l.Edges[i] {
				p := layout.Place{Layer: from.Layer + 1 + j, Row: row}
				require.NotContains(t, nodeAt, p, "no edge passes through a node")
				require.Contains(t, []int{g.Lanes[e.From], g.Lanes[e.To]}, laneOf[row], "it stays in the lane of an end")
				used[p] = true
			}
		}
		for _, lane := range l.Lanes { // compact: a layer fills the lane
			tallest := 0
			for layer := range l.Layers {
				n := 0
				for row := lane.Row; row < lane.Row+lane.Rows; row++ {
					if used[layout.Place{Layer: layer, Row: row}] {
						n++
					}
				}
				tallest = max(tallest, n)
			}
			require.Equal(t, lane.Rows, tallest)
		}
	})
}

// A node stands right after the last that leads to it, or right before the first that it
// leads to where nothing does.
func TestLayersAreLongestChains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t)
		l := layout.Compute(g)
		for n, p := range l.Nodes {
			before, after := -1, l.Layers
			for _, e := range g.Edges {
				if e.To == n {
					before = max(before, l.Nodes[e.From].Layer)
				}
				if e.From == n {
					after = min(after, l.Nodes[e.To].Layer)
				}
			}
			switch {
			case before < 0 && after == l.Layers:
				require.Zero(t, p.Layer)
			case before < 0:
				require.Equal(t, after-1, p.Layer)
			default:
				require.Greater(t, p.Layer, before)
			}
		}
	})
}

func TestOrderOfEdgesDoesNotCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t)
		want := layout.Compute(g)
		index := make([]int, len(g.Edges))
		for i := range index {
			index[i] = i
		}
		index = rapid.Permutation(index).Draw(t, "order")
		shuffled := layout.Graph{Lanes: g.Lanes}
		for _, i := range index {
			shuffled.Edges = append(shuffled.Edges, g.Edges[i])
		}
		got := layout.Compute(shuffled)
		for i, j := range index {
			require.Equal(t, want.Edges[j], got.Edges[i])
		}
		want.Edges, got.Edges = nil, nil
		require.Equal(t, want, got)
	})
}

func BenchmarkCompute(b *testing.B) {
	for _, nodes := range []int{100, 2_000} {
		r := rand.New(rand.NewPCG(1, 2))
		g := layout.Graph{}
		for n := range nodes {
			g.Lanes = append(g.Lanes, r.IntN(12))
			for range 3 {
				if near := min(n, nodes/5); near > 0 {
					g.Edges = append(g.Edges, layout.Edge{From: n - 1 - r.IntN(near), To: n})
				}
			}
		}
		b.Run(fmt.Sprintf("nodes=%d,edges=%d", nodes, len(g.Edges)), func(b *testing.B) {
			b.ReportAllocs()
			var l *layout.Layout
			for b.Loop() {
				l = layout.Compute(g)
			}
			b.ReportMetric(float64(l.Rows), "rows")
			b.ReportMetric(float64(l.Layers), "layers")
		})
	}
}
