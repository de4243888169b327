package service_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// clock is a time that passes when a test says so.
type clock struct{ passed atomic.Int64 }

func (c *clock) now() time.Time           { return kgtest.Now.Add(time.Duration(c.passed.Load())) }
func (c *clock) advance(by time.Duration) { c.passed.Add(int64(by)) }

// trips lists the uses of a store.
type trips struct {
	mu   sync.Mutex
	made []string
}

func (l *trips) watch(s store.Store) store.Store {
	return store.Observe(s, func(method string, _ time.Duration, _ error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.made = append(l.made, method)
	})
}

// take returns what was used since it was last asked.
func (l *trips) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	made := l.made
	l.made = nil
	return made
}

func memory(t testing.TB) store.Store {
	t.Helper()
	s, err := sqlitestore.OpenMemory(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// handles opens a new file so many times, as several programs would.
func handles(t testing.TB, n int) []store.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "zhitu.db")
	all := make([]store.Store, n)
	for i := range all {
		s, err := sqlitestore.Open(context.Background(), path)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		all[i] = s
	}
	return all
}

func serve(t testing.TB, s store.Store, c *clock) *service.Service {
	t.Helper()
	svc, err := service.New(context.Background(), s, service.Config{Clock: c.now})
	require.NoError(t, err)
	return svc
}

// world is a catalog in the notation of kgtest with two people: E1, who has the
// masteries of the text, reports to E2.
func world(t testing.TB, text string) competency.ChangeSet {
	t.Helper()
	w := kgtest.New(t, text)
	var cs competency.ChangeSet
	cs.Put.Catalog = w.Catalog
	cs.Put.OrgUnits = []competency.OrgUnit{{Code: "HQ", Name: "总部"}, {Code: "DEV", Name: "研发部", Parent: "HQ"}}
	cs.Put.Employees = []competency.Employee{
		{Code: "E1", Name: "陈晓雨", OrgUnit: "DEV", Manager: "E2"}, {Code: "E2", Name: "许文博", OrgUnit: "HQ"},
	}
	for _, m := range w.Mastery {
		m.Employee = "E1"
		cs.Put.Mastery = append(cs.Put.Mastery, m)
	}
	return cs
}

// small is the catalog of most tests.
const small = `
	C { A 45m B C2 { D } }
	B <- A
	P: B=0.9*2! C2=0.5
	Q: A
	R VIDEO 20m zh-CN => A B
	@ A=0.8`

// fresh serves a world from a new store in memory.
func fresh(t testing.TB, text string) *service.Service {
	t.Helper()
	svc := serve(t, memory(t), &clock{})
	plant(t, svc, world(t, text))
	return svc
}

func plant(t testing.TB, svc *service.Service, cs competency.ChangeSet) *service.Import {
	t.Helper()
	done, err := svc.Import(context.Background(), cs, false)
	require.NoError(t, err)
	return done
}

// begin starts a request.
func begin() context.Context { return service.Begin(context.Background(), fault.English) }

func positionName(t testing.TB, svc *service.Service, code string) string {
	t.Helper()
	p, err := svc.Position(begin(), code)
	require.NoError(t, err)
	return p.Name()
}

// rename publishes a new name of position P.
func rename(t testing.TB, svc *service.Service, name string) service.Outcome {
	t.Helper()
	p, err := svc.UpsertPosition(begin(), service.UpsertPositionInput{Position: competency.Position{Code: "P", Name: name}})
	require.NoError(t, err)
	require.Empty(t, p.UserErrors)
	return p.Outcome
}

// direct applies a set to a store, whatever our rules say of it.
func direct(t testing.TB, s store.Store, change func(*competency.ChangeSet)) store.Revision {
	t.Helper()
	base, err := s.Revision(context.Background())
	require.NoError(t, err)
	cs := competency.ChangeSet{At: kgtest.Now}
	change(&cs)
	made, err := s.Apply(context.Background(), base, store.Change{ChangeSet: cs})
	require.NoError(t, err)
	return made
}

func revisionOf(t testing.TB, svc *service.Service) store.Revision {
	t.Helper()
	_, revision, err := svc.Catalog(begin())
	require.NoError(t, err)
	return revision
}

func expecting(revision int) service.Base { return service.Base{ExpectedRevision: &revision} }

func code(prefix string, i int) string { return fmt.Sprintf("%s%05d", prefix, i) }

// must is for what fails only when an answer grows too large.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
