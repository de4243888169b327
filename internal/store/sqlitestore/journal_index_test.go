package sqlitestore_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// Whatever part of the journal is in the index, a query finds the same.
func TestJournalIndexFindsWhatAScanFinds(t *testing.T) {
	s := open(t, newPath(t))
	defer s.Close()
	chains := 0
	rapid.Check(t, func(t *rapid.T) {
		sqlitestore.IndexJournalEvery(s, int64(rapid.SampledFrom([]int{1, 3, 7, 1000}).Draw(t, "every")))
		ids := rapid.SampledFrom([]string{"a", "b", `"a"`, "%", "甲"})
		heads := map[string]int64{}
		var all []store.JournalEntry
		chains++
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			chain := fmt.Sprintf("%d-%d", chains, rapid.IntRange(0, 2).Draw(t, "chain"))
			if heads[chain] > 0 && rapid.IntRange(0, 5).Draw(t, "drop") == 0 {
				last := int64(rapid.IntRange(1, int(heads[chain])).Draw(t, "last"))
				if s.DropJournal(t.Context(), chain, store.JournalMark{Number: last}) == nil {
					all = slices.DeleteFunc(all, func(e store.JournalEntry) bool { return e.Chain == chain && e.Number <= last })
				}
				continue
			}
			var list []store.JournalEntry
			for range rapid.IntRange(1, 4).Draw(t, "entries") {
				heads[chain]++
				subjects := rapid.SliceOfNDistinct(ids, 0, 3, rapid.ID).Draw(t, "subjects")
				slices.Sort(subjects)
				if len(subjects) == 0 {
					subjects = nil
				}
				list = append(list, store.JournalEntry{
					Chain: chain, Number: heads[chain], At: noon.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "at")) * time.Second),
					Account: fmt.Sprint(chains) + ids.Draw(t, "account"), Action: rapid.SampledFrom([]string{"X", "Y"}).Draw(t, "action"), Subjects: subjects,
				})
			}
			require.NoError(t, s.AppendJournal(t.Context(), chain, list, ""))
			all = append(all, list...)
		}
		slices.SortFunc(all, func(a, b store.JournalEntry) int {
			return cmp.Or(b.At.Compare(a.At), strings.Compare(a.Chain, b.Chain), cmp.Compare(b.Number, a.Number))
		})
		q := store.JournalQuery{Account: fmt.Sprint(chains) + ids.Draw(t, "of account"), First: rapid.IntRange(0, 3).Draw(t, "first")}
		if rapid.Bool().Draw(t, "by subject") {
			q.Subject = ids.Draw(t, "of subject")
		}
		if rapid.Bool().Draw(t, "from") {
			q.From = noon.Add(time.Second)
		}
		var want []store.JournalEntry
		for _, e := range all {
			if e.Account == q.Account && (q.Subject == "" || slices.Contains(e.Subjects, q.Subject)) && !e.At.Before(q.From) && (q.First == 0 || len(want) < q.First) {
				want = append(want, e)
			}
		}
		got, err := s.Journal(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
	require.NotZero(t, sqlitestore.IndexedTerms(t, s))
}

// An index holds what a file of schema 7 had, and nothing of what is dropped.
func TestMigrationIndexesTheJournal(t *testing.T) {
	path := newPath(t)
	sqlitestore.CreateWithSchema(t, path, 7)
	db := raw(t, path)
	_, err := db.ExecContext(t.Context(), `
		INSERT INTO journal_chains (id, number, mac, seal) VALUES ('c', 2, 'm2', 's');
		INSERT INTO journal_entries (chain, number, at, account, action, outcome, body, mac) VALUES ('c', 1, 1, 'x', 'A', 'OK', '{}', 'm1'), ('c', 2, 2, 'x', 'A', 'OK', '{}', 'm2');
		INSERT INTO journal_subjects (subject, chain, number) VALUES ('q', 'c', 2), ('p', 'c', 2)`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	s := open(t, path)
	defer s.Close()
	first := store.JournalEntry{Chain: "c", Number: 1, At: time.UnixMicro(1).UTC(), Account: "x", Action: "A", Outcome: "OK", Body: "{}", MAC: "m1"}
	second := first
	second.Number, second.At, second.MAC, second.Subjects = 2, time.UnixMicro(2).UTC(), "m2", []string{"p", "q"}
	list, err := s.Journal(t.Context(), store.JournalQuery{Account: "x"})
	require.NoError(t, err)
	require.Equal(t, []store.JournalEntry{second, first}, list)
	list, err = s.Journal(t.Context(), store.JournalQuery{Subject: "p"})
	require.NoError(t, err)
	require.Equal(t, []store.JournalEntry{second}, list)
	require.Equal(t, 4, sqlitestore.IndexedTerms(t, s))
	require.NoError(t, s.DropJournal(t.Context(), "c", store.JournalMark{Number: 2}))
	require.Zero(t, sqlitestore.IndexedTerms(t, s))
}
