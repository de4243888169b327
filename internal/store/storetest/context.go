package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// methods are all that take a context.
var methods = []struct {
	name string
	call func(s store.Store, ctx context.Context) error
}{
	{"Load", func(s store.Store, ctx context.Context) error { _, _, err := s.Load(ctx); return err }},
	{"Revision", func(s store.Store, ctx context.Context) error { _, err := s.Revision(ctx); return err }},
	{"Apply", func(s store.Store, ctx context.Context) error {
		_, err := s.Apply(ctx, 1, store.Change{ChangeSet: competency.ChangeSet{Put: positions(1)}})
		return err
	}},
	{"Record", func(s store.Store, ctx context.Context) error {
		_, err := s.Record(ctx, []store.Recording{{Employee: "li", Replay: true}}, meanFold)
		return err
	}},
	{"Evidence", func(s store.Store, ctx context.Context) error {
		_, err := s.Evidence(ctx, store.EvidenceQuery{Employees: []string{"li"}})
		return err
	}},
	{"Checkpoints", func(s store.Store, ctx context.Context) error {
		_, err := s.Checkpoints(ctx, []string{"li"})
		return err
	}},
	{"Documents", func(s store.Store, ctx context.Context) error {
		_, err := s.Documents(ctx, store.DocumentQuery{Kind: "draft"})
		return err
	}},
	{"PutDocuments", func(s store.Store, ctx context.Context) error {
		return s.PutDocuments(ctx, []store.Document{document(rand.Text(), 0)})
	}},
	{"DeleteDocuments", func(s store.Store, ctx context.Context) error {
		return s.DeleteDocuments(ctx, "draft", []string{"a"})
	}},
	{"History", func(s store.Store, ctx context.Context) (last error) {
		for _, last = range s.History(ctx, store.HistoryQuery{First: 1}) {
		}
		return last
	}},
	{"Restore", func(s store.Store, ctx context.Context) error {
		err := s.Restore(ctx, 1, competency.Catalog{}, streamOf())
		if errors.Is(err, store.ErrConflict) { // it is not empty
			return nil
		}
		return err
	}},
	{"OrgUnits", func(s store.Store, ctx context.Context) error { _, err := s.OrgUnits(ctx); return err }},
	{"Employees", func(s store.Store, ctx context.Context) error {
		_, err := s.Employees(ctx, store.EmployeeQuery{})
		return err
	}},
	{"Profile", func(s store.Store, ctx context.Context) error { _, err := s.Profile(ctx, "li"); return err }},
	{"Profiles", func(s store.Store, ctx context.Context) (last error) {
		for _, last = range s.Profiles(ctx) {
		}
		return last
	}},
	{"ForgetMoved", func(s store.Store, ctx context.Context) error { return s.ForgetMoved(ctx, "li") }},
	{"Moved", func(s store.Store, ctx context.Context) error { _, err := s.Moved(ctx, ""); return err }},
	{"Ping", func(s store.Store, ctx context.Context) error { return s.Ping(ctx) }},
}

var contextTests = []test{
	{"every method returns the error of a context that has ended", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		before := b.readAll()
		for _, m := range methods {
			b.Run(m.name, func(t *testing.T) {
				cancelled, cancel := context.WithCancel(t.Context())
				cancel()
				require.ErrorIs(t, m.call(b.store, cancelled), context.Canceled)

				late, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
				defer cancel()
				err := m.call(b.store, late)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.ErrorIs(t, err, store.ErrUnavailable)
			})
		}
		require.Equal(b, before, b.readAll())
	}},
	{"a stream ends with the error of its context", func(b harness) {
		b.put(staffRecords())
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		seen, failed := 0, error(nil)
		for p, err := range b.store.Profiles(ctx) {
			if failed = err; err != nil {
				require.Equal(b, store.Profile{}, p)
				continue // nothing comes after an error
			}
			if seen++; seen == 3 {
				cancel()
			}
		}
		require.Equal(b, 3, seen)
		require.ErrorIs(b, failed, context.Canceled)
		require.Equal(b, 30, b.employees(store.EmployeeQuery{}).Total)
	}},
	{"an Apply that its context breaks off is there whole or not at all, and may be repeated", func(b harness) {
		cs := SampleCatalog(300)
		for i, limit := range []time.Duration{time.Millisecond, 5 * time.Millisecond, 25 * time.Millisecond} {
			base := b.revision()
			cs.ID = fmt.Sprint(i)
			ctx, cancel := context.WithTimeout(b.Context(), limit)
			made, err := b.store.Apply(ctx, base, store.Change{ChangeSet: cs})
			cancel()
			if err != nil {
				require.ErrorIs(b, err, context.DeadlineExceeded)
				require.Zero(b, made)
			}
			if b.revision() == base {
				require.Error(b, err)
				require.Equal(b, competency.Catalog{}, b.load())
			}
			require.Equal(b, base+1, b.apply(base, cs))
			require.Equal(b, normalizeCatalog(cs.Put.Catalog), b.load())
			b.edit(competency.ChangeSet{Delete: cs.Put})
		}
	}},
	{"a call that is cancelled midway says so, and the store is as good as before", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		large := competency.ChangeSet{Put: positions(500)}
		for i := range 25 {
			ctx, cancel := context.WithCancel(b.Context())
			timer := time.AfterFunc(time.Duration(i)*100*time.Microsecond, cancel)
			for _, m := range methods {
				if m.name == "Apply" {
					continue
				}
				if err := m.call(b.store, ctx); err != nil {
					require.ErrorIs(b, err, context.Canceled, m.name)
				}
			}
			if _, err := b.store.Apply(ctx, b.revision(), store.Change{ChangeSet: large}); err != nil {
				require.ErrorIs(b, err, context.Canceled)
			}
			timer.Stop()
			cancel()
		}
		require.Len(b, b.profiles(), 3)
		before := b.revision()
		require.Equal(b, before+1, b.put(large.Put))
		want := normalizeCatalog(sampleCatalog().Apply(large))
		require.Equal(b, want, b.load())
	}},
}
