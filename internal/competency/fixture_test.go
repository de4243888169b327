package competency

import (
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// storedCatalog is small and has a record of every type.
var storedCatalog = asStored(Catalog{
	Competencies:    []Competency{{Code: "C", Name: "c"}, {Code: "D", Name: "d", Parent: "C"}},
	KnowledgePoints: []KnowledgePoint{{Code: "K1", Name: "k"}, {Code: "K2", Name: "k", Competency: "D"}, {Code: "K3", Name: "k"}},
	Prerequisites: []Prerequisite{
		{Prerequisite: "K1", Dependent: "K2", Strength: Hard, Clause: "a", Level: new(0.7)},
		{Prerequisite: "K1", Dependent: "K3", Strength: Soft, Level: new(0.7)},
	},
	Related:      []Related{{A: "K1", B: "K3"}},
	Positions:    []Position{{Code: "P", Name: "p"}},
	Requirements: []Requirement{{Position: "P", Target: "K2", Level: new(0.7), Weight: new(1.0), Critical: new(false)}},
	Resources:    []Resource{{Code: "R", Title: "r", Teaches: []string{"K1"}}},
})

// asStored returns a catalog as a store holds it: sorted, and with its defaults.
func asStored(c Catalog) Catalog { return Catalog{}.Apply(Catalog{}.Resolve(putCatalog(c))) }

func putCatalog(c Catalog) ChangeSet { return ChangeSet{Put: Records{Catalog: c}} }

func putPeople(p People) ChangeSet { return ChangeSet{Put: Records{People: p}} }

func deleteCatalog(c Catalog) ChangeSet { return ChangeSet{Delete: Records{Catalog: c}} }

// drawCatalog draws a catalog with few keys, so that two of them overlap. Keys are
// unique, lists have any order, and no record has defaults.
func drawCatalog(t *rapid.T) Catalog {
	code := rapid.SampledFrom([]string{"A", "B", "C", "D", "E"})
	text := rapid.SampledFrom([]string{"", "x", "y"})
	level := rapid.SampledFrom([]*float64{nil, new(0.5), new(0.9)})
	return Catalog{
		Competencies: drawList(t, func(t *rapid.T) Competency {
			return Competency{Code: "G" + code.Draw(t, "code"), Name: text.Draw(t, "name"), Description: text.Draw(t, "description")}
		}, compareCompetency),
		KnowledgePoints: drawList(t, func(t *rapid.T) KnowledgePoint {
			return KnowledgePoint{
				Code: code.Draw(t, "code"), Name: text.Draw(t, "name"), Difficulty: level.Draw(t, "difficulty"),
				Kind: rapid.SampledFrom([]Kind{"", Knowledge, Skill}).Draw(t, "kind"),
				Tags: rapid.SampledFrom([][]string{nil, {"a"}, {"a", "b"}}).Draw(t, "tags"),
			}
		}, comparePoint),
		Prerequisites: drawList(t, func(t *rapid.T) Prerequisite {
			return Prerequisite{
				Prerequisite: code.Draw(t, "prerequisite"), Dependent: code.Draw(t, "dependent"), Clause: text.Draw(t, "clause"),
				Level: level.Draw(t, "level"), Reason: text.Draw(t, "reason"),
			}
		}, comparePrerequisite),
		Related: drawList(t, func(t *rapid.T) Related {
			return Related{code.Draw(t, "a"), code.Draw(t, "b")}.Canonical()
		}, compareRelated),
		Positions: drawList(t, func(t *rapid.T) Position {
			return Position{Code: code.Draw(t, "code"), Family: text.Draw(t, "family")}
		}, comparePosition),
		Requirements: drawList(t, func(t *rapid.T) Requirement {
			return Requirement{
				Position: code.Draw(t, "position"), Target: code.Draw(t, "target"), Level: level.Draw(t, "level"),
				Critical: rapid.SampledFrom([]*bool{nil, new(false), new(true)}).Draw(t, "critical"),
			}
		}, compareRequirement),
		Resources: drawList(t, func(t *rapid.T) Resource {
			return Resource{Code: code.Draw(t, "code"), Title: text.Draw(t, "title"), Teaches: rapid.SampledFrom([][]string{nil, {"A"}}).Draw(t, "teaches")}
		}, compareResource),
		Scale: drawList(t, func(t *rapid.T) ScaleLevel {
			return ScaleLevel{Label: code.Draw(t, "label"), Level: rapid.SampledFrom([]float64{0.5, 1}).Draw(t, "level")}
		}, compareLevel),
	}
}

func drawList[T any](t *rapid.T, draw func(*rapid.T) T, compare func(a, b T) int) []T {
	list := rapid.SliceOfN(rapid.Custom(draw), 0, 4).Draw(t, "records")
	slices.SortStableFunc(list, compare)
	list = slices.CompactFunc(list, func(a, b T) bool { return compare(a, b) == 0 })
	return rapid.Permutation(list).Draw(t, "order")
}

// drawStored draws a catalog as a store holds it.
func drawStored(t *rapid.T) Catalog { return asStored(drawCatalog(t)) }

func drawEdits(t *rapid.T) ChangeSet {
	return ChangeSet{Put: Records{Catalog: drawCatalog(t)}, Delete: Records{Catalog: drawCatalog(t)}}
}

// drawPublications draws a catalog and resolved sets that are applied to it in turn.
func drawPublications(t *rapid.T, n int) (before Catalog, sets []ChangeSet, after Catalog) {
	before = drawStored(t)
	after = before
	for range n {
		cs := after.Resolve(drawEdits(t))
		sets, after = append(sets, cs), after.Apply(cs)
	}
	return before, sets, after
}

func permuteCatalog(t *rapid.T, c Catalog) Catalog {
	return Catalog{
		permute(t, c.Competencies), permute(t, c.KnowledgePoints), permute(t, c.Prerequisites), permute(t, c.Related),
		permute(t, c.Positions), permute(t, c.Requirements), permute(t, c.Resources), permute(t, c.Scale),
	}
}

func permute[T any](t *rapid.T, list []T) []T { return rapid.Permutation(list).Draw(t, "permutation") }

func requireSorted(t require.TestingT, c Catalog) {
	sorted := Catalog{
		slices.Clone(c.Competencies), slices.Clone(c.KnowledgePoints), slices.Clone(c.Prerequisites), slices.Clone(c.Related),
		slices.Clone(c.Positions), slices.Clone(c.Requirements), slices.Clone(c.Resources), slices.Clone(c.Scale),
	}
	sorted.Sort()
	require.Equal(t, sorted, c)
}
