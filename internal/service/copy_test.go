package service_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

func archivesOf(st store.Store) service.Archives {
	return service.Archives{Catalog: catalog.NewArchive(st), People: people.NewArchive(st)}
}

func historyOf(t *testing.T, st store.Store) (list []store.Publication) {
	t.Helper()
	for p, err := range st.History(t.Context(), store.HistoryQuery{}) {
		require.NoError(t, err)
		list = append(list, p)
	}
	return list
}

func TestCopyBringsTheHistoryAlong(t *testing.T) {
	source, svc := openEdited(t) // which is sound
	servicetest.RenamePosition(t, svc, "新名")
	p, err := svc.Delete(servicetest.Request(), competency.Positions, service.DeleteInput{Code: "Q"})
	requireAccepted(t, p.Outcome, err)

	target := servicetest.MemoryStore(t)
	copied := servicetest.Open(t, target, &servicetest.Clock{})
	done, err := copied.CopyFrom(servicetest.Request(), inspect(t, source), archivesOf(source).Catalog, archivesOf(target))
	require.NoError(t, err)
	require.EqualValues(t, 3, done.Revision)
	for _, r := range done.Records {
		if r.Changed != nil {
			require.Equal(t, r.Given, *r.Changed, r.Record)
		}
	}
	require.Equal(t, inspect(t, source), inspect(t, target))
	history := historyOf(t, target)
	require.Equal(t, historyOf(t, source), history)
	require.Len(t, history, 3)
	for _, p := range history {
		require.NotNil(t, p.Changes)
		require.NotNil(t, p.Inverse)
	}

	// What was published can be taken back there, too.
	records, err := servicetest.Catalog(copied)
	require.NoError(t, err)
	back := *records
	for i := len(history) - 1; i >= 0; i-- {
		back = back.Apply(*history[i].Inverse)
	}
	require.Zero(t, back.Len())

	keys, err := service.DifferingPublications(t.Context(), archivesOf(source).Catalog, archivesOf(target).Catalog, 3)
	require.NoError(t, err)
	require.Empty(t, keys)
	servicetest.RenamePosition(t, svc, "另一个")
	keys, err = service.DifferingPublications(t.Context(), archivesOf(source).Catalog, archivesOf(target).Catalog, 4)
	require.NoError(t, err)
	require.Equal(t, []string{"publication 4"}, keys)

	// Into a store that has a catalog, the records alone are copied.
	done, err = copied.CopyFrom(servicetest.Request(), inspect(t, source), archivesOf(source).Catalog, archivesOf(target))
	require.NoError(t, err)
	require.EqualValues(t, 4, done.Revision)
	require.Len(t, historyOf(t, target), 4)
}
