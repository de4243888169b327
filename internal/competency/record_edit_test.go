package competency_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
)

// The edits of changes, written and read, do the same again.
func TestEditsDoWhatChangesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		before, after := randomCatalog(seed, 12), randomCatalog(seed+1, 14)
		records := competency.Records{Catalog: before}
		changes := records.Changes(competency.Diff(before, after))
		text, err := json.Marshal(changes)
		require.NoError(t, err)
		var read []competency.RecordChange
		require.NoError(t, json.Unmarshal(text, &read))
		edits, err := before.Edits(read)
		require.NoError(t, err)
		resolved := before.Resolve(edits)
		require.Equal(t, changes, records.Changes(resolved))
		require.Equal(t, after, before.Apply(resolved))
	})
}

func TestEditsRefuse(t *testing.T) {
	for name, c := range map[string]competency.RecordChange{
		"an unknown table":   {Kind: competency.Created, Table: "x", Key: "A"},
		"an unknown kind":    {Kind: "MOVE", Table: competency.Positions, Key: "A"},
		"an unknown field":   {Kind: competency.Changed, Table: competency.Positions, Key: "A", Fields: competency.FieldChanges{{Field: "x", After: "y"}}},
		"a value of a type":  {Kind: competency.Changed, Table: competency.KnowledgePoints, Key: "A", Fields: competency.FieldChanges{{Field: "minutes", After: "5"}}},
		"an emptied key":     {Kind: competency.Changed, Table: competency.Positions, Key: "A", Fields: competency.FieldChanges{{Field: "code", Before: "A"}}},
		"a deleted employee": {Kind: competency.Deleted, Table: competency.Employees, Key: "A"},
	} {
		_, err := competency.Catalog{}.Edits([]competency.RecordChange{c})
		require.Error(t, err, name)
	}
}

func TestWantsConfirmation(t *testing.T) {
	var c competency.Catalog
	for i := range 300 {
		c.KnowledgePoints = append(c.KnowledgePoints, competency.KnowledgePoint{Code: fmt.Sprintf("K%03d", i)})
	}
	for i := range 10 {
		c.Positions = append(c.Positions, competency.Position{Code: fmt.Sprintf("P%d", i)})
	}
	for _, test := range []struct {
		points, positions, levels int
		want                      bool
	}{
		{0, 0, 0, false},
		{20, 0, 0, false},
		{21, 0, 0, true},
		{19, 1, 0, false}, // a tenth of the positions is not more than a tenth
		{20, 1, 0, true},
		{0, 2, 0, true},
		{0, 0, 30, false}, // levels are taken whole
	} {
		var changes []competency.RecordChange
		for table, n := range map[string]int{competency.KnowledgePoints: test.points, competency.Positions: test.positions, competency.Levels: test.levels} {
			for range n {
				changes = append(changes, competency.RecordChange{Kind: competency.Deleted, Table: table})
			}
		}
		require.Equal(t, test.want, c.WantsConfirmation(changes), "%v", test)
	}
}
