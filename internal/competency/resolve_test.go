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
		{"what repeats the stored changes nothing", putCatalog(storedCatalog), Catalog{}, Catalog{}},
		{
			"absent fields stay as they were",
			putCatalog(Catalog{Competencies: []Competency{{Code: "D", NameEN: "en"}}, Requirements: []Requirement{{Position: "P", Target: "K2", Level: new(0.9)}}}),
			Catalog{
				Competencies: []Competency{{Code: "D", Name: "d", NameEN: "en", Parent: "C"}},
				Requirements: []Requirement{{Position: "P", Target: "K2", Level: new(0.9), Weight: new(1.0), Critical: new(false)}},
			},
			Catalog{},
		},
		{
			"a new record gets the defaults",
			putCatalog(Catalog{
				KnowledgePoints: []KnowledgePoint{{Code: "N", Name: "n", Tags: []string{}}}, Prerequisites: []Prerequisite{{Prerequisite: "N", Dependent: "K1"}},
				Requirements: []Requirement{{Position: "P", Target: "N"}},
			}),
			Catalog{
				KnowledgePoints: []KnowledgePoint{{Code: "N", Name: "n", Kind: Knowledge, Nature: Procedural}},
				Prerequisites:   []Prerequisite{{Prerequisite: "N", Dependent: "K1", Strength: Hard, Level: new(DefaultPrerequisiteLevel)}},
				Requirements:    []Requirement{{Position: "P", Target: "N", Level: new(DefaultLevel), Weight: new(DefaultWeight), Critical: new(false)}},
			},
			Catalog{},
		},
		{
			"a false and an empty list say different things",
			putCatalog(Catalog{Requirements: []Requirement{{Position: "P", Target: "K2", Critical: new(true)}}, Resources: []Resource{{Code: "R", Teaches: []string{}}}}),
			Catalog{Requirements: []Requirement{{Position: "P", Target: "K2", Level: new(0.7), Weight: new(1.0), Critical: new(true)}}},
			Catalog{},
		},
		{"a pair is the same either way round", putCatalog(Catalog{Related: []Related{{A: "K3", B: "K1"}}}), Catalog{}, Catalog{}},
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
				Delete: Records{Catalog: Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K2"}}, Prerequisites: storedCatalog.Prerequisites[:1]}},
			},
			Catalog{},
			Catalog{Prerequisites: keyOfClause},
		},
		{
			"a position takes its requirements along",
			deleteCatalog(Catalog{Positions: []Position{{Code: "P"}}}),
			Catalog{},
			Catalog{Positions: []Position{{Code: "P"}}, Requirements: []Requirement{{Position: "P", Target: "K2"}}},
		},
		{
			"a point takes the clauses into it along, once",
			deleteCatalog(Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K2"}}, Prerequisites: storedCatalog.Prerequisites[:1]}),
			Catalog{},
			Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K2"}}, Prerequisites: keyOfClause},
		},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			c.cs.ID = "id"
			got := storedCatalog.Resolve(c.cs)
			assert.Equal(t, "id", got.ID)
			assert.Equal(t, c.puts, got.Put.Catalog)
			assert.Equal(t, c.del, got.Delete.Catalog)
			assert.Equal(t, c.puts.Len()+c.del.Len() > 0, got.EditsCatalog())
		})
	}
	people := putPeople(People{Employees: []Employee{{Code: "E"}}})
	assert.Equal(t, people, storedCatalog.Resolve(people), "people are the store's to merge")
}

// Imports depend on these laws: repeating edits changes nothing, and nothing is lost.
func TestResolveAndApplyAreIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, edits := drawStored(t), drawEdits(t)
		before := Catalog{}.Apply(putCatalog(base))
		resolved := base.Resolve(edits)
		after := base.Apply(resolved)

		requireSorted(t, resolved.Put.Catalog)
		requireSorted(t, resolved.Delete.Catalog)
		requireSorted(t, after)
		require.Equal(t, before, Catalog{}.Apply(putCatalog(base)), "the base is left as it is")
		require.True(t, after.Resolve(edits).Empty(), "the same edits again change nothing")
		require.Equal(t, after, after.Apply(resolved))
		require.True(t, after.Resolve(putCatalog(after)).Empty(), "a catalog put onto itself changes nothing")
	})
}

func TestResolveIgnoresTheOrderOfEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, edits := drawStored(t), drawEdits(t)
		permuted := ChangeSet{Put: Records{Catalog: permuteCatalog(t, edits.Put.Catalog)}, Delete: Records{Catalog: permuteCatalog(t, edits.Delete.Catalog)}}
		require.Equal(t, base.Resolve(edits), base.Resolve(permuted))
	})
}

func TestApplyChangesOnlyNamedRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, edits := drawStored(t), drawEdits(t)
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
