package sqlitestore_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// However often the log of people is compacted, every mark brings those who have
// changed since, and the log is no longer than there are people.
func TestCompactedMovesLoseNobody(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, err := sqlitestore.OpenMemory(t.Context())
		require.NoError(rt, err)
		defer s.Close()
		const people, every = 7, 5
		sqlitestore.CompactMovesEvery(s, every)
		since := map[string]map[string]bool{"0": {}} // marks, and who has changed since each
		for range rapid.IntRange(1, 40).Draw(rt, "writes") {
			var cs competency.ChangeSet
			for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(1, people), 1, 3, rapid.ID[int]).Draw(rt, "people") {
				e := competency.Employee{Code: fmt.Sprint(n), Name: "n"}
				cs.Put.Employees = append(cs.Put.Employees, e)
				for _, changed := range since {
					changed[e.Code] = true
				}
			}
			_, err := s.Apply(t.Context(), 0, store.Change{ChangeSet: cs})
			require.NoError(rt, err)
			page, err := s.Moved(t.Context(), "")
			require.NoError(rt, err)
			since[page.Mark] = map[string]bool{}
		}
		for mark, want := range since {
			page, err := s.Moved(t.Context(), mark)
			require.NoError(rt, err)
			require.ElementsMatch(rt, slices.Collect(maps.Keys(want)), page.Employees, mark)
			require.False(rt, page.More)
		}
		require.LessOrEqual(rt, sqlitestore.Moves(t, s), people+every)
	})
}
