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

// lockPatience is less than what go test gives a package as a rule, so that the
// reason is told.
const lockPatience = 9 * time.Minute

var shared struct {
	main bool // somebody will stop it

	once   sync.Once
	uri    string
	err    error
	server *Server // nil if the environment names one
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

// Shared is the URI of the one server that the tests of this process share. It
// starts with the first test that asks, or is the one that the environment names;
// then other processes that ask for the same wait until this one has ended.
// Tests isolate themselves.
func Shared(t testing.TB) string {
	t.Helper()
	if !shared.main {
		panic("neo4jtest: Shared needs a TestMain that runs the tests with Main")
	}
	skipIfShort(t)
	shared.once.Do(func() {
		ctx := context.Background() // it outlives this test
		if shared.uri = os.Getenv("ZHITU_TEST_NEO4J_URI"); shared.uri != "" {
			ctx, cancel := context.WithTimeout(ctx, lockPatience)
			defer cancel()
			_, shared.err = lock(ctx, shared.uri) // and never released
			return
		}
		if shared.server, shared.err = Start(ctx, Options{}); shared.err == nil {
			shared.uri = shared.server.URI()
		}
	})
	need(t, shared.err)
	return shared.uri
}

// New starts a server for one test, and stops it when that ends.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	skipIfShort(t)
	s, err := Start(t.Context(), o)
	need(t, err)
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error("stop Neo4j:", err)
		}
	})
	return s
}

// need ends a test that has no server: what is not installed is no failure of
// this program, but in CI it must be noticed.
func need(t testing.TB, err error) {
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
