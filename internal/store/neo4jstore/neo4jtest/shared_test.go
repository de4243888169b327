package neo4jtest

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestShared runs in a child process of the tests below.
func TestShared(t *testing.T) {
	if os.Getenv("ZHITU_NEO4JTEST_SHARED") == "" {
		t.Skip("another test runs it")
	}
	uri := Shared(t)
	require.Equal(t, uri, Shared(t))
	t.Log("shared:", uri)
	if shared.server != nil {
		require.NoError(t, handshake(t.Context(), shared.server.Address()))
	}
}

func runSharedTest(t *testing.T, environment ...string) string {
	t.Helper()
	c := testProgram(t, append(environment, "ZHITU_NEO4JTEST_SHARED=1")...)
	c.Args = append(c.Args, "-test.run=^TestShared$", "-test.v")
	out, err := c.Output()
	require.NoError(t, err, string(out))
	_, uri, ok := strings.Cut(string(out), "shared: ")
	require.True(t, ok, string(out))
	uri, _, _ = strings.Cut(uri, "\n")
	return uri
}

func TestSharedServerStopsAfterTests(t *testing.T) {
	t.Parallel()
	requireServer(t, Installed(""))
	temporary := t.TempDir()
	uri := runSharedTest(t, "ZHITU_TEST_NEO4J_URI=", "TMPDIR="+temporary)
	at, ok := strings.CutPrefix(uri, "bolt://")
	require.True(t, ok)
	_, err := net.Dial("tcp", at)
	require.Error(t, err)
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestSharedServerFromEnvironmentIsLocked(t *testing.T) {
	t.Parallel()
	const uri = "bolt://neo4j.test:7687"
	release, err := acquireMachineLock(t.Context(), uri)
	require.NoError(t, err)
	got := make(chan string, 1)
	go func() {
		defer close(got)
		got <- runSharedTest(t, "ZHITU_TEST_NEO4J_URI="+uri)
	}()
	select {
	case <-got:
		require.Fail(t, "it did not wait")
	case <-time.After(500 * time.Millisecond): // a slow machine proves less, and does not fail
	}
	release()
	require.Equal(t, uri, <-got)
}

func TestLeaseIsHeldUntilItsTestsEnd(t *testing.T) {
	t.Parallel()
	const uri = "bolt://lease.test:7687"
	var l lease
	t.Run("while tests hold it", func(t *testing.T) {
		require.NoError(t, l.acquire(t, uri))
		t.Run("together", func(t *testing.T) { require.NoError(t, l.acquire(t, uri)) })
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err := acquireMachineLock(ctx, uri)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
	release, err := acquireMachineLock(t.Context(), uri)
	require.NoError(t, err)
	release()
}
