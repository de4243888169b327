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

// The store tells which writes have changed a person, unless the log was compacted since.
func TestMovedNamesWrites(t *testing.T) {
	s, err := sqlitestore.OpenMemory(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	const every = 8
	sqlitestore.CompactMovesEvery(s, every)
	var cs competency.ChangeSet
	cs.Put.Employees = []competency.Employee{{Code: "a", Name: "a"}, {Code: "b", Name: "b"}}
	_, err = s.Apply(t.Context(), 0, store.Change{ChangeSet: cs})
	require.NoError(t, err)
	mark := func() string {
		page, err := s.Moved(t.Context(), "")
		require.NoError(t, err)
		require.Empty(t, page.Writes)
		return page.Mark
	}
	replay := func(codes ...string) (write int64) {
		var list []store.Recording
		for _, code := range codes {
			list = append(list, store.Recording{Employee: code, Replay: true})
		}
		done, err := s.Record(t.Context(), list, func(store.FoldInput) (store.StateChanges, error) { return store.StateChanges{}, nil })
		require.NoError(t, err)
		for _, d := range done {
			require.Equal(t, done[0].Write, d.Write)
		}
		return done[0].Write
	}
	from := mark()
	first, second := replay("a", "b"), replay("b")
	require.Less(t, first, second)
	page, err := s.Moved(t.Context(), from)
	require.NoError(t, err)
	require.Equal(t, map[string][]int64{"a": {first}, "b": {first, second}}, page.Writes)
	require.Zero(t, replay("nobody"))

	for last := second; last < every; {
		last = replay("a")
	}
	page, err = s.Moved(t.Context(), from)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"a", "b"}, page.Employees)
	require.Empty(t, page.Writes, "what b's first write was is not known any more")
}
