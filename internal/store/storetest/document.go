package storetest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store"
)

var documentTests = []test{
	{"documents come back as they were given, by time and id", func(b bed) {
		late, early, same := document("a", time.Hour), document("c", 0), document("b", 0)
		late.Body = `{"文": "` + strings.Repeat("长\\n", 100_000) + `"}`
		require.Empty(b, b.documents(store.DocumentQuery{Kind: "draft"}))
		b.putDocuments(late, early)
		b.putDocuments(same)
		b.putDocuments()
		stored := func(list ...store.Document) []store.Document {
			for i := range list {
				list[i].Version = 1
			}
			return list
		}
		for _, c := range []struct {
			query store.DocumentQuery
			want  []store.Document
		}{
			{store.DocumentQuery{}, stored(same, early, late)},
			{store.DocumentQuery{First: 2}, stored(same, early)},
			{store.DocumentQuery{First: 2, After: &store.Cursor{At: noon, ID: "b"}}, stored(early, late)},
			{store.DocumentQuery{After: &store.Cursor{At: noon.Add(time.Second)}}, stored(late)},
			{store.DocumentQuery{After: &store.Cursor{At: noon.Add(time.Hour), ID: "a"}}, nil},
			{store.DocumentQuery{IDs: []string{"a", "x", "b"}}, stored(same, late)},
			{store.DocumentQuery{IDs: []string{"a", "b"}, After: &store.Cursor{At: noon, ID: "b"}}, stored(late)},
			{store.DocumentQuery{IDs: []string{"a", "b"}, First: 1}, stored(same)},
			{store.DocumentQuery{IDs: []string{"x"}}, nil},
		} {
			c.query.Kind = "draft"
			require.Equal(b, c.want, b.documents(c.query), "%+v", c.query)
		}
	}},
	{"times are kept in UTC, in whole microseconds", func(b bed) {
		one := document("a", 0)
		one.At = time.Date(2024, 6, 1, 20, 0, 0, 1999, time.FixedZone("CST", 8*60*60))
		b.putDocuments(one)
		require.Equal(b, noon.Add(time.Microsecond), b.documents(store.DocumentQuery{Kind: "draft"})[0].At)
	}},
	{"documents of one kind and id are one, and kinds do not meet", func(b bed) {
		draft, account := document("a", 0), document("a", time.Hour)
		account.Kind = "account"
		b.putDocuments(draft, account)
		require.NoError(b, b.store.DeleteDocuments(b.Context(), "draft", []string{"a"}))
		require.Empty(b, b.documents(store.DocumentQuery{Kind: "draft"}))
		account.Version = 1
		require.Equal(b, []store.Document{account}, b.documents(store.DocumentQuery{Kind: "account", IDs: []string{"a"}}))
		require.Empty(b, b.documents(store.DocumentQuery{}))
	}},
	{"a document replaces exactly the version that it names", func(b bed) {
		one := document("a", 0)
		b.putDocuments(one)
		one.Version, one.At, one.Body = 1, noon.Add(time.Hour), `{"n": 2}`
		b.putDocuments(one)
		one.Version, one.Body = 2, `{"n": 3}`
		b.putDocuments(one)
		one.Version = 3
		require.Equal(b, []store.Document{one}, b.documents(store.DocumentQuery{Kind: "draft"}))
	}},
	{"where one version differs, or a document stands twice, the whole list is a conflict", func(b bed) {
		first, second := document("a", 0), document("b", 0)
		b.putDocuments(first, second)
		second.Version = 1
		b.putDocuments(second)
		before := b.everything()
		with := func(d store.Document, version int) store.Document {
			d.Version, d.Body = version, "{}"
			return d
		}
		fresh := document("new", 0)
		for _, list := range [][]store.Document{
			{fresh, with(first, 0)},
			{fresh, with(first, 2)},
			{with(first, 1), with(second, 1), fresh},
			{with(first, 1), with(second, 3)},
			{with(first, -1)},
			{fresh, with(document("none", 0), 1)},
			{fresh, fresh},
			{with(first, 1), with(first, 2)},
		} {
			require.ErrorIs(b, b.store.PutDocuments(b.Context(), list), store.ErrConflict)
			require.Equal(b, before, b.everything())
		}
		b.putDocuments(fresh, with(first, 1), with(second, 2))
	}},
	{"what is deleted is gone, and may be put again", func(b bed) {
		b.putDocuments(document("a", 0), document("b", 0), document("c", 0))
		require.NoError(b, b.store.DeleteDocuments(b.Context(), "draft", []string{"a", "x", "c", "a"}))
		require.NoError(b, b.store.DeleteDocuments(b.Context(), "draft", nil))
		require.NoError(b, b.store.DeleteDocuments(b.Context(), "none", []string{"b"}))
		require.Equal(b, []string{"b"}, b.documentIDs())
		b.putDocuments(document("a", time.Hour))
		require.Equal(b, []string{"b", "a"}, b.documentIDs())
	}},
	{"documents are no edit of the catalog", func(b bed) {
		revision := b.put(class())
		b.putDocuments(document("a", 0))
		require.Equal(b, revision, b.revision())
	}},
	{"many documents may be put and deleted at once", func(b bed) {
		var list []store.Document
		var ids []string
		for i := range 1000 {
			list = append(list, document(fmt.Sprintf("%04d", i), time.Duration(i)*time.Microsecond))
			ids = append(ids, list[i].ID)
		}
		b.putDocuments(list...)
		require.Equal(b, ids, b.documentIDs())
		require.NoError(b, b.store.DeleteDocuments(b.Context(), "draft", ids[1:]))
		require.Equal(b, ids[:1], b.documentIDs())
	}},
	{"of several who replace one version exactly one does", func(b bed) { replaceAtOnce(b, 6, b.store) }},
}

// replaceAtOnce has writers replace the same version, round by round.
func replaceAtOnce(b bed, writers int, stores ...store.Store) {
	ctx := b.soon()
	for round := range 5 {
		var won atomic.Int64
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				d := document("a", 0)
				d.Version = round
				err := stores[w%len(stores)].PutDocuments(ctx, []store.Document{d, document(fmt.Sprintf("%d-%d", round, w), 0)})
				if err == nil {
					won.Add(1)
				} else {
					assert.ErrorIs(b, err, store.ErrConflict)
				}
			})
		}
		all.Wait()
		require.EqualValues(b, 1, won.Load())
		require.Len(b, b.documentIDs(), round+2, "and nothing of those who lost is there")
	}
}

func document(id string, after time.Duration) store.Document {
	return store.Document{Kind: "draft", ID: id, At: noon.Add(after), Body: `{"id": "` + id + `"}`}
}

func (b bed) putDocuments(list ...store.Document) {
	b.Helper()
	require.NoError(b, b.store.PutDocuments(b.Context(), list))
}

func (b bed) documents(q store.DocumentQuery) []store.Document {
	b.Helper()
	list, err := b.store.Documents(b.Context(), q)
	require.NoError(b, err)
	return orNil(list)
}

func (b bed) documentIDs() (ids []string) {
	b.Helper()
	for _, d := range b.documents(store.DocumentQuery{Kind: "draft"}) {
		ids = append(ids, d.ID)
	}
	return ids
}
