package neo4jstore_test

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
)

// requireExplained requires an error of the contract that has some words in both
// languages, and that is not retryable.
func requireExplained(t *testing.T, err, term error, code fault.Code, words ...string) {
	t.Helper()
	require.ErrorIs(t, err, term)
	require.Equal(t, code, fault.CodeOf(err), "%v", err)
	require.False(t, neo4jstore.RetryableOpenError(err), "%v", err)
	explained, ok := errors.AsType[*fault.Error](err)
	require.True(t, ok)
	for _, word := range words {
		require.Contains(t, explained.Text.EN, word)
		require.Contains(t, explained.Text.ZH, word)
	}
}

// warmUp runs the first statements on a new server: on a busy machine a cold JVM takes
// longer than a store's timeout.
func warmUp(t *testing.T, uri string, auth neo4j.AuthToken) {
	t.Helper()
	driver, err := neo4j.NewDriverWithContext(uri, auth)
	require.NoError(t, err)
	defer driver.Close(t.Context())
	for range 2 {
		for _, statement := range []string{"MATCH (z:Zhitu {name: 'store'}) WHERE z.schema IS NOT NULL RETURN z.schema", "MATCH (n:Learnable|Employee) RETURN labels(n) LIMIT 1"} {
			_, err = neo4j.ExecuteQuery(t.Context(), driver, statement, nil, neo4j.EagerResultTransformer)
			require.NoError(t, err)
		}
	}
}

func TestPasswordsAndDatabases(t *testing.T) {
	t.Parallel()
	server := neo4jtest.New(t, neo4jtest.Options{Password: secretPassword, Settings: map[string]string{"dbms.security.auth_lock_time": "2s"}})
	uri := server.URI()
	warmUp(t, uri, neo4j.BasicAuth("neo4j", secretPassword, ""))
	right := neo4jstore.Options{Password: secretPassword, Timeout: ampleTimeout.Timeout}

	t.Run("the right password", func(t *testing.T) {
		for _, o := range []neo4jstore.Options{right, {User: "neo4j", Password: secretPassword, Database: "neo4j", Timeout: ampleTimeout.Timeout}} {
			for _, uri := range []string{uri, "neo4j" + strings.TrimPrefix(uri, "bolt")} {
				s := openStoreWith(t, uri, o)
				applyRecords(t, s, employeeRecord("e", "n"))
				require.Equal(t, "n", employeeName(t, s, "e"))
			}
		}
	})
	t.Run("no such database", func(t *testing.T) {
		for _, uri := range []string{uri, "neo4j" + strings.TrimPrefix(uri, "bolt")} {
			_, err := neo4jstore.Open(t.Context(), uri, neo4jstore.Options{Password: secretPassword, Database: "people"})
			requireExplained(t, err, store.ErrUnavailable, fault.Unavailable, `"people"`, "ZHITU_NEO4J_DATABASE")
		}
	})
	t.Run("the database that Neo4j keeps its users in", func(t *testing.T) {
		_, err := neo4jstore.Open(t.Context(), uri, neo4jstore.Options{Password: secretPassword, Database: "system"})
		require.ErrorContains(t, err, "system")
		require.False(t, neo4jstore.RetryableOpenError(err))
	})
	t.Run("a wrong password, none, and a user who is not there", func(t *testing.T) {
		const wrong = "battery-staple"
		for _, o := range []neo4jstore.Options{{Password: wrong}, {}, {User: "unknown", Password: wrong}} {
			_, err := neo4jstore.Open(t.Context(), uri, o)
			user := o.User
			if user == "" {
				user = "neo4j"
			}
			requireExplained(t, err, store.ErrUnavailable, fault.Unavailable, `"`+user+`"`, "ZHITU_NEO4J_PASSWORD")
			require.NotContains(t, err.Error(), wrong)
			require.Empty(t, openStoreWith(t, uri, right).Ping(t.Context()), "one wrong password locks no user out")
		}
	})
	t.Run("too many wrong ones", func(t *testing.T) {
		var err error
		for range 10 {
			_, err = neo4jstore.Open(t.Context(), uri, neo4jstore.Options{Password: "battery-staple"})
			requireExplained(t, err, store.ErrUnavailable, fault.Unavailable, "ZHITU_NEO4J_PASSWORD")
			if strings.Contains(err.Error(), "too many wrong passwords") {
				break
			}
		}
		require.ErrorContains(t, err, "refuses logins for a while after too many wrong passwords")
		// The right password is refused, too, until the lock ends.
		_, err = neo4jstore.Open(t.Context(), uri, right)
		requireExplained(t, err, store.ErrUnavailable, fault.Unavailable, "ZHITU_NEO4J_PASSWORD")
		require.Eventually(t, func() bool {
			s, err := neo4jstore.Open(t.Context(), uri, right)
			return err == nil && s.Close() == nil
		}, ampleBound, time.Second)
	})
	t.Run("a password that is changed under a handle", func(t *testing.T) {
		s := openStoreWith(t, uri, right)
		driver, err := neo4j.NewDriverWithContext(uri, neo4j.BasicAuth("neo4j", secretPassword, ""))
		require.NoError(t, err)
		defer driver.Close(t.Context())
		_, err = neo4j.ExecuteQuery(t.Context(), driver, "ALTER CURRENT USER SET PASSWORD FROM $old TO $new",
			map[string]any{"old": secretPassword, "new": secretPassword + "3"}, neo4j.EagerResultTransformer, neo4j.ExecuteQueryWithDatabase("system"))
		require.NoError(t, err)
		require.NoError(t, server.Restart(t.Context())) // a connection that is logged in stays so
		warmUp(t, uri, neo4j.BasicAuth("neo4j", secretPassword+"3", ""))
		requireEventually(t, func() bool { return fault.CodeOf(s.Ping(t.Context())) == fault.Unavailable })
		requireExplained(t, s.Ping(t.Context()), store.ErrUnavailable, fault.Unavailable, "ZHITU_NEO4J_PASSWORD")
	})
}

func TestReadOnlyDatabase(t *testing.T) {
	t.Parallel()
	server := neo4jtest.New(t, neo4jtest.Options{Dir: t.TempDir()})
	warmUp(t, server.URI(), neo4j.NoAuth())
	s := openStore(t, server.URI())
	applyRecords(t, s, plantRecords())
	runCypher(t, server.URI(), "MATCH (z:Zhitu {name: 'store'}) SET z.schema = 0") // so that the next Open has to write
	require.NoError(t, server.Shutdown())

	// The same data at the same address, on a server that allows no writes.
	_, port, err := net.SplitHostPort(server.Address())
	require.NoError(t, err)
	number, err := strconv.Atoi(port)
	require.NoError(t, err)
	locked := neo4jtest.New(t, neo4jtest.Options{
		Dir: server.Dir(), Port: number, Settings: map[string]string{"server.databases.default_to_read_only": "true"},
	})
	warmUp(t, locked.URI(), neo4j.NoAuth())
	_, err = neo4jstore.Open(t.Context(), locked.URI(), neo4jstore.Options{})
	requireExplained(t, err, store.ErrUnavailable, fault.Unavailable, "ZHITU_NEO4J_DATABASE")
	require.ErrorContains(t, err, "the database is read-only")

	for _, r := range []competency.Records{positionRecord("p", "n"), employeeRecord("li", "李明")} {
		_, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: competency.ChangeSet{Put: r}})
		requireExplained(t, err, store.ErrUnavailable, fault.Unavailable, "ZHITU_NEO4J_DATABASE")
		require.ErrorContains(t, err, "the database is read-only")
	}
	for range 5 { // the circuit breaker stays closed: the server answers
		require.Equal(t, plantRecords().Catalog.KnowledgePoints, loadCatalog(t, s).KnowledgePoints)
		require.Equal(t, "李雷", employeeName(t, s, "li"))
		require.Equal(t, store.Revision(1), revisionOf(t, s))
	}
}
