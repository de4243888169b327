package competency

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/zhitu/zhitu/internal/fault"
)

// EdgeMatch says which edges the rows of a table of prerequisites are. All places are
// those of the rows.
type EdgeMatch struct {
	// Edges are the rows, each under the key that it gives its edge.
	Edges []Prerequisite
	// Moved are the stored edges whose clause a row changes, by the place of the row.
	Moved map[int]Prerequisite
	// Problems and Warnings are about rows that name no single edge, and about edges
	// that an empty cell makes stricter.
	Problems, Warnings []fault.Problem
}

// MatchEdges finds the edges that the rows of a table are about. A row is the stored edge
// of its pair and clause. Where none is stored with this clause, the store has one edge
// of the pair and the rows give the pair once, it is that edge: its clause is a field
// like any other. Where the pair has several edges, a row has to name the clause, or to
// clear it for the edge without one. Every other row is a new edge.
//
// emptied says, by place, which fields empty cells clear. The rows are normalized. It
// costs O(rows × log catalog).
func (c Catalog) MatchEdges(rows []Prerequisite, emptied map[int]FieldSet) EdgeMatch {
	m := EdgeMatch{Edges: slices.Clone(rows), Moved: map[int]Prerequisite{}}
	type pair struct{ prerequisite, dependent string }
	given := make(map[pair]int, len(rows))
	for _, r := range rows {
		given[pair{r.Prerequisite, r.Dependent}]++
	}
	for i, r := range rows {
		stored := c.edgesBetween(r.Prerequisite, r.Dependent)
		named := r.Clause != "" || r.Clear.Has(FieldClause) && !emptied[i].Has(FieldClause)
		if !named && len(stored) > 1 {
			m.Problems = append(m.Problems, ambiguousEdge(i, r, stored))
			continue
		}
		exact := slices.IndexFunc(stored, func(s Prerequisite) bool { return s.Clause == r.Clause })
		switch {
		case exact >= 0:
			m.warnStricter(i, r, stored[exact], emptied[i])
		case len(stored) == 1 && given[pair{r.Prerequisite, r.Dependent}] == 1:
			m.warnStricter(i, r, stored[0], emptied[i])
			if !named && !r.Clear.Has(FieldClause) {
				m.Edges[i].Clause = stored[0].Clause
				continue
			}
			m.Moved[i], m.Edges[i] = stored[0], r.completedFrom(stored[0])
		}
	}
	return m
}

// edgesBetween returns the edges of a pair, by clause.
func (c Catalog) edgesBetween(prerequisite, dependent string) []Prerequisite {
	key := Prerequisite{Prerequisite: prerequisite, Dependent: dependent}
	from, _ := slices.BinarySearchFunc(c.Prerequisites, key, comparePrerequisite)
	to := from
	for to < len(c.Prerequisites) && c.Prerequisites[to].Prerequisite == prerequisite && c.Prerequisites[to].Dependent == dependent {
		to++
	}
	return c.Prerequisites[from:to]
}

func ambiguousEdge(i int, r Prerequisite, stored []Prerequisite) fault.Problem {
	clauses := make([]string, len(stored))
	for j, s := range stored {
		if clauses[j] = strconv.Quote(s.Clause); s.Clause == "" {
			clauses[j] = "(clear)"
		}
	}
	return fault.Problem{
		Place: fault.Place{Record: Prerequisites, Index: i, Field: "clause"}, Code: fault.InvalidArgument,
		Text: fault.T("%s → %s has several edges: name the clause of the one that is meant, one of %s, where (clear) is the edge without a clause",
			"%s → %s 有多条先导关系：请填写其中一条的条件组（%s），其中 (clear) 表示不带条件组的一条",
			Truncate(r.Prerequisite, MaxQuoted), Truncate(r.Dependent, MaxQuoted), ListReferences(clauses)),
	}
}

// warnStricter warns of an edge that an empty cell makes HARD, or takes out of a clause
// of alternatives.
func (m *EdgeMatch) warnStricter(i int, r, stored Prerequisite, emptied FieldSet) {
	warn := func(field string, text fault.Text) {
		m.Warnings = append(m.Warnings, fault.Problem{Place: fault.Place{Record: Prerequisites, Index: i, Field: field}, Code: fault.InvalidArgument, Text: text})
	}
	edge := fmt.Sprintf("%s → %s", Truncate(r.Prerequisite, MaxQuoted), Truncate(r.Dependent, MaxQuoted))
	if stored.Strength == Soft && r.Strength == "" && emptied.Has(FieldStrength) {
		warn("strength", fault.T("%s becomes HARD, because its cell is empty: write SOFT if it is to stay so", "%s 的强度为空，将变为硬先导：如需保持请填写 软", edge))
	}
	if stored.Clause != "" && r.Clause == "" && emptied.Has(FieldClause) {
		warn("clause", fault.T("%s leaves the clause %s, because its cell is empty, and is no alternative any more: write the clause if it is to stay", "%s 的条件组为空，将脱离条件组 %s，不再是可选项：如需保持请填写条件组",
			edge, Quote(stored.Clause)))
	}
}

// WithEdges returns the edits with the rows of their prerequisites under the keys that a
// match gives them, and without the edges that these take the place of.
func (cs ChangeSet) WithEdges(m EdgeMatch) ChangeSet {
	cs.Put.Prerequisites = m.Edges
	cs.Moved = slices.SortedFunc(maps.Values(m.Moved), comparePrerequisite)
	cs.Delete.Prerequisites = sortedBy(slices.Concat(cs.Delete.Prerequisites, cs.Moved), comparePrerequisite)
	return cs
}

// String names an edge as messages and lists of changes do.
func (given Prerequisite) String() string {
	return given.Prerequisite + edgeSeparator + given.Dependent
}

// WithoutRefused returns the edits of an import without the records that have a problem;
// a row of prerequisites that has one moves no edge either.
func (cs ChangeSet) WithoutRefused(m EdgeMatch, refused func(table string, index int) bool) ChangeSet {
	for i := range m.Moved {
		if refused(Prerequisites, i) {
			isMoved := func(e Prerequisite) bool { return comparePrerequisite(e, m.Moved[i]) == 0 }
			cs.Delete.Prerequisites = slices.DeleteFunc(slices.Clone(cs.Delete.Prerequisites), isMoved)
			cs.Moved = slices.DeleteFunc(slices.Clone(cs.Moved), isMoved)
		}
	}
	put := &cs.Put
	put.Competencies = withoutRefused(put.Competencies, Competencies, refused)
	put.KnowledgePoints = withoutRefused(put.KnowledgePoints, KnowledgePoints, refused)
	put.Prerequisites = withoutRefused(put.Prerequisites, Prerequisites, refused)
	put.Related = withoutRefused(put.Related, RelatedPairs, refused)
	put.Positions = withoutRefused(put.Positions, Positions, refused)
	put.Requirements = withoutRefused(put.Requirements, Requirements, refused)
	put.Resources = withoutRefused(put.Resources, Resources, refused)
	put.Scale = withoutRefused(put.Scale, Levels, refused)
	put.OrgUnits = withoutRefused(put.OrgUnits, OrgUnits, refused)
	put.Employees = withoutRefused(put.Employees, Employees, refused)
	put.Mastery = withoutRefused(put.Mastery, MasteryStates, refused)
	return cs
}

func withoutRefused[T any](list []T, table string, refused func(string, int) bool) (rest []T) {
	for i, v := range list {
		if !refused(table, i) {
			rest = append(rest, v)
		}
	}
	return rest
}
