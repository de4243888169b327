package competency

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMatchEdges(t *testing.T) {
	edge := func(prerequisite, clause string) Prerequisite {
		return Prerequisite{Prerequisite: prerequisite, Dependent: "D", Clause: clause, Strength: Hard, Level: new(0.5), Reason: "why"}
	}
	soft := Prerequisite{Prerequisite: "S", Dependent: "D", Strength: Soft, Level: new(0.7)}
	stored := Catalog{Prerequisites: []Prerequisite{edge("ONE", "a"), edge("TWO", ""), edge("TWO", "b"), soft}}
	stored.Sort()
	row := func(prerequisite, clause string) Prerequisite {
		return Prerequisite{Prerequisite: prerequisite, Dependent: "D", Clause: clause}
	}
	clearing := func(r Prerequisite) Prerequisite { r.Clear = FieldClause; return r }
	after := func(edges ...Prerequisite) []Prerequisite {
		c := Catalog{Prerequisites: edges}
		c.Sort()
		return c.Prerequisites
	}
	two := []Prerequisite{edge("TWO", ""), edge("TWO", "b"), soft}
	fresh := func(prerequisite, clause string) Prerequisite {
		return Prerequisite{Prerequisite: prerequisite, Dependent: "D", Clause: clause, Strength: Hard, Level: new(0.7)}
	}
	for name, c := range map[string]struct {
		rows              []Prerequisite
		emptied           map[int]FieldSet
		want              []Prerequisite
		problem, warnings int
	}{
		"without a clause it is the one edge of the pair": {rows: []Prerequisite{row("ONE", "")}, want: stored.Prerequisites},
		"another clause moves the one edge":               {rows: []Prerequisite{row("ONE", "x")}, want: append(after(edge("ONE", "x")), two...)},
		"clearing moves it out of its clause":             {rows: []Prerequisite{clearing(row("ONE", ""))}, want: append(after(edge("ONE", "")), two...)},
		"so does an empty cell that replaces, with a warning": {
			rows: []Prerequisite{clearing(row("ONE", ""))}, emptied: map[int]FieldSet{0: FieldClause}, want: append(after(edge("ONE", "")), two...), warnings: 1,
		},
		"two rows of a pair are two edges":  {rows: []Prerequisite{row("ONE", "x"), row("ONE", "y")}, want: after(append([]Prerequisite{edge("ONE", "a"), fresh("ONE", "x"), fresh("ONE", "y")}, two...)...)},
		"one of two rows is the stored one": {rows: []Prerequisite{row("ONE", ""), row("ONE", "a")}, want: after(append([]Prerequisite{edge("ONE", "a"), fresh("ONE", "")}, two...)...)},
		"several edges and no clause":       {rows: []Prerequisite{row("TWO", "")}, want: stored.Prerequisites, problem: 1},
		"several edges and an empty cell":   {rows: []Prerequisite{clearing(row("TWO", ""))}, emptied: map[int]FieldSet{0: FieldClause}, want: stored.Prerequisites, problem: 1},
		"several edges, the one without":    {rows: []Prerequisite{clearing(row("TWO", ""))}, want: stored.Prerequisites},
		"several edges, another clause":     {rows: []Prerequisite{row("TWO", "c")}, want: after(append([]Prerequisite{fresh("TWO", "c")}, stored.Prerequisites...)...)},
		"a SOFT edge becomes HARD by an empty cell": {
			rows:    []Prerequisite{{Prerequisite: "S", Dependent: "D", Clear: FieldStrength | FieldClause}},
			emptied: map[int]FieldSet{0: FieldStrength | FieldClause}, want: after(edge("ONE", "a"), edge("TWO", ""), edge("TWO", "b"), fresh("S", "")), warnings: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := stored.MatchEdges(c.rows, c.emptied)
			require.Len(t, m.Problems, c.problem)
			require.Len(t, m.Warnings, c.warnings)
			edits := ChangeSet{Put: Records{Catalog: Catalog{Prerequisites: c.rows}}}.WithEdges(m)
			edits = edits.WithoutRefused(m, func(_ string, i int) bool { return i < c.problem })
			resolved := stored.Resolve(edits)
			require.Equal(t, after(c.want...), stored.Apply(resolved).Prerequisites)
			require.Equal(t, stored, stored.Apply(resolved).Apply(Inverse(stored, resolved)))
		})
	}
}
