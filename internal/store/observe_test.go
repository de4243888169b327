package store_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var errSad = errors.New("sad")

// sad is a store that fails at everything, after it has given two people.
type sad struct{}

func (sad) Load(context.Context) (competency.Catalog, store.Revision, error) {
	return competency.Catalog{}, 7, errSad
}

func (sad) Revision(context.Context) (store.Revision, error) { return 7, errSad }

func (sad) Apply(_ context.Context, base store.Revision, _ store.Change) (store.Revision, error) {
	return base + 1, errSad
}

func (sad) Record(_ context.Context, list []store.Recording, _ store.Fold) ([]store.RecordingResult, error) {
	return make([]store.RecordingResult, len(list)), errSad
}

func (sad) Evidence(_ context.Context, q store.EvidenceQuery) ([]competency.Evidence, error) {
	return make([]competency.Evidence, q.First), errSad
}

func (sad) Checkpoints(_ context.Context, employees []string) ([]store.Checkpoint, error) {
	return make([]store.Checkpoint, len(employees)), errSad
}

func (sad) Documents(_ context.Context, q store.DocumentQuery) ([]store.Document, error) {
	return make([]store.Document, q.First), errSad
}

func (sad) PutDocuments(context.Context, []store.Document) error { return errSad }

func (sad) DeleteDocuments(context.Context, string, []string) error { return errSad }

func (sad) AppendJournal(context.Context, string, []store.JournalEntry, string) error { return errSad }

func (sad) Journal(_ context.Context, q store.JournalQuery) ([]store.JournalEntry, error) {
	return make([]store.JournalEntry, q.First), errSad
}

func (sad) JournalEntries(_ context.Context, _ store.JournalKey, first int) ([]store.JournalEntry, error) {
	return make([]store.JournalEntry, first), errSad
}

func (sad) JournalChains(context.Context) ([]store.JournalChain, error) {
	return make([]store.JournalChain, 3), errSad
}

func (sad) DropJournal(context.Context, string, store.JournalMark) error { return errSad }

func (sad) History(context.Context, store.HistoryQuery) iter.Seq2[store.Publication, error] {
	return func(yield func(store.Publication, error) bool) { yield(store.Publication{}, errSad) }
}

func (sad) Restore(context.Context, store.Revision, competency.Catalog, iter.Seq2[store.Publication, error]) error {
	return errSad
}

func (sad) OrgUnits(context.Context) ([]competency.OrgUnit, error) {
	return make([]competency.OrgUnit, 4), errSad
}

func (sad) Employees(_ context.Context, q store.EmployeeQuery) (store.EmployeePage, error) {
	return store.EmployeePage{Total: q.First}, errSad
}

func (sad) Profile(_ context.Context, code string) (store.Profile, error) {
	return store.Profile{Employee: competency.Employee{Code: code}}, errSad
}

func (sad) ForgetMoved(context.Context, string) error { return errSad }

func (sad) Moved(_ context.Context, mark string) (store.MovedPage, error) {
	return store.MovedPage{Mark: mark}, errSad
}

func (sad) Profiles(context.Context) iter.Seq2[store.Profile, error] {
	return func(yield func(store.Profile, error) bool) {
		for _, err := range []error{nil, nil, errSad} {
			if !yield(store.Profile{}, err) {
				return
			}
		}
	}
}

func (sad) Ping(context.Context) error { return errSad }

func (sad) Close() error { return errSad }

// contextProbe is a sad store that keeps the context of a call.
type contextProbe struct {
	sad
	seen *context.Context
}

func (p contextProbe) Revision(ctx context.Context) (store.Revision, error) {
	*p.seen = ctx
	return 0, errSad
}

func TestEveryUseIsReportedOnceWithItsErrorAndPassedOn(t *testing.T) {
	ctx := t.Context()
	type use struct {
		method string
		failed error
	}
	var uses []use
	s := store.Observe(sad{}, func(method string, took time.Duration, err error) {
		require.GreaterOrEqual(t, took, time.Duration(0))
		uses = append(uses, use{method, err})
	})
	for method, c := range map[string]struct {
		call func() (any, error)
		want any
	}{
		"Load":            {func() (any, error) { _, r, err := s.Load(ctx); return r, err }, store.Revision(7)},
		"Revision":        {func() (any, error) { return s.Revision(ctx) }, store.Revision(7)},
		"Apply":           {func() (any, error) { return s.Apply(ctx, 5, store.Change{}) }, store.Revision(6)},
		"Record":          {func() (any, error) { return s.Record(ctx, make([]store.Recording, 2), nil) }, make([]store.RecordingResult, 2)},
		"Evidence":        {func() (any, error) { return s.Evidence(ctx, store.EvidenceQuery{First: 2}) }, make([]competency.Evidence, 2)},
		"Checkpoints":     {func() (any, error) { return s.Checkpoints(ctx, []string{"a"}) }, make([]store.Checkpoint, 1)},
		"Documents":       {func() (any, error) { return s.Documents(ctx, store.DocumentQuery{First: 2}) }, make([]store.Document, 2)},
		"PutDocuments":    {func() (any, error) { return nil, s.PutDocuments(ctx, nil) }, nil},
		"DeleteDocuments": {func() (any, error) { return nil, s.DeleteDocuments(ctx, "draft", nil) }, nil},
		"ForgetMoved":     {func() (any, error) { return nil, s.ForgetMoved(ctx, "e") }, nil},
		"AppendJournal":   {func() (any, error) { return nil, s.AppendJournal(ctx, "a", nil, "") }, nil},
		"Journal":         {func() (any, error) { return s.Journal(ctx, store.JournalQuery{First: 2}) }, make([]store.JournalEntry, 2)},
		"JournalEntries":  {func() (any, error) { return s.JournalEntries(ctx, store.JournalKey{}, 5) }, make([]store.JournalEntry, 5)},
		"JournalChains":   {func() (any, error) { return s.JournalChains(ctx) }, make([]store.JournalChain, 3)},
		"DropJournal":     {func() (any, error) { return nil, s.DropJournal(ctx, "a", store.JournalMark{}) }, nil},
		"Restore":         {func() (any, error) { return nil, s.Restore(ctx, 1, competency.Catalog{}, nil) }, nil},
		"OrgUnits":        {func() (any, error) { return s.OrgUnits(ctx) }, make([]competency.OrgUnit, 4)},
		"Employees":       {func() (any, error) { return s.Employees(ctx, store.EmployeeQuery{First: 9}) }, store.EmployeePage{Total: 9}},
		"Moved":           {func() (any, error) { return s.Moved(ctx, "m") }, store.MovedPage{Mark: "m"}},
		"Profile":         {func() (any, error) { return s.Profile(ctx, "E") }, store.Profile{Employee: competency.Employee{Code: "E"}}},
	} {
		uses = nil
		got, err := c.call()
		require.ErrorIs(t, err, errSad)
		require.Equal(t, c.want, got)
		require.Equal(t, []use{{method, errSad}}, uses)
	}
	t.Run("a stream is one use, even where its reader leaves", func(t *testing.T) {
		for most, failed := range map[int]error{1: nil, 2: nil, 9: errSad} {
			uses = nil
			seen := 0
			for range s.Profiles(ctx) {
				if seen++; seen == most {
					break
				}
			}
			require.Equal(t, []use{{"Profiles", failed}}, uses)
		}
		uses = nil
		for range s.History(ctx, store.HistoryQuery{}) {
		}
		require.Equal(t, []use{{"History", errSad}}, uses)
	})
	t.Run("the context of begin is that of the method", func(t *testing.T) {
		type key struct{}
		var methods []string
		seen := context.Background()
		probe := contextProbe{seen: &seen}
		traced := store.Trace(probe, func(ctx context.Context, method string) (context.Context, func(error)) {
			return context.WithValue(ctx, key{}, method), func(err error) {
				require.ErrorIs(t, err, errSad)
				methods = append(methods, method)
			}
		})
		_, _ = traced.Revision(ctx)
		require.Equal(t, "Revision", seen.Value(key{}))
		require.Equal(t, []string{"Revision"}, methods)
	})
	t.Run("health checks and the end are not reported", func(t *testing.T) {
		uses = nil
		require.ErrorIs(t, s.Ping(ctx), errSad)
		require.ErrorIs(t, s.Close(), errSad)
		require.Empty(t, uses)
	})
}
