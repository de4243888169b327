package competency

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDiffTurnsOneCatalogIntoAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawStored(t), drawStored(t)
		diff := Diff(before, after)
		require.Equal(t, after, before.Apply(diff))
		require.Equal(t, diff, Compose(diff), "it is resolved")
		require.True(t, Diff(before, before).Empty())
		require.Equal(t, diff, Inverse(after, Diff(after, before)))
	})
}

func TestInverseRestoresTheCatalog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, sets, after := drawPublications(t, 1)
		inverse := Inverse(before, sets[0])
		require.Equal(t, before, after.Apply(inverse))
		require.Equal(t, Diff(after, before), inverse)
		require.Equal(t, sets[0], Inverse(after, inverse), "twice is nothing")
	})
}

func TestComposeAppliesInTurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, sets, after := drawPublications(t, rapid.IntRange(0, 5).Draw(t, "publications"))
		all := Compose(sets...)
		require.Equal(t, after, before.Apply(all))
		require.Equal(t, Diff(after, before), Inverse(before, all), "the inverse of all is one step back")

		// The other way back: every inverse, newest first.
		var back []ChangeSet
		at := before
		for _, cs := range sets {
			back = append([]ChangeSet{Inverse(at, cs)}, back...)
			at = at.Apply(cs)
		}
		require.Equal(t, before, after.Apply(Compose(back...)))
	})
}

func TestComposeIsAssociative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, sets, _ := drawPublications(t, 3)
		a, b, c := sets[0], sets[1], sets[2]
		all := Compose(a, b, c)
		require.Equal(t, all, Compose(Compose(a, b), c))
		require.Equal(t, all, Compose(a, Compose(b, c)))
		require.Equal(t, all, Compose(Compose(), all, ChangeSet{}))
	})
}

// Histories keep sets as JSON.
func TestChangeSetSurvivesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, sets, _ := drawPublications(t, 2)
		for _, cs := range []ChangeSet{Compose(sets...), Inverse(before, sets[0])} {
			body, err := json.Marshal(cs)
			require.NoError(t, err)
			var read ChangeSet
			require.NoError(t, json.Unmarshal(body, &read))
			require.Equal(t, cs, read)
		}
	})
}

func TestComposeTakesTheLastWord(t *testing.T) {
	point := func(name string) Records {
		return Records{Catalog: Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K", Name: name}}}}
	}
	for _, c := range []struct {
		sentence  string
		sets      []ChangeSet
		put, gone []KnowledgePoint
	}{
		{"of nothing there is nothing", nil, nil, nil},
		{"the later put", []ChangeSet{{Put: point("a")}, {Put: point("b")}}, point("b").KnowledgePoints, nil},
		{"a deletion after a put", []ChangeSet{{Put: point("a")}, {Delete: point("a")}}, nil, point("").KnowledgePoints},
		{"a put after a deletion", []ChangeSet{{Delete: point("a")}, {Put: point("b")}}, point("b").KnowledgePoints, nil},
		{"a put beside a deletion", []ChangeSet{{Put: point("b"), Delete: point("a")}}, point("b").KnowledgePoints, nil},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			got := Compose(c.sets...)
			require.Equal(t, ChangeSet{
				Put:    Records{Catalog: Catalog{KnowledgePoints: c.put}},
				Delete: Records{Catalog: Catalog{KnowledgePoints: c.gone}},
			}, got)
		})
	}
}

// Histories hold no names and masteries of people; nor does a set that stands for several others
// repeat the ID by which a store knows one of them.
func TestOnlyTheCatalogIsComposed(t *testing.T) {
	cs := putPeople(People{Employees: []Employee{{Code: "E"}}, Mastery: []Assessment{{Employee: "E", KnowledgePoint: "K1"}}})
	cs.ID, cs.At, cs.Delete.People = "id", time.Unix(0, 0), People{OrgUnits: []OrgUnit{{Code: "U"}}}
	require.Zero(t, Compose(cs, cs))
	require.Zero(t, Inverse(storedCatalog, cs))
	require.Zero(t, storedCatalog.AsEdits(cs))
}
