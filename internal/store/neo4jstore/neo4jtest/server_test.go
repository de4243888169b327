package neo4jtest

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/stretchr/testify/require"
)

// queryValue runs a query once, on its own connection, and returns its value.
func queryValue(t *testing.T, s *Server, auth neo4j.AuthToken, cypher string) (any, error) {
	t.Helper()
	driver, err := neo4j.NewDriverWithContext(s.URI(), auth)
	require.NoError(t, err)
	defer func() { require.NoError(t, driver.Close(t.Context())) }()
	session := driver.NewSession(t.Context(), neo4j.SessionConfig{}) // not ExecuteQuery, which retries
	defer func() { require.NoError(t, session.Close(t.Context())) }()
	result, err := session.Run(t.Context(), cypher, nil)
	if err != nil {
		return nil, err
	}
	record, err := result.Single(t.Context())
	if err != nil {
		return nil, err
	}
	return record.Values[0], nil
}

func TestDataSurviveKillAndRestart(t *testing.T) {
	t.Parallel()
	classes := filepath.Join(t.TempDir(), "classes.log")
	s := New(t, Options{Flags: []string{"-Xlog:class+load:file=" + classes}})
	loaded, err := os.ReadFile(classes)
	require.NoError(t, err)
	require.Contains(t, string(loaded), "org.neo4j.kernel.database.Database source: shared objects file (top)", "the class archive is not used")
	written, err := queryValue(t, s, neo4j.NoAuth(), "CREATE (n:N {name: '知图'}) RETURN n.name")
	require.NoError(t, err)
	uri, pid := s.URI(), s.Pid()

	require.NoError(t, s.Kill())
	require.Error(t, handshake(t.Context(), s.Address()))
	require.False(t, isAlive(pid))
	require.NoError(t, s.Kill(), "again")

	require.NoError(t, s.Restart(t.Context()))
	require.Equal(t, uri, s.URI())
	require.NotEqual(t, pid, s.Pid())
	read, err := queryValue(t, s, neo4j.NoAuth(), "MATCH (n:N) RETURN n.name")
	require.NoError(t, err, "a server that answers is ready")
	require.Equal(t, written, read)

	require.NoError(t, s.Freeze())
	require.ErrorContains(t, handshake(t.Context(), s.Address()), "timeout")
	require.NoError(t, s.Thaw())
	require.NoError(t, handshake(t.Context(), s.Address()))

	require.NoError(t, s.Freeze()) // a frozen server can be stopped
	require.NoError(t, s.Stop())
	require.NoDirExists(t, s.Dir())
	require.ErrorContains(t, s.Restart(t.Context()), "its data are gone")
}

func TestPasswordSurvivesShutdown(t *testing.T) {
	t.Parallel()
	s := New(t, Options{Password: "correct horse", Dir: t.TempDir()})
	right := neo4j.BasicAuth("neo4j", "correct horse", "")
	requireAuthentication := func() {
		t.Helper()
		one, err := queryValue(t, s, right, "RETURN 1")
		require.NoError(t, err)
		require.Equal(t, int64(1), one)
		_, err = queryValue(t, s, neo4j.BasicAuth("neo4j", "battery staple", ""), "RETURN 1")
		require.ErrorContains(t, err, "Unauthorized")
	}
	requireAuthentication()
	require.NoError(t, s.Shutdown())
	require.NotContains(t, s.currentProcess().ProcessState.String(), "killed", "it did not end by itself")
	require.NoError(t, s.Restart(t.Context()))
	requireAuthentication()
	require.NoError(t, s.Stop())
	require.DirExists(t, filepath.Join(s.Dir(), "data"))
}

func TestFailedStartReportsReasonAndCleansUp(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	if err := Installed(""); err != nil {
		requireServer(t, err)
	}
	_, err := Start(t.Context(), Options{Settings: map[string]string{"no.such.setting": "1"}})
	require.ErrorContains(t, err, "no.such.setting")
	require.NotErrorAs(t, err, new(MissingError))

	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err = Start(ctx, Options{})
	require.ErrorIs(t, err, context.DeadlineExceeded)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	_, err = Start(t.Context(), Options{Port: listener.Addr().(*net.TCPAddr).Port})
	require.ErrorContains(t, err, "is taken")

	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	require.Empty(t, left)
}
