package storetest

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var historyTests = []test{
	{"the history has every edit of the catalog, and what takes it back", func(b harness) {
		sets := []competency.ChangeSet{
			{ID: "甲", At: time.Date(2024, 6, 1, 20, 0, 0, 1999, time.FixedZone("CST", 8*60*60)), Put: records(sampleCatalog(), samplePeople())},
			{
				At: noon, Author: "王芳", Reason: "岗位改名，\"见\" 通知\n第二行", Draft: "草稿-7",
				Put: records(competency.Catalog{Positions: []competency.Position{{Code: "rigger", Name: "吊车工"}}}, competency.People{}),
			},
			{ID: "c", At: noon, Delete: records(competency.Catalog{Related: sampleCatalog().Related}, competency.People{Employees: samplePeople().Employees[2:]})},
		}
		var before []competency.Catalog
		for i, cs := range sets {
			before = append(before, b.load())
			b.publish(store.Revision(i), cs)
		}
		list := b.history(store.HistoryQuery{})
		require.Len(b, list, 3)
		c := competency.Catalog{}
		for i, p := range list {
			cs := sets[i]
			require.Equal(b, store.Revision(i+1), p.Revision)
			require.Equal(b, [4]string{cs.ID, cs.Author, cs.Reason, cs.Draft}, [4]string{p.ID, p.Author, p.Reason, p.Draft})
			require.Equal(b, cs.At.UTC().Truncate(time.Microsecond), p.At)
			require.True(b, p.Complete)
			require.Equal(b, p.Records(), p.Changes.Put.Catalog.Len()+p.Changes.Delete.Catalog.Len())
			require.Zero(b, p.Changes.Put.People.Len()+p.Changes.Delete.People.Len(), "people are no part of the history")
			c = c.Apply(*p.Changes)
			require.Equal(b, before[i], normalizeCatalog(c.Apply(*p.Inverse)))
		}
		require.Equal(b, competency.ChangeSet{
			ID: "", At: noon, Author: "王芳", Reason: sets[1].Reason, Draft: "草稿-7", Put: sets[1].Put,
		}, *list[1].Changes)
		require.Equal(b, normalizeCatalog(sampleCatalog()), normalizeCatalog(list[0].Changes.Put.Catalog))
		require.Equal(b, b.load(), normalizeCatalog(c))
		for _, p := range slices.Backward(list) {
			c = c.Apply(*p.Inverse)
		}
		require.Equal(b, competency.Catalog{}, normalizeCatalog(c), "the inverses lead back to the beginning")
	}},
	{"it begins after a revision and has at most so many", func(b harness) {
		for i := range 5 {
			b.put(records(competency.Catalog{Positions: []competency.Position{{Code: fmt.Sprint(i)}}}, competency.People{}))
		}
		for _, c := range []struct {
			query store.HistoryQuery
			want  []store.Revision
		}{
			{store.HistoryQuery{}, []store.Revision{1, 2, 3, 4, 5}},
			{store.HistoryQuery{First: 10}, []store.Revision{1, 2, 3, 4, 5}},
			{store.HistoryQuery{First: 2}, []store.Revision{1, 2}},
			{store.HistoryQuery{After: 3, First: 1}, []store.Revision{4}},
			{store.HistoryQuery{After: 3}, []store.Revision{4, 5}},
			{store.HistoryQuery{After: 5}, nil},
			{store.HistoryQuery{After: 99, First: 1}, nil},
		} {
			require.Equal(b, c.want, revisionsOf(b.history(c.query)), "%+v", c.query)
		}
	}},
	{"a long history is streamed, and its reader may leave and read the store meanwhile", func(b harness) {
		const many = 70
		for i := range many {
			b.apply(store.Revision(i), competency.ChangeSet{Put: positions(1)})
		}
		require.Len(b, b.history(store.HistoryQuery{}), many)
		require.Len(b, b.history(store.HistoryQuery{First: 65}), 65)
		var seen []store.Revision
		for p, err := range b.store.History(b.Context(), store.HistoryQuery{After: 1}) {
			require.NoError(b, err)
			seen = append(seen, p.Revision)
			require.EqualValues(b, many, b.revision())
			if len(seen) == 40 {
				break
			}
		}
		require.EqualValues(b, 41, seen[39])
	}},
	{"edits of people are no part of it", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		b.edit(competency.ChangeSet{ID: "people", Put: person(competency.Employee{Code: "li", Name: "李明"})})
		require.Len(b, b.history(store.HistoryQuery{}), 1)
	}},
	{"an edit without its inverse is there, and not complete", func(b harness) {
		b.apply(0, competency.ChangeSet{ID: "a", Put: positions(1)})
		list := b.history(store.HistoryQuery{})
		require.Len(b, list, 1)
		require.False(b, list[0].Complete)
		require.Nil(b, list[0].Inverse)
		require.Equal(b, positions(1), list[0].Changes.Put)
	}},
	{"publications are there whole, however large, and a reader may ask for the small ones", func(b harness) {
		large := positions(12_000)
		for i := range large.Positions { // a text that does not shrink
			large.Positions[i].Description = fmt.Sprintf("说明 %x", uint64(i+1)*0x9e3779b97f4a7c15)
		}
		large.Positions[7].Description = strings.Repeat("长文\n", 400_000)
		b.publish(0, competency.ChangeSet{ID: "small", At: noon, Put: positions(2)})
		b.publish(1, competency.ChangeSet{ID: "large", At: noon, Put: large})
		b.publish(2, competency.ChangeSet{ID: "deletes", At: noon, Delete: large})
		list := b.history(store.HistoryQuery{})
		require.Len(b, list, 3)
		require.Equal(b, large.Catalog, list[1].Changes.Put.Catalog)
		require.Equal(b, normalizeCatalog(competency.Catalog{Positions: large.Positions}), normalizeCatalog(list[2].Inverse.Put.Catalog))
		require.Equal(b, positions(2).Catalog, normalizeCatalog(list[1].Inverse.Put.Catalog))
		for _, c := range []struct {
			query store.HistoryQuery
			want  []bool
		}{
			{store.HistoryQuery{HeadingsOnly: true}, []bool{false, false, false}},
			{store.HistoryQuery{HeadingsOnly: true, MaxRecords: 12_000}, []bool{false, false, false}},
			{store.HistoryQuery{MaxRecords: 2}, []bool{true, false, false}},
			{store.HistoryQuery{MaxRecords: 11_999}, []bool{true, false, false}},
			{store.HistoryQuery{MaxRecords: 12_000}, []bool{true, true, true}},
		} {
			for i, p := range b.history(c.query) {
				require.Equal(b, c.want[i], p.Changes != nil, "%d of %+v", i, c.query)
				require.Equal(b, c.want[i], p.Inverse != nil)
				require.True(b, p.Complete)
				require.Equal(b, list[i].ID, p.ID)
			}
		}
	}},
	{"any publications can be taken back, the last first", func(b harness) {
		rapid.Check(b.T, func(t *rapid.T) {
			clear(b)
			base := b.revision()
			m := model{revision: base, units: map[string]competency.OrgUnit{}, employees: map[string]competency.Employee{}, states: map[[2]string]competency.Assessment{}}
			catalogs := []competency.Catalog{{}}
			for range rapid.IntRange(1, 4).Draw(t, "sets") {
				cs := m.catalog.Resolve(anySet(t, m))
				cs.Put.People, cs.Delete.People = competency.People{}, competency.People{}
				next, ok := m.apply(cs)
				if !ok || !cs.EditsCatalog() {
					continue
				}
				inverse := competency.Inverse(m.catalog, cs)
				_, err := b.store.Apply(b.Context(), m.revision, store.Change{ChangeSet: cs, Inverse: &inverse})
				require.NoError(t, err)
				m = next
				catalogs = append(catalogs, m.catalog)
			}
			list := b.history(store.HistoryQuery{After: base})
			require.Len(t, list, len(catalogs)-1)
			for i, p := range slices.Backward(list) {
				require.Equal(t, normalizeCatalog(catalogs[i]), normalizeCatalog(catalogs[i+1].Apply(*p.Inverse)))
				_, err := b.store.Apply(b.Context(), b.revision(), store.Change{ChangeSet: *p.Inverse, Inverse: p.Changes})
				require.NoError(t, err)
				require.Equal(t, normalizeCatalog(catalogs[i]), b.load())
			}
		})
	}},
	{"documents are written with the change, or not at all", func(b harness) {
		with := func(version int) store.Change {
			d := document("a", 0)
			d.Version = version
			return store.Change{ChangeSet: competency.ChangeSet{ID: fmt.Sprint(version), Put: positions(1)}, Documents: []store.Document{d, document(fmt.Sprint("new", version), 0)}}
		}
		made, err := b.store.Apply(b.Context(), 0, with(0))
		require.NoError(b, err)
		require.EqualValues(b, 1, made)
		before := b.readAll()
		for _, version := range []int{2, -1} {
			_, err = b.store.Apply(b.Context(), 1, with(version))
			require.ErrorIs(b, err, store.ErrConflict)
			require.Equal(b, before, b.readAll())
		}
		_, err = b.store.Apply(b.Context(), 1, with(0))
		require.NoError(b, err, "its ID is known")
		require.Equal(b, before, b.readAll())
		_, err = b.store.Apply(b.Context(), 0, with(1))
		require.ErrorIs(b, err, store.ErrConflict)
		require.Equal(b, before, b.readAll())
		_, err = b.store.Apply(b.Context(), 1, store.Change{Documents: with(1).Documents})
		require.NoError(b, err)
		require.Equal(b, []string{"a", "new0", "new1"}, b.documentIDs())
		require.EqualValues(b, 1, b.revision())
	}},
	{"a store is restored with the catalog, the revision and the history of another", func(b harness) {
		source := []store.Publication{
			{Revision: 1, ID: "甲", At: noon, Author: "王芳", Reason: "开始", Draft: "1"},
			{Revision: 4, At: noon.Add(time.Hour)}, // 2 and 3 were made by other means, and this one's changes were not kept
			{Revision: 5, ID: "large", At: noon.Add(2 * time.Hour)},
			{Revision: 6, ID: "old", At: noon.Add(2 * time.Hour)},
		}
		set := func(i int, cs competency.ChangeSet, inverse *competency.ChangeSet) {
			p := &source[i]
			cs.ID, cs.At, cs.Author, cs.Reason, cs.Draft = p.ID, p.At, p.Author, p.Reason, p.Draft
			p.Changes, p.Inverse, p.Complete = &cs, inverse, inverse != nil
		}
		set(0, competency.ChangeSet{Put: records(sampleCatalog(), competency.People{})}, &competency.ChangeSet{Delete: records(sampleCatalog(), competency.People{})})
		large := positions(20_000)
		large.Positions[0].Description = strings.Repeat("x", 300_000)
		set(2, competency.ChangeSet{Delete: large}, &competency.ChangeSet{Put: large})
		set(3, competency.ChangeSet{Put: positions(1)}, nil)

		b.put(records(competency.Catalog{}, competency.People{Employees: []competency.Employee{{Code: "li", Name: "李雷"}}}))
		require.NoError(b, b.store.Restore(b.Context(), 7, sampleCatalog(), streamOf(source...)))
		require.Equal(b, normalizeCatalog(sampleCatalog()), b.load())
		require.EqualValues(b, 7, b.revision())
		require.Equal(b, source, b.history(store.HistoryQuery{}))
		require.EqualValues(b, 7, b.profile("li").Revision)

		require.EqualValues(b, 5, b.apply(0, competency.ChangeSet{ID: "large", Put: positions(1)}), "its ID is known")
		before := b.readAll()
		require.ErrorIs(b, b.store.Restore(b.Context(), 9, sampleCatalog(), streamOf()), store.ErrConflict)
		require.Equal(b, before, b.readAll())
		require.EqualValues(b, 8, b.publish(7, competency.ChangeSet{Put: positions(1)}), "revisions go on from there")
		require.Equal(b, []store.Revision{1, 4, 5, 6, 8}, revisionsOf(b.history(store.HistoryQuery{})))
	}},
	{"what cannot be restored leaves the store empty, and it can be restored then", func(b harness) {
		good := store.Publication{Revision: 1, ID: "a", At: noon}
		dangling := sampleCatalog()
		dangling.Positions = nil
		broken := func(yield func(store.Publication, error) bool) {
			_ = yield(good, nil) && yield(store.Publication{}, fmt.Errorf("the source: %w", store.ErrUnavailable))
		}
		for _, c := range []struct {
			sentence string
			catalog  competency.Catalog
			history  iter.Seq2[store.Publication, error]
			is       error
		}{
			{"a catalog with a reference to nothing", dangling, streamOf(good), store.ErrReference},
			{"a history that cannot be read", sampleCatalog(), broken, store.ErrUnavailable},
			{"a history that goes back", sampleCatalog(), streamOf(store.Publication{Revision: 2, At: noon}, good), nil},
			{"a history with a revision twice", sampleCatalog(), streamOf(good, good), nil},
			{"a history beyond the revision", sampleCatalog(), streamOf(good, store.Publication{Revision: 3, At: noon}), nil},
		} {
			err := b.store.Restore(b.Context(), 2, c.catalog, c.history)
			require.Error(b, err, c.sentence)
			if c.is != nil {
				require.ErrorIs(b, err, c.is, c.sentence)
			}
			require.Equal(b, storeContent{}, b.readAll(), c.sentence)
		}
		require.NoError(b, b.store.Restore(b.Context(), 2, sampleCatalog(), streamOf(good)))
		require.Equal(b, []store.Publication{good}, b.history(store.HistoryQuery{}))
		require.Equal(b, normalizeCatalog(sampleCatalog()), b.load())
	}},
	{"after a Restore that failed the store can be written to as an empty one", func(b harness) {
		first := store.Publication{Revision: 1, ID: "a", At: noon}
		require.Error(b, b.store.Restore(b.Context(), 2, sampleCatalog(), streamOf(first, first)))
		require.EqualValues(b, 1, b.publish(0, competency.ChangeSet{ID: "a", At: noon, Put: positions(1)}))
		require.Len(b, b.history(store.HistoryQuery{}), 1)
	}},
	{"a store without a history is restored to its revision", func(b harness) {
		require.NoError(b, b.store.Restore(b.Context(), 3, competency.Catalog{}, streamOf()))
		require.EqualValues(b, 3, b.revision())
		require.Empty(b, b.history(store.HistoryQuery{}))
		require.EqualValues(b, 4, b.put(positions(1)))
	}},
}

// publish writes a set with its inverse.
func (b harness) publish(base store.Revision, cs competency.ChangeSet) store.Revision {
	b.Helper()
	inverse := competency.Inverse(b.load(), cs)
	revision, err := b.store.Apply(b.Context(), base, store.Change{ChangeSet: cs, Inverse: &inverse})
	require.NoError(b, err)
	return revision
}

func (b harness) history(q store.HistoryQuery) (list []store.Publication) {
	b.Helper()
	for p, err := range b.store.History(b.Context(), q) {
		require.NoError(b, err)
		list = append(list, p)
	}
	return list
}

func revisionsOf(list []store.Publication) (revisions []store.Revision) {
	for _, p := range list {
		revisions = append(revisions, p.Revision)
	}
	return revisions
}

func streamOf(list ...store.Publication) iter.Seq2[store.Publication, error] {
	return func(yield func(store.Publication, error) bool) {
		for _, p := range list {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// positions are n records that refer to nothing.
func positions(n int) competency.Records {
	var r competency.Records
	for i := range n {
		r.Positions = append(r.Positions, competency.Position{Code: fmt.Sprintf("p%06d", i)})
	}
	return r
}
