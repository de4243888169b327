package servicetest

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// Clock is a time that passes when a test says so. It starts at kgtest.Now.
type Clock struct{ passed atomic.Int64 }

// Now returns the time.
func (c *Clock) Now() time.Time { return kgtest.Now.Add(time.Duration(c.passed.Load())) }

// Advance lets time pass.
func (c *Clock) Advance(by time.Duration) { c.passed.Add(int64(by)) }

// StoreCalls lists the calls of a store, which are its round trips.
type StoreCalls struct {
	mu   sync.Mutex
	made []string
}

// Watch returns a store whose calls are listed.
func (l *StoreCalls) Watch(s store.Store) store.Store {
	return store.Observe(s, func(method string, _ time.Duration, _ error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.made = append(l.made, method)
	})
}

// Take returns the calls since it was last asked.
func (l *StoreCalls) Take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	made := l.made
	l.made = nil
	return made
}

// Gate stops a call of a store until a test opens it. It lets calls through until it is
// closed; the zero value is open.
type Gate struct {
	mu      sync.Mutex
	reached chan struct{} // closed when a call arrives; nil while the gate is open
	opened  chan struct{}
}

// Close closes the gate. It returns a channel that is closed when a call waits at the
// gate, and what opens it again.
func (g *Gate) Close() (reached <-chan struct{}, open func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r, o := make(chan struct{}), make(chan struct{})
	g.reached, g.opened = r, o
	return r, sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.reached, g.opened = nil, nil
		close(o)
	})
}

// Pass waits while the gate is closed.
func (g *Gate) Pass() {
	g.mu.Lock()
	reached, opened := g.reached, g.opened
	if reached != nil {
		select {
		case <-reached:
		default:
			close(reached)
		}
	}
	g.mu.Unlock()
	if opened != nil {
		<-opened
	}
}

// Within runs something that must not wait for anything else in the test, and fails the
// test where it does. The bound is ample: a busy machine must not exceed it.
func Within[T any](t testing.TB, run func() (T, error)) (T, error) {
	t.Helper()
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := run()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-time.After(time.Minute):
		require.FailNow(t, "this waits for what it must not wait for")
		panic("unreachable")
	}
}

// MemoryStore opens a store in memory.
func MemoryStore(t testing.TB) store.Store {
	t.Helper()
	s, err := sqlitestore.OpenMemory(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// FileStores opens one new file several times, as several programs would.
func FileStores(t testing.TB, n int) []store.Store {
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

// ApplyDirectly applies a set to a store, whatever our rules say of it.
func ApplyDirectly(t testing.TB, s store.Store, change func(*competency.ChangeSet)) store.Revision {
	t.Helper()
	base, err := s.Revision(context.Background())
	require.NoError(t, err)
	cs := competency.ChangeSet{At: kgtest.Now}
	change(&cs)
	made, err := s.Apply(context.Background(), base, store.Change{ChangeSet: cs})
	require.NoError(t, err)
	return made
}
