package competency

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestResolve(t *testing.T) {
	keyOfClause := []Prerequisite{{Prerequisite: "K1", Dependent: "K2", Clause: "a"}}
	cases := []struct {
		sentence  string
		cs        ChangeSet
		puts, del Catalog
	}{
		{"what repeats the stored changes nothing", put(stored), Catalog{}, Catalog{}},
		{
			"absent fields stay as they were",
			put(Catalog{Competencies: []Competency{{Code: "D", NameEN: "en"}}, Requirements: []Requirement{{Position: "P", Target: "K2", Level: new(0.9)}}}),
			Catalog{
				Competencies: []Competency{{Code: "D", Name: "d", NameEN: "en", Parent: "C"}},
				Requirements: []Requirement{{Position: "P", Target: "K2", Level: new(0.9), Weight: new(1.0), Critical: new(false)}},
			},
			Catalog{},
		},
		{
			"a new record gets the defaults",
			put(Catalog{
				KnowledgePoints: []KnowledgePoint{{Code: "N", Name: "n", Tags: []string{}}}, Prerequisites: []Prerequisite{{Prerequisite: "N", Dependent: "K1"}},
				Requirements: []Requirement{{Position: "P", Target: "N"}},
			}),
			Catalog{
				KnowledgePoints: []KnowledgePoint{{Code: "N", Name: "n", Kind: Knowledge, Nature: Procedural}},
				Prerequisites:   []Prerequisite{{Prerequisite: "N", Dependent: "K1", Strength: Hard, Level: new(DefaultTheta)}},
				Requirements:    []Requirement{{Position: "P", Target: "N", Level: new(DefaultLevel), Weight: new(DefaultWeight), Critical: new(false)}},
			},
			Catalog{},
		},
		{
			"a false and an empty list say different things",
			put(Catalog{Requirements: []Requirement{{Position: "P", Target: "K2", Critical: new(true)}}, Resources: []Resource{{Code: "R", Teaches: []string{}}}}),
			Catalog{Requirements: []Requirement{{Position: "P", Target: "K2", Level: new(0.7), Weight: new(1.0), Critical: new(true)}}},
			Catalog{},
		},
		{"a pair is the same either way round", put(Catalog{Related: []Related{{A: "K3", B: "K1"}}}), Catalog{}, Catalog{}},
		{
			"a record deleted and put is replaced whole",
			ChangeSet{
				Put:    Records{Catalog: Catalog{Resources: []Resource{{Code: "R", Title: "new"}}}},
				Delete: Records{Catalog: Catalog{Resources: []Resource{{Code: "R"}}}},
			},
			Catalog{Resources: []Resource{{Code: "R", Title: "new"}}},
			Catalog{},
		},
		{
			"a replaced record keeps what it owns",
			ChangeSet{
				Put: Records{Catalog: Catalog{
					KnowledgePoints: []KnowledgePoint{{Code: "K2", Name: "new"}}, Positions: []Position{{Code: "P", Name: "new"}},
				}},
				Delete: Records{Catalog: Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K2"}}, Positions: []Position{{Code: "P"}}}},
			},
			Catalog{
				KnowledgePoints: []KnowledgePoint{{Code: "K2", Name: "new", Kind: Knowledge, Nature: Procedural}},
				Positions:       []Position{{Code: "P", Name: "new"}},
			},
			Catalog{},
		},
		{
			"and so does a point that becomes a competency",
			ChangeSet{
				Put:    Records{Catalog: Catalog{Competencies: []Competency{{Code: "K2", Name: "new"}}}},
				Delete: Records{Catalog: Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K2"}}}},
			},
			Catalog{Competencies: []Competency{{Code: "K2", Name: "new"}}},
			Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K2"}}},
		},
		{
			"what else of it is deleted is named",
			ChangeSet{
				Put:    Records{Catalog: Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K2", Name: "k", Competency: "D"}}}},
				Delete: Records{Catalog: Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K2"}}, Prerequisites: stored.Prerequisites[:1]}},
			},
			Catalog{},
			Catalog{Prerequisites: keyOfClause},
		},
		{
			"a position takes its requirements along",
			del(Catalog{Positions: []Position{{Code: "P"}}}),
			Catalog{},
			Catalog{Positions: []Position{{Code: "P"}}, Requirements: []Requirement{{Position: "P", Target: "K2"}}},
		},
		{
			"a point takes the clauses into it along, once",
			del(Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K2"}}, Prerequisites: stored.Prerequisites[:1]}),
			Catalog{},
			Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K2"}}, Prerequisites: keyOfClause},
		},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			c.cs.ID = "id"
			got := stored.Resolve(c.cs)
			assert.Equal(t, "id", got.ID)
			assert.Equal(t, c.puts, got.Put.Catalog)
			assert.Equal(t, c.del, got.Delete.Catalog)
			assert.Equal(t, c.puts.Len()+c.del.Len() > 0, got.EditsCatalog())
		})
	}
	people := putPeople(People{Employees: []Employee{{Code: "E"}}})
	assert.Equal(t, people, stored.Resolve(people), "people are the store's to merge")
}

func TestEmpty(t *testing.T) {
	assert.True(t, ChangeSet{ID: "x"}.Empty())
	assert.False(t, putPeople(People{Mastery: []Assessment{{}}}).Empty())
	assert.False(t, putPeople(People{Mastery: []Assessment{{}}}).EditsCatalog())
	assert.False(t, del(Catalog{Related: []Related{{}}}).Empty())
	assert.True(t, del(Catalog{Related: []Related{{}}}).EditsCatalog())
}

// drawCatalog makes records with few keys, so that two catalogs overlap. No
// record stands in it twice, and none has defaults.
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
			return Related{code.Draw(t, "a"), code.Draw(t, "b")}.Ordered()
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
	}
}

func drawList[T any](t *rapid.T, draw func(*rapid.T) T, compare func(a, b T) int) []T {
	list := rapid.SliceOfN(rapid.Custom(draw), 0, 4).Draw(t, "records")
	slices.SortStableFunc(list, compare)
	list = slices.CompactFunc(list, func(a, b T) bool { return compare(a, b) == 0 })
	return rapid.Permutation(list).Draw(t, "order")
}

// drawBase makes a catalog as a store holds it.
func drawBase(t *rapid.T) Catalog { return complete(drawCatalog(t)) }

func drawEdits(t *rapid.T) ChangeSet {
	return ChangeSet{Put: Records{Catalog: drawCatalog(t)}, Delete: Records{Catalog: drawCatalog(t)}}
}

func isSorted(t require.TestingT, c Catalog) {
	sorted := Catalog{
		slices.Clone(c.Competencies), slices.Clone(c.KnowledgePoints), slices.Clone(c.Prerequisites), slices.Clone(c.Related),
		slices.Clone(c.Positions), slices.Clone(c.Requirements), slices.Clone(c.Resources),
	}
	sorted.Sort()
	require.Equal(t, sorted, c)
}

// same compares catalogs whatever their empty lists are.
func same(t require.TestingT, want, got Catalog) {
	require.Equal(t, want.Len(), got.Len())
	require.Empty(t, want.Resolve(put(got)).Put.Catalog)
}

// The laws that an import rests on.
func TestResolveAndApply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, edits := drawBase(t), drawEdits(t)
		before := Catalog{}.Apply(put(base))
		resolved := base.Resolve(edits)
		after := base.Apply(resolved)

		isSorted(t, resolved.Put.Catalog)
		isSorted(t, resolved.Delete.Catalog)
		isSorted(t, after)
		require.Equal(t, before, Catalog{}.Apply(put(base)), "the base is left as it is")
		require.True(t, after.Resolve(edits).Empty(), "the same edits again change nothing")
		same(t, after, after.Apply(after.Resolve(edits)))
		same(t, after, after.Apply(resolved))
		require.True(t, after.Resolve(put(after)).Empty(), "a catalog put onto itself changes nothing")
	})
}

func TestOrderOfEditsIsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, edits := drawBase(t), drawEdits(t)
		shuffled := ChangeSet{Put: Records{Catalog: shuffle(t, edits.Put.Catalog)}, Delete: Records{Catalog: shuffle(t, edits.Delete.Catalog)}}
		require.Equal(t, base.Resolve(edits), base.Resolve(shuffled))
	})
}

func shuffle(t *rapid.T, c Catalog) Catalog {
	return Catalog{
		permute(t, c.Competencies), permute(t, c.KnowledgePoints), permute(t, c.Prerequisites), permute(t, c.Related),
		permute(t, c.Positions), permute(t, c.Requirements), permute(t, c.Resources),
	}
}

func permute[T any](t *rapid.T, list []T) []T { return rapid.Permutation(list).Draw(t, "permutation") }

// A put adds or edits, and a deletion removes, what it names and nothing else.
func TestApplyTouchesWhatItNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, edits := drawBase(t), drawEdits(t)
		after := base.Apply(base.Resolve(edits))
		named := func(list []Position, code string) bool {
			return slices.ContainsFunc(list, func(p Position) bool { return p.Code == code })
		}
		for _, code := range []string{"A", "B", "C", "D", "E"} {
			was, is := named(base.Positions, code), named(after.Positions, code)
			switch {
			case named(edits.Put.Positions, code):
				require.True(t, is)
			case named(edits.Delete.Positions, code):
				require.False(t, is)
			default:
				require.Equal(t, was, is)
			}
		}
	})
}
