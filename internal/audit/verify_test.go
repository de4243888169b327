package audit_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// tampered is a store whose journal somebody has edited.
type tampered struct {
	store.Store
	entries []store.JournalEntry
	chains  []store.JournalChain
}

func tamper(t testing.TB, st store.Store) *tampered {
	t.Helper()
	list, err := st.JournalEntries(t.Context(), store.JournalKey{}, 1<<30)
	require.NoError(t, err)
	chains, err := st.JournalChains(t.Context())
	require.NoError(t, err)
	return &tampered{st, list, chains}
}

func (s *tampered) JournalChains(context.Context) ([]store.JournalChain, error) { return s.chains, nil }

func (s *tampered) JournalEntries(_ context.Context, after store.JournalKey, first int) ([]store.JournalEntry, error) {
	list := slices.Clone(s.entries)
	slices.SortStableFunc(list, func(a, b store.JournalEntry) int {
		if c := strings.Compare(a.Chain, b.Chain); c != 0 {
			return c
		}
		return int(a.Number - b.Number)
	})
	list = slices.DeleteFunc(list, func(e store.JournalEntry) bool {
		return e.Chain < after.Chain || e.Chain == after.Chain && e.Number <= after.Number
	})
	return list[:min(first, len(list))], nil
}

// sample returns a store with chains of two instances, one of which was killed, and of
// commands.
func sample(t testing.TB, retention bool) store.Store {
	t.Helper()
	st, now := openMemory(t), noon
	newLog := func() *audit.Log {
		return audit.New(st, testKey(t), audit.Config{Now: func() time.Time { now = now.Add(time.Minute); return now }})
	}
	first, second, commands := newLog(), newLog(), newLog()
	commit(t, commands, hr, read("z"))
	for _, l := range []*audit.Log{first, second} {
		require.NoError(t, l.Start(t.Context()))
		for i := range 4 {
			commit(t, l, hr, read(fmt.Sprint("a", i), "b"), audit.Event{Action: access.EditCatalog, Verb: "update", Revision: int64(i)})
		}
		commit(t, commands, hr, read("z"))
	}
	require.NoError(t, first.Close(t.Context()))
	require.NoError(t, second.Maintain(t.Context()))
	commit(t, second, hr, read("last"))
	if retention {
		require.NoError(t, first.Drop(t.Context(), noon.Add(8*time.Minute)))
	}
	return st
}

func requireFound(t require.TestingT, st store.Store, key audit.Key, what string) audit.Report {
	r, err := audit.New(st, key, audit.Config{}).Verify(context.Background())
	require.NoError(t, err)
	require.NotEmpty(t, r.Findings, what)
	return r
}

// other returns another text, one byte of which was changed, added or removed.
func other(t *rapid.T, text string) string {
	at := rapid.IntRange(0, len(text)).Draw(t, "at")
	if at == len(text) {
		return text + rapid.SampledFrom([]string{"x", " ", "\x00"}).Draw(t, "more")
	}
	if rapid.Bool().Draw(t, "remove") {
		return text[:at] + text[at+1:]
	}
	b := []byte(text)
	b[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
	return string(b)
}

func TestWhateverIsAlteredIsFound(t *testing.T) {
	key := testKey(t)
	for _, retention := range []bool{false, true} {
		whole := tamper(t, sample(t, retention))
		r, err := audit.New(whole, key, audit.Config{}).Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, r.Findings)
		require.Len(t, r.Chains, 3)
		rapid.Check(t, func(t *rapid.T) {
			st := &tampered{whole.Store, slices.Clone(whole.entries), slices.Clone(whole.chains)}
			i := rapid.IntRange(0, len(st.entries)-1).Draw(t, "entry")
			e := &st.entries[i]
			e.Subjects = slices.Clone(e.Subjects)
			exact := true // the very entry is named
			switch kind := rapid.IntRange(0, 15).Draw(t, "kind"); kind {
			case 0:
				e.Body = other(t, e.Body)
			case 1:
				e.Account = other(t, e.Account)
			case 2:
				e.Action = other(t, e.Action)
			case 3:
				e.Outcome = other(t, e.Outcome)
			case 4:
				e.At = e.At.Add(time.Duration(rapid.SampledFrom([]int{-1, 1, 1e9}).Draw(t, "by")) * time.Microsecond)
			case 5:
				e.MAC = other(t, e.MAC)
			case 6:
				e.Subjects = append(e.Subjects, "zzz")
			case 7:
				if len(e.Subjects) == 0 {
					t.Skip("there is none")
				}
				e.Subjects[0] = other(t, e.Subjects[0])
			case 8:
				exact = false
				st.entries = slices.Delete(st.entries, i, i+1)
			case 9: // cut
				exact = false
				st.entries = slices.DeleteFunc(st.entries, func(x store.JournalEntry) bool { return x.Chain == e.Chain && x.Number >= e.Number })
			case 10: // two swapped
				exact = false
				j := rapid.IntRange(0, len(st.entries)-1).Filter(func(j int) bool { return j != i }).Draw(t, "other")
				st.entries[i].Chain, st.entries[j].Chain = st.entries[j].Chain, st.entries[i].Chain
				st.entries[i].Number, st.entries[j].Number = st.entries[j].Number, st.entries[i].Number
			case 11: // one added
				exact = false
				added := *e
				added.Number = rapid.Int64Range(1, 100).Draw(t, "number")
				st.entries = append(st.entries, added)
			case 12: // a chain removed whole
				if e.Chain == st.chains[0].ID && len(st.chains) == 0 {
					t.Skip()
				}
				exact = false
				chain := e.Chain
				st.entries = slices.DeleteFunc(st.entries, func(x store.JournalEntry) bool { return x.Chain == chain })
				st.chains = slices.DeleteFunc(st.chains, func(c store.JournalChain) bool { return c.ID == chain })
			case 13: // cut, with the head set back
				exact = false
				if e.Number == 1 {
					t.Skip("there is no entry before")
				}
				chain, number := e.Chain, e.Number
				st.entries = slices.DeleteFunc(st.entries, func(x store.JournalEntry) bool { return x.Chain == chain && x.Number >= number })
				c := slices.IndexFunc(st.chains, func(c store.JournalChain) bool { return c.ID == chain })
				before := slices.IndexFunc(st.entries, func(x store.JournalEntry) bool { return x.Chain == chain && x.Number == number-1 })
				if before < 0 {
					t.Skip("the entry before was dropped")
				}
				st.chains[c].Head.Number, st.chains[c].Head.MAC = number-1, st.entries[before].MAC
			case 14: // the beginning removed, with an anchor in its place
				exact = false
				chain, number, mac := e.Chain, e.Number, e.MAC
				st.entries = slices.DeleteFunc(st.entries, func(x store.JournalEntry) bool { return x.Chain == chain && x.Number <= number })
				c := slices.IndexFunc(st.chains, func(c store.JournalChain) bool { return c.ID == chain })
				st.chains[c].Anchor = store.JournalMark{Number: number, MAC: mac, Seal: st.chains[c].Head.Seal}
			case 15: // the head altered
				exact = false
				c := &st.chains[rapid.IntRange(0, len(st.chains)-1).Draw(t, "chain")]
				switch rapid.IntRange(0, 2).Draw(t, "part") {
				case 0:
					c.Head.Seal = other(t, c.Head.Seal)
				case 1:
					c.Head.MAC = other(t, c.Head.MAC)
				case 2:
					c.Head.Number += int64(rapid.SampledFrom([]int{-1, 1}).Draw(t, "by"))
				}
			}
			r := requireFound(t, st, key, "it was altered")
			if exact {
				require.Equal(t, e.Number, r.Findings[0].Number)
				require.Equal(t, e.Chain, r.Findings[0].Chain)
				require.Len(t, r.Findings, 1, "nothing else is blamed")
			}
		})
	}
}

// Setting a chain back to an earlier state, with the seal that it had then, is what another
// chain tells of.
func TestAChainThatWasSetBackIsFound(t *testing.T) {
	st := openMemory(t)
	l := newLog(t, st)
	require.NoError(t, l.Start(t.Context()))
	commit(t, l, hr, read("a"))
	earlier := tamper(t, st)
	commit(t, l, hr, read("b"))
	require.NoError(t, l.Maintain(t.Context()))
	now := tamper(t, st)
	for i, c := range now.chains {
		if strings.HasSuffix(c.ID, "-shared") {
			continue
		}
		now.chains[i] = earlier.chains[slices.IndexFunc(earlier.chains, func(e store.JournalChain) bool { return e.ID == c.ID })]
		now.entries = slices.DeleteFunc(now.entries, func(e store.JournalEntry) bool { return e.Chain == c.ID && e.Number > now.chains[i].Head.Number })
	}
	r := requireFound(t, now, testKey(t), "it was set back")
	require.Len(t, r.Findings, 1)
	require.Contains(t, r.Findings[0].Text.EN, "it was cut")
}

func TestAnotherKeyIsSaid(t *testing.T) {
	st := sample(t, false)
	r := requireFound(t, st, audit.NewKey(), "it has another key")
	require.Len(t, r.Findings, 3)
	require.Contains(t, r.Findings[0].Text.EN, "another audit key")
}

// Whoever goes on writing must not make a cut chain look whole again.
func TestAChainThatWasCutIsNotGoneOnWith(t *testing.T) {
	for _, instance := range []bool{true, false} {
		path := filepath.Join(t.TempDir(), "a.db")
		st, err := sqlitestore.Open(t.Context(), path)
		require.NoError(t, err)
		defer st.Close()
		db, err := sql.Open("sqlite", path)
		require.NoError(t, err)
		defer db.Close()
		l := newLog(t, st)
		if instance {
			require.NoError(t, l.Start(t.Context()))
		}
		for i := range 3 {
			if i > 0 || !instance { // its chain begins with the start
				commit(t, l, hr, read("a"))
			}
		}
		_, err = db.ExecContext(t.Context(), `
			DELETE FROM journal_entries WHERE number = 3;
			UPDATE journal_chains SET number = 2, mac = (SELECT mac FROM journal_entries e WHERE e.chain = id AND e.number = 2) WHERE number = 3`)
		require.NoError(t, err)
		commit(t, l, hr, read("b"))
		commit(t, newLog(t, st), hr, read("c"))
		r := requireFound(t, st, testKey(t), "it was cut")
		require.Contains(t, fmt.Sprint(r.Findings), "its head was altered")
		require.Len(t, written(t, l, audit.Filter{Employee: new("b")}), 1)
		require.Len(t, written(t, l, audit.Filter{Employee: new("c")}), 1)
	}
}
