package neo4jtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"
)

// lockTimeout is less than the usual timeout of go test for a package, so that the test
// can report the reason.
const lockTimeout = 9 * time.Minute

var shared struct {
	main bool // Main runs, and will stop the server

	once   sync.Once
	uri    string
	err    error
	server *Server // nil if the environment names one
	lease  lease
}

// Main runs the tests of a package and stops the server that Shared started:
//
//	func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }
func Main(m *testing.M) int {
	shared.main = true
	code := m.Run()
	if shared.server == nil {
		return code
	}
	if err := shared.server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop Neo4j:", err)
		return max(code, 1)
	}
	return code
}

// Shared returns the URI of the one server that the tests of this process share. The
// first test that calls it starts the server, unless the environment names one. That one
// may serve other processes, too: then a test has it alone until it ends. The caller
// deletes what other tests have left in the database.
func Shared(t testing.TB) string {
	t.Helper()
	if !shared.main {
		panic("neo4jtest: Shared needs a TestMain that runs the tests with Main")
	}
	skipIfShort(t)
	shared.once.Do(func() {
		if shared.uri = os.Getenv("ZHITU_TEST_NEO4J_URI"); shared.uri != "" {
			return
		}
		if shared.server, shared.err = Start(context.Background(), Options{}); shared.err == nil { // it outlives this test
			shared.uri = shared.server.URI()
		}
	})
	requireServer(t, shared.err)
	if shared.server == nil {
		requireServer(t, shared.lease.acquire(t, shared.uri))
	}
	return shared.uri
}

// lease is the right of this process to use a server that several processes share. The
// tests that use it now hold it together.
type lease struct {
	mu         sync.Mutex
	holders    int
	release    func()
	releasedAt time.Time
}

// acquire waits for the lease, and holds it until the test ends.
func (l *lease) acquire(t testing.TB, uri string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holders == 0 {
		// Fairness: processes that wait try every lockPoll, so they come first.
		time.Sleep(time.Until(l.releasedAt.Add(3 * lockPoll)))
		ctx, cancel := context.WithTimeout(context.Background(), lockTimeout)
		defer cancel()
		var err error
		if l.release, err = acquireMachineLock(ctx, uri); err != nil {
			return err
		}
	}
	l.holders++
	t.Cleanup(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.holders--; l.holders == 0 {
			l.release()
			l.releasedAt = time.Now()
		}
	})
	return nil
}

// New starts a server for one test, and stops it when the test ends.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	skipIfShort(t)
	s, err := Start(t.Context(), o)
	requireServer(t, err)
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error("stop Neo4j:", err)
		}
	})
	return s
}

// requireServer ends a test that has no server. A program that is not installed skips the
// test, but in CI it must be noticed.
func requireServer(t testing.TB, err error) {
	t.Helper()
	_, missing := errors.AsType[MissingError](err)
	switch {
	case err == nil:
	case missing && os.Getenv("CI") != "true":
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}

// skipIfShort skips a test that needs a server under go test -short.
func skipIfShort(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a Neo4j, which -short leaves out")
	}
}
