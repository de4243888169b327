package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store"
)

var journalTests = []test{
	{"entries come back as they were given", func(b harness) {
		one, two := entry("a", 1, 0), entry("a", 2, time.Microsecond)
		one.Subjects, one.Body = []string{"p1", "p2"}, `{"文": "`+strings.Repeat("长\\n", 10_000)+`"}`
		two.At = time.Date(2024, 6, 1, 20, 0, 0, 1999, time.FixedZone("CST", 8*60*60))
		require.Empty(b, b.chains())
		require.Empty(b, b.journal(store.JournalQuery{}))
		b.appendJournal("a", "seal of 2", one, two)
		b.appendJournal("a", "")
		two.At = noon.Add(time.Microsecond)
		require.Equal(b, []store.JournalEntry{one, two}, b.entries(store.JournalKey{}, 10))
		require.Equal(b, []store.JournalEntry{two, one}, b.journal(store.JournalQuery{}))
		require.Equal(b, []store.JournalChain{{ID: "a", Head: store.JournalMark{Number: 2, MAC: two.MAC, Seal: "seal of 2"}}}, b.chains())
	}},
	{"an entry that does not follow the head is a conflict", func(b harness) {
		require.ErrorIs(b, b.store.AppendJournal(b.Context(), "a", []store.JournalEntry{entry("a", 2, 0)}, ""), store.ErrConflict)
		require.Empty(b, b.chains())
		b.appendJournal("a", "one", entry("a", 1, 0))
		b.appendJournal("b", "other", entry("b", 1, 0), entry("b", 2, 0), entry("b", 3, 0))
		chains, entries := b.chains(), b.journal(store.JournalQuery{})
		for _, number := range []int64{1, 3, 4} {
			list := []store.JournalEntry{entry("a", number, 0), entry("a", number+1, 0)}
			require.ErrorIs(b, b.store.AppendJournal(b.Context(), "a", list, "bad"), store.ErrConflict)
		}
		require.Equal(b, chains, b.chains())
		require.Equal(b, entries, b.journal(store.JournalQuery{}))
		b.appendJournal("a", "two", entry("a", 2, 0))
	}},
	{"a query selects entries of all chains, the latest first, in pages", func(b harness) {
		var all []store.JournalEntry
		for _, chain := range []string{"a", "b"} {
			var list []store.JournalEntry
			for i := range 12 {
				e := entry(chain, int64(i+1), time.Duration(i/3)*time.Hour)
				e.Account, e.Action, e.Outcome = fmt.Sprint("account", i%2), fmt.Sprint("ACTION", i%3), fmt.Sprint("OUT", i%4)
				if i%5 < 3 {
					e.Subjects = []string{fmt.Sprint("p", i%5), "q"}
				}
				list = append(list, e)
			}
			b.appendJournal(chain, "", list...)
			all = append(all, list...)
		}
		slices.SortFunc(all, func(x, y store.JournalEntry) int {
			if c := y.At.Compare(x.At); c != 0 {
				return c
			}
			if c := strings.Compare(x.Chain, y.Chain); c != 0 {
				return c
			}
			return int(y.Number - x.Number)
		})
		for _, q := range []store.JournalQuery{
			{},
			{Account: "account1"},
			{Action: "ACTION2"},
			{Outcome: "OUT3", Account: "account1"},
			{Subject: "p1"},
			{Subject: "q", Action: "ACTION0", From: noon.Add(time.Hour)},
			{Subject: "unknown"},
			{From: noon.Add(time.Hour), To: noon.Add(3 * time.Hour)},
			{To: noon},
			{From: noon.Add(24 * time.Hour)},
		} {
			var want []store.JournalEntry
			for _, e := range all {
				if (q.Account == "" || e.Account == q.Account) && (q.Action == "" || e.Action == q.Action) && (q.Outcome == "" || e.Outcome == q.Outcome) &&
					(q.Subject == "" || slices.Contains(e.Subjects, q.Subject)) && !e.At.Before(q.From) && (q.To.IsZero() || e.At.Before(q.To)) {
					want = append(want, e)
				}
			}
			require.Equal(b, want, b.journal(q), "%+v", q)
			var paged []store.JournalEntry
			for q.First = 5; ; {
				page := b.journal(q)
				require.LessOrEqual(b, len(page), 5)
				if len(page) == 0 {
					break
				}
				paged = append(paged, page...)
				last := page[len(page)-1]
				q.After = &store.JournalCursor{At: last.At, JournalKey: last.Key()}
			}
			require.Equal(b, want, paged, "%+v", q)
		}
	}},
	{"all entries are read by chain and number, in pages", func(b harness) {
		b.appendJournal("b", "", entry("b", 1, 0), entry("b", 2, 0))
		b.appendJournal("a", "", entry("a", 1, 0), entry("a", 2, 0), entry("a", 3, 0))
		b.appendJournal("B", "", entry("B", 1, 0))
		all := []store.JournalEntry{entry("B", 1, 0), entry("a", 1, 0), entry("a", 2, 0), entry("a", 3, 0), entry("b", 1, 0), entry("b", 2, 0)}
		for i := range all {
			for first := 1; first <= len(all)-i; first++ {
				var after store.JournalKey
				if i > 0 {
					after = all[i-1].Key()
				}
				require.Equal(b, all[i:i+first], b.entries(after, first))
			}
		}
		require.Equal(b, all[4:], b.entries(store.JournalKey{Chain: "a", Number: 9}, 9))
		require.Empty(b, b.entries(all[5].Key(), 9))
	}},
	{"what is dropped leaves an anchor", func(b harness) {
		anchor := func(number int64) store.JournalMark {
			return store.JournalMark{Number: number, MAC: fmt.Sprint("mac", number), Seal: "anchor"}
		}
		list := []store.JournalEntry{entry("a", 1, 0), entry("a", 2, 0), entry("a", 3, 0)}
		for i := range list {
			list[i].Subjects = []string{"p"}
		}
		b.appendJournal("a", "head", list...)
		b.appendJournal("b", "", entry("b", 1, 0))
		require.NoError(b, b.store.DropJournal(b.Context(), "a", anchor(2)))
		require.Equal(b, []store.JournalEntry{list[2], entry("b", 1, 0)}, b.entries(store.JournalKey{}, 10))
		require.Equal(b, list[2:], b.journal(store.JournalQuery{Subject: "p"}))
		head := store.JournalMark{Number: 3, MAC: list[2].MAC, Seal: "head"}
		require.Equal(b, store.JournalChain{ID: "a", Head: head, Anchor: anchor(2)}, b.chains()[0])
		for _, number := range []int64{1, 2, 4} {
			require.ErrorIs(b, b.store.DropJournal(b.Context(), "a", anchor(number)), store.ErrConflict)
		}
		require.ErrorIs(b, b.store.DropJournal(b.Context(), "none", anchor(1)), store.ErrConflict)
		require.NoError(b, b.store.DropJournal(b.Context(), "a", anchor(3)))
		require.Equal(b, []store.JournalEntry{entry("b", 1, 0)}, b.entries(store.JournalKey{}, 10))
		require.Equal(b, store.JournalChain{ID: "a", Head: head, Anchor: anchor(3)}, b.chains()[0])
		b.appendJournal("a", "", entry("a", 4, 0))
		require.Equal(b, []store.JournalEntry{entry("a", 4, 0), entry("b", 1, 0)}, b.entries(store.JournalKey{}, 10))
	}},
	{"many entries may be appended at once", func(b harness) {
		var list []store.JournalEntry
		for i := range 1000 {
			e := entry("a", int64(i+1), time.Duration(i)*time.Microsecond)
			e.Subjects = []string{fmt.Sprint("p", i%7), fmt.Sprint("q", i)}
			list = append(list, e)
		}
		b.appendJournal("a", "", list...)
		require.Equal(b, list, b.entries(store.JournalKey{}, 2000))
	}},
	{"of several who append to one chain exactly one does", func(b harness) { appendConcurrently(b, b.store, b.store) }},
}

// appendConcurrently has writers append the same numbers, round by round.
func appendConcurrently(b harness, stores ...store.Store) {
	ctx := b.boundedContext()
	for round := range int64(5) {
		var won atomic.Int64
		var all sync.WaitGroup
		for w := range 6 {
			all.Go(func() {
				e := entry("a", round+1, 0)
				e.Body = fmt.Sprintf(`{"writer": %d}`, w)
				e.Subjects = []string{"p"}
				if err := stores[w%len(stores)].AppendJournal(ctx, "a", []store.JournalEntry{e}, e.Body); err == nil {
					won.Add(1)
				} else {
					assert.ErrorIs(b, err, store.ErrConflict)
				}
			})
		}
		all.Wait()
		require.EqualValues(b, 1, won.Load())
		list := b.entries(store.JournalKey{}, 100)
		require.Len(b, list, int(round+1))
		require.Equal(b, list[round].Body, b.chains()[0].Head.Seal, "the head is of whoever won")
	}
}

func entry(chain string, number int64, after time.Duration) store.JournalEntry {
	return store.JournalEntry{
		Chain: chain, Number: number, At: noon.Add(after), Account: "system", Action: "LEARNER", Outcome: "OK", Body: `{"verb":"read"}`, MAC: fmt.Sprint("mac", number),
	}
}

func (b harness) appendJournal(chain, seal string, list ...store.JournalEntry) {
	b.Helper()
	require.NoError(b, b.store.AppendJournal(b.Context(), chain, list, seal))
}

func (b harness) journal(q store.JournalQuery) []store.JournalEntry {
	b.Helper()
	list, err := b.store.Journal(b.Context(), q)
	require.NoError(b, err)
	return nilIfEmpty(list)
}

func (b harness) entries(after store.JournalKey, first int) []store.JournalEntry {
	b.Helper()
	list, err := b.store.JournalEntries(b.Context(), after, first)
	require.NoError(b, err)
	return nilIfEmpty(list)
}

func (b harness) chains() []store.JournalChain {
	b.Helper()
	list, err := b.store.JournalChains(b.Context())
	require.NoError(b, err)
	return nilIfEmpty(list)
}
