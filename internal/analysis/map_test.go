package analysis_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// describeMap writes a line for each point: where it is and all that is said of it.
func describeMap(t *testing.T, m *analysis.KnowledgeMap) (lines []string) {
	t.Helper()
	nodes := servicetest.Must(m.Nodes(servicetest.Request()))
	number := func(name string, x *float64) string {
		if x == nil {
			return ""
		}
		return fmt.Sprintf(" %s=%.4g", name, *x)
	}
	for _, n := range nodes {
		line := fmt.Sprintf("%s %d", n.KnowledgePoint.Code(), n.Layer) + number("required", n.Required) + number("need", n.Need) + number("mastery", n.Mastery)
		if n.Critical {
			line += " critical"
		}
		if n.Status != nil {
			line += " " + string(*n.Status)
		}
		if n.Next {
			line += " next"
		}
		lines = append(lines, line)
	}
	return lines
}

// describeEdges writes each edge by the codes of its ends.
func describeEdges(m *analysis.KnowledgeMap) (lines []string) {
	nodes, edges := servicetest.Must(m.Nodes(servicetest.Request())), servicetest.Must(m.Edges(servicetest.Request()))
	for _, e := range edges {
		line := nodes[e.From].KnowledgePoint.Code() + " " + nodes[e.To].KnowledgePoint.Code() + " " + string(e.Strength())
		if e.Clause() != nil {
			line += " " + *e.Clause()
		}
		lines = append(lines, line)
	}
	return lines
}

const mappedWorld = `
	SQL { A B C D { d e } }
	B <- A
	C <- x: B | f
	D <- C
	e <~ d
	f <- g
	P: C=0.8! e=0.5
	Q: A`

func TestPositionMapOfNobody(t *testing.T) {
	svc := servicetest.OpenWorld(t, mappedWorld)
	m, err := svc.Analysis.PositionMap(servicetest.Request(), "P", nil, nil)
	require.NoError(t, err)
	require.Equal(t, "P", m.Position.Code())
	require.Nil(t, m.Focus)
	require.Nil(t, m.Employee)
	require.Zero(t, m.Omitted)
	require.Equal(t, 4, m.Layers)
	require.ElementsMatch(t, []string{"A 0", "g 0", "B 1", "f 1", "C 2 required=0.8 critical", "e 3 required=0.5"}, describeMap(t, m))
	require.ElementsMatch(t, []string{"A B HARD", "g f HARD", "B C HARD x", "f C HARD x", "C e HARD"}, describeEdges(m))
	var lanes []string
	for _, lane := range m.Lanes {
		if lane.Competency == nil {
			lanes = append(lanes, "")
		} else {
			lanes = append(lanes, lane.Competency.Code())
		}
	}
	require.ElementsMatch(t, []string{"SQL", "D", ""}, lanes)
}

// The figures are those of the gap analysis, and what is next is what the next steps are for.
func TestPositionMapOfEmployee(t *testing.T) {
	svc := servicetest.OpenWorld(t, mappedWorld+"\n@ A=0.9 g=0.75/400d f=0.4 e=0.6/900d")
	m, err := svc.Analysis.PositionMap(servicetest.Request(), "P", new("E1"), nil)
	require.NoError(t, err)
	require.Equal(t, "E1", m.Employee.Code())
	require.ElementsMatch(t, []string{
		"f 0 need=0.7 mastery=0.4 BELOW next", "C 1 required=0.8 need=0.8 critical UNASSESSED", "e 2 required=0.5 mastery=0.6 DECAYED next",
	}, describeMap(t, m), "what is mastered and not required is left out, and so is what was not chosen")
	require.Equal(t, []string{"f C HARD x", "C e HARD"}, describeEdges(m))

	gaps, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, nil)
	require.NoError(t, err)
	for _, g := range servicetest.Must(gaps.Gaps(servicetest.Request(), false)) {
		for _, n := range servicetest.Must(m.Nodes(servicetest.Request())) {
			if n.KnowledgePoint.Code() == g.KnowledgePoint().Code() {
				require.Equal(t, g.Status(), *n.Status)
				require.Equal(t, g.Mastery(), n.Mastery)
				require.Equal(t, g.Current(), n.Current)
			}
		}
	}
	early := (&servicetest.Clock{}).Now().AddDate(-50, 0, 0)
	m, err = svc.Analysis.PositionMap(servicetest.Request(), "P", new("E1"), &early)
	require.NoError(t, err)
	require.Contains(t, describeMap(t, m), "e 2 required=0.5 mastery=0.6 MET", "at another time")
}

func TestNeighbourhood(t *testing.T) {
	svc := servicetest.OpenWorld(t, mappedWorld+"\n@ A=0.9 B=0.9/900d C=0.6")
	for _, test := range []struct {
		code     string
		up, down int
		want     []string
	}{
		{"C", 0, 0, []string{"C 0"}},
		{"C", 1, 1, []string{"B 0", "f 0", "C 1", "d 2", "e 3"}},
		{"C", 0, 2, []string{"A 0", "g 0", "B 1", "f 1", "C 2"}},
		{"D", 0, 1, []string{"C 0", "d 1", "e 2"}},
		{"A", 2, 5, []string{"A 0", "B 1", "C 2"}},
	} {
		t.Run(fmt.Sprint(test.code, test.up, test.down), func(t *testing.T) {
			m, err := svc.Analysis.Neighbourhood(servicetest.Request(), test.code, test.up, test.down, nil, nil)
			require.NoError(t, err)
			require.Equal(t, test.code, m.Focus.Code())
			require.Nil(t, m.Position)
			require.ElementsMatch(t, test.want, describeMap(t, m))
		})
	}
	m, err := svc.Analysis.Neighbourhood(servicetest.Request(), "C", 1, 2, new("E1"), nil)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{
		"A 0 need=0.7 mastery=0.9 MET", "g 0 need=0.7 UNASSESSED", "B 1 need=0.7 mastery=0.9 DECAYED", "f 1 need=0.7 UNASSESSED",
		"C 2 need=0.7 mastery=0.6 BELOW", "d 3 need=0.7 UNASSESSED", "e 4 need=0.7 UNASSESSED",
	}, describeMap(t, m))
	require.Contains(t, describeEdges(m), "d e SOFT")
}

func TestMapsRefuse(t *testing.T) {
	svc := servicetest.OpenWorld(t, mappedWorld)
	neighbourhood := func(code string, up, down int, employee *string) error {
		_, err := svc.Analysis.Neighbourhood(servicetest.Request(), code, up, down, employee, nil)
		return err
	}
	position := func(code string, employee *string) error {
		_, err := svc.Analysis.PositionMap(servicetest.Request(), code, employee, nil)
		return err
	}
	for name, test := range map[string]struct {
		err  error
		code fault.Code
		text string
	}{
		"too far up":           {neighbourhood("C", 6, 0, nil), fault.InvalidArgument, "between 0 and 5, not 6"},
		"backwards":            {neighbourhood("C", 0, -1, nil), fault.InvalidArgument, "between 0 and 5, not -1"},
		"an unknown focus":     {neighbourhood("X", 1, 1, nil), fault.NotFound, `no knowledge point or competency "X"`},
		"a position as focus":  {neighbourhood("P", 1, 1, new("E1")), fault.NotFound, `no knowledge point or competency "P"`},
		"an unknown position":  {position("X", nil), fault.NotFound, `no position "X"`},
		"of a person, too":     {position("X", new("E1")), fault.NotFound, `no position "X"`},
		"an unknown person":    {position("P", new("E9")), fault.NotFound, "E9"},
		"around a point, too":  {neighbourhood("C", 1, 1, new("E9")), fault.NotFound, "E9"},
		"a person without one": {position("P", new("")), fault.NotFound, ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.code, fault.CodeOf(test.err))
			require.ErrorContains(t, test.err, test.text)
		})
	}
}

// largeWorld has 2,500 points in 25 competencies. A fundamental point comes before all, and each
// competency before the next one.
func largeWorld() string {
	var b strings.Builder
	for c := range 25 {
		fmt.Fprintf(&b, "C%02d {", c)
		for p := range 100 {
			fmt.Fprintf(&b, " K%02d%02d", c, p)
		}
		b.WriteString(" }\n")
		for p := range 100 {
			if p > 0 {
				fmt.Fprintf(&b, "K%02d%02d <- K%02d%02d\n", c, p, c, p/2)
			}
			if c > 0 {
				fmt.Fprintf(&b, "K%02d%02d <- K%02d%02d\n", c, p, c-1, (p*7+3)%100)
			}
			if c > 1 {
				fmt.Fprintf(&b, "K%02d%02d <- K0000\n", c, p)
			}
		}
	}
	b.WriteString("P: C24")
	return b.String()
}

func TestLargeMapKeepsWhatIsNearest(t *testing.T) {
	svc := servicetest.OpenWorld(t, largeWorld())
	m, err := svc.Analysis.PositionMap(servicetest.Request(), "P", nil, nil)
	require.NoError(t, err)
	nodes := servicetest.Must(m.Nodes(servicetest.Request()))
	require.Len(t, nodes, 2_000)
	again, err := svc.Analysis.PositionMap(servicetest.Request(), "P", nil, nil)
	require.NoError(t, err)
	require.True(t, reflect.DeepEqual(m, again), "the same question has the same map")
	required := 0
	for _, n := range nodes {
		if n.Required != nil {
			required++
		}
		require.False(t, n.KnowledgePoint.Code() > "K0000" && n.KnowledgePoint.Code() < "K0300", "%s is far from what is required", n.KnowledgePoint.Code())
	}
	require.Equal(t, 100, required)
	require.Positive(t, m.Omitted)
	require.LessOrEqual(t, m.Omitted, 500)
}

// Edges are multiplied out over two large competencies: the map shows what it has room for.
func TestMapWithTooManyEdges(t *testing.T) {
	var text strings.Builder
	for _, c := range []string{"G", "H"} {
		text.WriteString(c + " {")
		for p := range 300 {
			fmt.Fprintf(&text, " %s%03d", c, p)
		}
		text.WriteString(" }\n")
	}
	svc := servicetest.OpenWorld(t, text.String()+"H <- G\nP: H")
	m, err := svc.Analysis.PositionMap(servicetest.Request(), "P", nil, nil)
	require.NoError(t, err)
	nodes, edges := servicetest.Must(m.Nodes(servicetest.Request())), servicetest.Must(m.Edges(servicetest.Request()))
	require.LessOrEqual(t, len(edges), 10_000)
	require.Equal(t, 600, len(nodes)+m.Omitted)
	required := 0
	for _, n := range nodes {
		if n.Required != nil {
			required++
		}
	}
	require.Equal(t, 300, required)
}

// Edges between competencies that lie in each other lead to the same points: the map gives up
// some of them before it has tried all.
func TestMapOfNestedCompetencies(t *testing.T) {
	const depth, points = 25, 90
	var text strings.Builder
	for _, c := range []string{"G", "H"} {
		for i := range depth {
			fmt.Fprintf(&text, "%s%02d { ", c, i)
		}
		for p := range points {
			fmt.Fprintf(&text, "K%s%02d ", c, p)
		}
		text.WriteString(strings.Repeat("} ", depth) + "\n")
	}
	for i := range depth {
		for j := range depth {
			fmt.Fprintf(&text, "H%02d <- G%02d\n", i, j)
		}
	}
	svc := servicetest.OpenWorld(t, text.String()+"P: H00")
	m, err := svc.Analysis.PositionMap(servicetest.Request(), "P", nil, nil)
	require.NoError(t, err)
	require.Equal(t, 2*points, len(servicetest.Must(m.Nodes(servicetest.Request())))+m.Omitted)
	require.Positive(t, m.Omitted)
	require.Less(t, m.Omitted, points)
}

func BenchmarkLargeMap(b *testing.B) {
	svc := servicetest.OpenWorld(b, largeWorld())
	graph := svc.Catalog.Current()
	points := make([]kg.Node, graph.Graph().Points())
	for i := range points {
		points[i] = kg.Node(len(points) - 1 - i)
	}
	b.Run("draw", func(b *testing.B) {
		for b.Loop() {
			analysis.DrawMap(graph, points)
		}
	})
	b.Run("of an employee", func(b *testing.B) {
		for b.Loop() {
			_, err := svc.Analysis.PositionMap(servicetest.Request(), "P", new("E1"), nil)
			require.NoError(b, err)
		}
	})
}
