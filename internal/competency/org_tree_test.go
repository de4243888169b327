package competency

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func unitCodes(units []OrgUnit) (codes []string) {
	for _, u := range units {
		codes = append(codes, u.Code)
	}
	return codes
}

func TestOrgTree(t *testing.T) {
	tree := NewOrgTree([]OrgUnit{
		{Code: "firm", Name: "f"},
		{Code: "works", Parent: "firm"},
		{Code: "team", Parent: "works"},
		{Code: "lab", Parent: "firm"},
		{Code: "lost", Parent: "nowhere"},
		{Code: "x", Parent: "y"},
		{Code: "y", Parent: "z"},
		{Code: "z", Parent: "x"},
		{Code: "beneath", Parent: "y"},
		{Code: "own", Parent: "own"},
	})
	for _, c := range []struct {
		code                          string
		above, children, below, cycle []string
	}{
		{"firm", []string{"firm"}, []string{"works", "lab"}, []string{"firm", "works", "lab", "team"}, nil},
		{"team", []string{"team", "works", "firm"}, nil, []string{"team"}, nil},
		{"lost", []string{"lost"}, nil, []string{"lost"}, nil},
		{"nowhere", nil, nil, nil, nil},
		{"", nil, nil, nil, nil},
		{"y", []string{"y", "z", "x"}, []string{"x", "beneath"}, []string{"y", "x", "beneath", "z"}, []string{"y", "z", "x"}},
		{"beneath", []string{"beneath", "y", "z", "x"}, nil, []string{"beneath"}, nil},
		{"own", []string{"own"}, []string{"own"}, []string{"own"}, []string{"own"}},
	} {
		require.Equal(t, c.above, unitCodes(tree.Above(c.code)), c.code)
		require.Equal(t, c.children, unitCodes(tree.Children(c.code)), c.code)
		require.Equal(t, c.below, tree.Below(c.code), c.code)
		require.Equal(t, c.cycle, tree.Cycle(c.code), c.code)
	}
	require.Equal(t, [][]string{{"x", "y", "z"}, {"own"}}, tree.Cycles())
	unit, ok := tree.Unit("firm")
	require.True(t, ok)
	require.Equal(t, OrgUnit{Code: "firm", Name: "f"}, unit)
	_, ok = tree.Unit("nowhere")
	require.False(t, ok)
	require.Empty(t, NewOrgTree(nil).Units())
}

func TestOrgTreeLaysEditsOverTheStored(t *testing.T) {
	tree := NewOrgTree([]OrgUnit{{Code: "a", Name: "n"}, {Code: "b", Name: "n", Parent: "a"}, {Code: "b", Name: "new"}, {Code: "a", Parent: "b"}})
	require.Equal(t, []OrgUnit{{Code: "a", Name: "n", Parent: "b"}, {Code: "b", Name: "new", Parent: "a"}}, tree.Units())
	require.Equal(t, [][]string{{"a", "b"}}, tree.Cycles())
}

// What the tree says is what following the parents says.
func TestOrgTreeFollowsParents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "departments")
		code := func(i int) string { return fmt.Sprintf("u%02d", i) }
		units, parent := make([]OrgUnit, n), map[string]string{}
		for i := range units {
			units[i] = OrgUnit{Code: code(i), Parent: code(rapid.IntRange(0, n).Draw(t, "parent"))} // u<n> is not there
			parent[units[i].Code] = units[i].Parent
		}
		tree := NewOrgTree(rapid.Permutation(units).Draw(t, "order"))

		walk := func(from string) (above []string) {
			for at := from; at != code(n) && !slices.Contains(above, at); at = parent[at] {
				above = append(above, at)
			}
			return above
		}
		onCycles := map[string]int{}
		for _, cycle := range tree.Cycles() {
			require.Equal(t, cycle, tree.Cycle(cycle[0]))
			for _, c := range cycle {
				onCycles[c]++
			}
		}
		for _, u := range units {
			above := walk(u.Code)
			require.Equal(t, above, unitCodes(tree.Above(u.Code)))

			last := above[len(above)-1]
			if parent[last] == u.Code {
				require.Equal(t, above, tree.Cycle(u.Code))
				require.Equal(t, 1, onCycles[u.Code])
			} else {
				require.Nil(t, tree.Cycle(u.Code))
				require.Zero(t, onCycles[u.Code])
			}

			var below, children []string
			for _, other := range units {
				if slices.Contains(walk(other.Code), u.Code) {
					below = append(below, other.Code)
				}
				if other.Parent == u.Code {
					children = append(children, other.Code)
				}
			}
			got := tree.Below(u.Code)
			require.Equal(t, u.Code, got[0])
			require.ElementsMatch(t, below, got)
			require.ElementsMatch(t, children, unitCodes(tree.Children(u.Code)))
		}
	})
}

// Where a walk were quadratic, chains and cycles of this length would take hours.
func TestOrgTreeIsLinear(t *testing.T) {
	const n = 100_000
	units := make([]OrgUnit, n)
	for i := range units {
		units[i] = OrgUnit{Code: fmt.Sprint(i), Parent: fmt.Sprint(i + 1)}
	}
	chain := NewOrgTree(units)
	require.Empty(t, chain.Cycles())
	require.Len(t, chain.Above("0"), n)
	require.Len(t, chain.Below(fmt.Sprint(n-1)), n)
	for _, u := range units {
		require.Nil(t, chain.Cycle(u.Code))
	}

	units[n-1].Parent = "1" // all but the first
	closed := NewOrgTree(units)
	require.Len(t, closed.Cycles(), 1)
	require.Len(t, closed.Cycle("1"), n-1)
	require.Nil(t, closed.Cycle("0"))
	require.Len(t, closed.Below("1"), n)
}
