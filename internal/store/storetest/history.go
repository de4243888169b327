package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var historyTests = []test{
	{"the history replays every edit of the catalog", func(b bed) {
		sets := []competency.ChangeSet{
			{ID: "甲", At: time.Date(2024, 6, 1, 20, 0, 0, 1999, time.FixedZone("CST", 8*60*60)), Put: records(plant(), crew())},
			{Put: records(competency.Catalog{Positions: []competency.Position{{Code: "rigger", Name: "吊车工"}}}, competency.People{})},
			{ID: "c", At: noon, Delete: records(competency.Catalog{Related: plant().Related}, competency.People{Employees: crew().Employees[2:]})},
		}
		for i, cs := range sets {
			b.apply(store.Revision(i), cs)
		}
		list := b.history(0, 10)
		require.Len(b, list, 3)
		var c competency.Catalog
		for i, p := range list {
			require.Equal(b, store.Revision(i+1), p.Revision)
			require.Equal(b, sets[i].ID, p.ID)
			require.Equal(b, sets[i].At.UTC().Truncate(time.Microsecond), p.At)
			require.Equal(b, p.ID, p.Changes.ID)
			require.Equal(b, p.At, p.Changes.At)
			require.Zero(b, p.Changes.Put.People.Len()+p.Changes.Delete.People.Len(), "people are no part of the history")
			c = c.Apply(*p.Changes)
		}
		require.Equal(b, tidy(plant()), tidy(*catalogOf(list[0])))
		require.Equal(b, b.load(), tidy(c))
	}},
	{"it begins after a revision and has at most so many", func(b bed) {
		for i := range 5 {
			b.put(records(competency.Catalog{Positions: []competency.Position{{Code: fmt.Sprint(i)}}}, competency.People{}))
		}
		for _, c := range []struct {
			after store.Revision
			most  int
			want  []store.Revision
		}{
			{0, 10, []store.Revision{1, 2, 3, 4, 5}},
			{0, 2, []store.Revision{1, 2}},
			{3, 1, []store.Revision{4}},
			{3, 2, []store.Revision{4, 5}},
			{5, 10, nil},
			{99, 10, nil},
			{0, 0, nil},
		} {
			var got []store.Revision
			for _, p := range b.history(c.after, c.most) {
				got = append(got, p.Revision)
			}
			require.Equal(b, c.want, got, "after %d, at most %d", c.after, c.most)
		}
	}},
	{"edits of people are no part of it", func(b bed) {
		b.put(records(plant(), crew()))
		b.edit(competency.ChangeSet{ID: "people", Put: person(competency.Employee{Code: "li", Name: "李明"})})
		require.Len(b, b.history(0, 10), 1)
	}},
	{"a set that is too large to replay is there without its changes", func(b bed) {
		// People do not count, and deletions do.
		large := positions(store.HistoryRecords)
		large.Employees = crew().Employees[2:]
		b.apply(0, competency.ChangeSet{ID: "just", Put: large})
		b.apply(1, competency.ChangeSet{ID: "too large", At: noon, Put: positions(1), Delete: records(large.Catalog, competency.People{})})
		b.apply(2, competency.ChangeSet{ID: "small", Put: positions(2)})
		list := b.history(0, 10)
		require.Len(b, list, 3)
		require.Len(b, list[0].Changes.Put.Positions, store.HistoryRecords)
		require.Equal(b, store.Publication{Revision: 2, ID: "too large", At: noon}, list[1])
		require.Len(b, list[2].Changes.Put.Positions, 2)
		require.Len(b, b.load().Positions, 2)
	}},
}

func catalogOf(p store.Publication) *competency.Catalog { return &p.Changes.Put.Catalog }

// positions are n records that refer to nothing.
func positions(n int) competency.Records {
	var r competency.Records
	for i := range n {
		r.Positions = append(r.Positions, competency.Position{Code: fmt.Sprintf("p%06d", i)})
	}
	return r
}
