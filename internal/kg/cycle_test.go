package kg_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// cyclesOf compiles a cyclic catalog and returns its cycles as codes.
func cyclesOf(t kgtest.TB, c competency.Catalog) (list []string) {
	t.Helper()
	_, err := kg.Compile(c)
	var cyclic *kg.CycleError
	require.ErrorAs(t, err, &cyclic)
	for _, c := range cyclic.Cycles {
		list = append(list, strings.Join(codesOf(c), " "))
	}
	return list
}

func codesOf(c kg.Cycle) (codes []string) {
	for _, s := range c {
		codes = append(codes, s.Code)
	}
	return codes
}

func TestCycles(t *testing.T) {
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"of two points, each before the next", "B <- A\nA <- B", []string{"A B"}},
		{"of three, in order and from the least code", "A <- C\nC <- B\nB <- A", []string{"A B C"}},
		{"an edge to oneself", "A <- A", []string{"A"}},
		{"a competency that requires itself", "C { A }\nC <- C", []string{"C"}},
		{"soft edges count", "B <~ A\nA <- B", []string{"A B"}},
		{"every alternative counts", "B <- x: A | C\nA <- B", []string{"A B"}},
		{"a point requires the competency that it is in", "C { A }\nA <- C", []string{"A C"}},
		{"a competency requires a point of its own", "C { A }\nC <- A", []string{"A C"}},
		{"at any depth", "C { D { A } }\nC <- A", []string{"A C D"}},
		{"a competency requires one inside it", "C { D { A } }\nC <- D", []string{"C D"}},
		{"or the other way round", "C { D { A } }\nD <- C", []string{"C D"}},
		{"competencies contain each other", "C { D { C { } } }", []string{"C D"}},
		{"three of them, from above to below", "C { D { B { C { } } } }", []string{"B C D"}},
		{"a competency contains itself", "C { C { } }", []string{"C"}},
		{"through an empty competency, though it has no points to learn", "E { }\nE <- A\nA <- E", []string{"A E"}},
		{"through points of a competency", "C { A B }\nB <- A\nC <- X\nX <- B", []string{"B X C"}},
		{"through a competency the shortest way, not by its points", "C { A { B } }\nC <- X\nX <- C", []string{"C X"}},
		{"siblings are no cycle, and each part has one", "C { A B }\nB <- A\nX <- Y\nY <- X\nZ <- X\n甲 <- 乙\n乙 <- 甲", []string{"X Y", "乙 甲"}},
		{"one short cycle where a part has several", "A <- B\nB <- C\nC <- A\nD <- A\nA <- D", []string{"A D"}},
		{"even where it is far from the first of them", "B <- A\nC <- B\nA <- C\nX <- A\nY <- X\nX <- Y\nB <- Y", []string{"X Y"}},
	} {
		t.Run(test.why, func(t *testing.T) {
			require.Equal(t, test.want, cyclesOf(t, kgtest.MustParse(t, test.text).Catalog))
		})
	}
}

func TestCycleMessage(t *testing.T) {
	_, err := kg.Compile(kgtest.MustParse(t, "A <- B\nB <- A").Catalog)
	var cyclic *kg.CycleError
	require.ErrorAs(t, err, &cyclic)
	problems := cyclic.Problems()
	require.Len(t, problems, 1)
	require.Equal(t, fault.Cycle, problems[0].Code)
	require.Contains(t, problems[0].Text.EN, "A 名A → B 名B → A 名A")
	require.Contains(t, problems[0].Text.ZH, "A 名A → B 名B → A 名A")

	long := make(kg.Cycle, 5000)
	for i := range long {
		long[i].Code = fmt.Sprint("K", i)
	}
	require.Less(t, len(long.String()), 2000, "no message grows with its input")
	require.Contains(t, long.String(), "(5000)")
}

// stepsBetween returns the number of steps from a dependent to a prerequisite along
// precedence, 0 where there is no way. It searches breadth first over maps. The entry of
// a competency comes before all in it, its exit after all in it.
func stepsBetween(c competency.Catalog, from, to string) int {
	type state struct {
		code string
		left bool // for a competency: whether it is left, or entered
	}
	isGroup, next := map[string]bool{}, map[state][]state{}
	for _, g := range c.Competencies {
		isGroup[g.Code] = true
	}
	entered := func(code string) state { return state{code, false} }
	left := func(code string) state { return state{code, isGroup[code]} }
	contain := func(parent, code string) {
		if parent != "" {
			next[entered(parent)] = append(next[entered(parent)], entered(code))
			next[left(code)] = append(next[left(code)], left(parent))
		}
	}
	for _, g := range c.Competencies {
		contain(g.Parent, g.Code)
	}
	for _, k := range c.KnowledgePoints {
		contain(k.Competency, k.Code)
	}
	for _, e := range c.Prerequisites {
		next[left(e.Prerequisite)] = append(next[left(e.Prerequisite)], entered(e.Dependent))
	}
	seen, level := map[state]bool{}, []state{entered(from)}
	for distance := 1; len(level) > 0; distance++ {
		var further []state
		for i := 0; i < len(level); i++ {
			s := level[i]
			if seen[s] {
				continue
			}
			seen[s] = true
			if s == left(to) {
				return distance
			}
			if isGroup[s.code] && !s.left {
				level = append(level, left(s.code)) // the same stop
			}
			further = append(further, next[s]...)
		}
		level = further
	}
	return 0
}

// requireCycle checks that each stop comes before the next, by an edge or by
// containment.
func requireCycle(t *rapid.T, c competency.Catalog, cycle []string) {
	related := map[[2]string]bool{}
	for _, e := range c.Prerequisites {
		related[[2]string{e.Prerequisite, e.Dependent}] = true
	}
	contain := func(a, b string) { related[[2]string{a, b}], related[[2]string{b, a}] = true, true }
	for _, g := range c.Competencies {
		contain(g.Parent, g.Code)
	}
	for _, k := range c.KnowledgePoints {
		contain(k.Competency, k.Code)
	}
	for i, code := range cycle {
		next := cycle[(i+1)%len(cycle)]
		require.True(t, related[[2]string{code, next}], "%s to %s in %v", code, next, cycle)
	}
	slices.Sort(cycle)
	require.Len(t, slices.Compact(cycle), len(cycle), "no stop twice")
}

// One more prerequisite is refused exactly where it closes a cycle, with a shortest
// cycle through it.
func TestShortestCycleThroughOneEdge(t *testing.T) {
	closed := 0
	rapid.Check(t, func(t *rapid.T) {
		w := kgtest.RandomWorld(rapid.Uint64().Draw(t, "seed"), kgtest.RichShape(rapid.IntRange(2, 50).Draw(t, "points")))
		var codes []string
		for _, k := range w.KnowledgePoints {
			codes = append(codes, k.Code)
		}
		for _, g := range w.Competencies {
			codes = append(codes, g.Code)
		}
		edge := competency.Prerequisite{
			Prerequisite: rapid.SampledFrom(codes).Draw(t, "prerequisite"), Dependent: rapid.SampledFrom(codes).Draw(t, "dependent"),
			Strength: rapid.SampledFrom([]competency.Strength{competency.Hard, competency.Soft}).Draw(t, "strength"),
		}
		if len(w.Prerequisites) > 0 && rapid.Bool().Draw(t, "reverse") { // random ends rarely close a cycle
			e := rapid.SampledFrom(w.Prerequisites).Draw(t, "edge")
			edge.Prerequisite, edge.Dependent = e.Dependent, e.Prerequisite
		}
		want := stepsBetween(w.Catalog, edge.Dependent, edge.Prerequisite)
		w.Prerequisites = append(w.Prerequisites, edge)
		if want == 0 {
			w.Compile(t)
			return
		}
		closed++
		_, err := kg.Compile(w.Catalog)
		var cyclic *kg.CycleError
		require.ErrorAs(t, err, &cyclic)
		require.Len(t, cyclic.Cycles, 1)
		require.Len(t, cyclic.Cycles[0], want, "%v\n%s", cyclic.Cycles[0], w.Format())
		requireCycle(t, w.Catalog, codesOf(cyclic.Cycles[0]))
	})
	require.Positive(t, closed, "some of the edges close a cycle")
}

// Moving a competency adds edges into it and out of it. The cycle is a shortest one
// through either.
func TestShortestCycleThroughContainment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := kgtest.RandomWorld(rapid.Uint64().Draw(t, "seed"), kgtest.RichShape(rapid.IntRange(8, 24).Draw(t, "points")))
		child := &w.Competencies[rapid.IntRange(0, len(w.Competencies)-1).Draw(t, "child")]
		parent := w.Competencies[rapid.IntRange(0, len(w.Competencies)-1).Draw(t, "parent")].Code
		child.Parent = parent
		_, err := kg.Compile(w.Catalog)
		var cyclic *kg.CycleError
		if err == nil {
			for _, e := range w.Prerequisites {
				require.Zero(t, stepsBetween(w.Catalog, e.Dependent, e.Prerequisite), "%v\n%s", e, w.Format())
			}
			return
		}
		require.ErrorAs(t, err, &cyclic)
		shortest := 1 << 30
		for _, e := range w.Prerequisites {
			if n := stepsBetween(w.Catalog, e.Dependent, e.Prerequisite); n > 0 {
				shortest = min(shortest, n)
			}
		}
		for _, c := range cyclic.Cycles {
			requireCycle(t, w.Catalog, codesOf(c))
			if !slices.ContainsFunc(c, func(s kg.Step) bool { return s.Code[0] == 'K' }) {
				return // competencies in each other, which need no prerequisite
			}
		}
		found := slices.MinFunc(cyclic.Cycles, func(a, b kg.Cycle) int { return len(a) - len(b) })
		require.Len(t, found, shortest, "%v\n%s", found, w.Format())
	})
}

// A cycle as long as the catalog is found whole, and the search stays affordable
// although it could start from every point.
func TestLongRing(t *testing.T) {
	const n = 50_000
	var c competency.Catalog
	for i := range n {
		c.KnowledgePoints = append(c.KnowledgePoints, competency.KnowledgePoint{Code: fmt.Sprintf("K%05d", i)})
		c.Prerequisites = append(c.Prerequisites, competency.Prerequisite{Prerequisite: fmt.Sprintf("K%05d", i), Dependent: fmt.Sprintf("K%05d", (i+1)%n)})
	}
	_, err := kg.Compile(c)
	var cyclic *kg.CycleError
	require.True(t, errors.As(err, &cyclic))
	require.Len(t, cyclic.Cycles, 1)
	require.Len(t, cyclic.Cycles[0], n)
}
