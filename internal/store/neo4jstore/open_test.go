package neo4jstore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
)

// secretPassword must not be in any message.
const secretPassword = "hunter2-hunter2"

// No server listens at the address: all of these are refused without connecting.
func TestOpenRefusesInvalidOptions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	noPEM := filepath.Join(dir, "no.pem")
	require.NoError(t, os.WriteFile(noPEM, []byte("not a certificate"), 0o600))
	const unusedAddress = "127.0.0.1:1"
	for _, c := range []struct {
		uri, caFile, says string
	}{
		{"", "", "with one of the schemes neo4j, neo4j+s, neo4j+ssc, bolt, bolt+s, bolt+ssc"},
		{"http://" + unusedAddress, "", "is not a URI such as neo4j://localhost:7687"},
		{"NEO4J+X://" + unusedAddress, "", "is not a URI"},
		{"bolt+unix:///run/neo4j.sock", "", "is not a URI"},
		{"bolt://", "", "is not a URI"},
		{"bolt://:7687", "", "is not a URI"},
		{"localhost:7687", "", "is not a URI"},
		{"bolt://127.0.0.1:port", "", "is not a URI"},
		{"bolt://neo4j:" + secretPassword + "@" + unusedAddress, "", "set ZHITU_NEO4J_USER and ZHITU_NEO4J_PASSWORD"},
		{"http://neo4j:" + secretPassword + "@" + unusedAddress, "", "set ZHITU_NEO4J_USER and ZHITU_NEO4J_PASSWORD"},
		{"bolt://neo4j:" + secretPassword + "%zz@" + unusedAddress, "", "is not a URI"},
		{"bolt://neo4j:" + secretPassword + "/x@" + unusedAddress, "", "is not a URI"},
		{"neo4j:" + secretPassword + "@" + unusedAddress, "", "leave user and password out"}, // without the two slashes
		{"bolt:neo4j:" + secretPassword + "@" + unusedAddress, "", "leave user and password out"},
		{"bolt://" + unusedAddress + "/people", "", "ZHITU_NEO4J_DATABASE"},
		{"bolt://" + unusedAddress + "?database=people", "", "ZHITU_NEO4J_DATABASE"},
		{"neo4j://" + unusedAddress + "#people", "", "ZHITU_NEO4J_DATABASE"},
		{"bolt://" + unusedAddress, noPEM, "a CA file is for the schemes neo4j+s and bolt+s, and this is bolt"},
		{"neo4j+ssc://" + unusedAddress, noPEM, "and this is neo4j+ssc"},
		{"bolt+s://" + unusedAddress, filepath.Join(dir, "none.pem"), "none.pem"},
		{"bolt+s://" + unusedAddress, dir, "is a directory"},
		{"neo4j+s://" + unusedAddress, noPEM, noPEM + " holds no certificate in PEM"},
	} {
		t.Run(c.uri+" "+filepath.Base(c.caFile), func(t *testing.T) {
			s, err := neo4jstore.Open(t.Context(), c.uri, neo4jstore.Options{CAFile: c.caFile})
			require.Nil(t, s)
			require.ErrorIs(t, err, neo4jstore.ErrOptions)
			require.NotErrorIs(t, err, store.ErrUnavailable)
			require.False(t, neo4jstore.RetryableOpenError(err), "waiting does not help")
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), secretPassword)
		})
	}
}

// An unreachable server is retryable, and not an error of the URI.
func TestOpenUnreachableServerIsUnavailable(t *testing.T) {
	t.Parallel()
	for _, uri := range []string{"bolt://127.0.0.1:1", "bolt://127.0.0.1:1/", "neo4j://127.0.0.1:1", "bolt+ssc://127.0.0.1:1", "bolt://no.such.host.invalid"} {
		err := awaitResult(t, func() error {
			s, err := neo4jstore.Open(t.Context(), uri, neo4jstore.Options{})
			assert.Nil(t, s)
			return err
		})
		require.ErrorIs(t, err, store.ErrUnavailable, uri)
		require.NotErrorIs(t, err, neo4jstore.ErrOptions)
		require.True(t, neo4jstore.RetryableOpenError(err), "%s: %v", uri, err)
	}
}

func TestOpenRespectsContext(t *testing.T) {
	uri := blankDatabase(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := neo4jstore.Open(ctx, uri, neo4jstore.Options{})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, "0", dumpRows(t, uri, "MATCH (n) RETURN count(n)"))
}

func TestOpenRefusesNewerSchema(t *testing.T) {
	uri := blankDatabase(t)
	applyRecords(t, openStore(t, uri), plantRecords())
	runCypher(t, uri, "MATCH (z:Zhitu {name: 'store'}) SET z.schema = 99")
	before := dumpDatabase(t, uri)
	s, err := neo4jstore.Open(t.Context(), uri, neo4jstore.Options{})
	require.Nil(t, s)
	require.ErrorIs(t, err, store.ErrSchema)
	require.ErrorContains(t, err, "the database has schema 99, this program knows")
	require.False(t, neo4jstore.RetryableOpenError(err))
	require.Equal(t, before, dumpDatabase(t, uri))
}

func TestReopeningChangesNothing(t *testing.T) {
	uri := blankDatabase(t)
	applyRecords(t, openStore(t, uri), plantRecords())
	before := dumpDatabase(t, uri)
	require.Equal(t, store.Revision(1), revisionOf(t, openStore(t, uri)))
	require.Equal(t, before, dumpDatabase(t, uri))
}

// Neo4j does not take constraints and data in one transaction, so a migration may be
// interrupted between them.
func TestInterruptedMigrationIsCompleted(t *testing.T) {
	uri := blankDatabase(t)
	for _, left := range []string{
		"DROP CONSTRAINT zhitu_name IF EXISTS",
		"CREATE (:Zhitu {name: 'store', revision: 0, written: 0, writes: [], counted: [0, 0, 0, 0, 0, 0, 0, 0, 0]})",
		"MATCH (z:Zhitu {name: 'store'}) CREATE (:Zhitu {name: 'gate', catalog: 0, people: 0})",
	} {
		runCypher(t, uri, left)
		s := openStore(t, uri)
		require.Equal(t, "1", dumpRows(t, uri, "SHOW CONSTRAINTS YIELD name WHERE name = 'zhitu_name' RETURN count(*)"))
		require.Equal(t, "gate\nstore", dumpRows(t, uri, "MATCH (z:Zhitu) RETURN z.name ORDER BY z.name"))
		require.Zero(t, revisionOf(t, s))
		runCypher(t, uri, "MATCH (n) DETACH DELETE n")
	}
}

func TestConcurrentOpenOfNewDatabase(t *testing.T) {
	for range 3 {
		uri := blankDatabase(t)
		for _, r := range runCypher(t, uri, "SHOW CONSTRAINTS YIELD name RETURN name") {
			runCypher(t, uri, fmt.Sprintf("DROP CONSTRAINT %s", r.Values[0]))
		}
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				s, err := neo4jstore.Open(t.Context(), uri, ampleTimeout)
				if !assert.NoError(t, err) {
					return
				}
				_, err = s.Apply(t.Context(), 0, store.Change{ChangeSet: competency.ChangeSet{Put: employeeRecord(fmt.Sprint("e", i), "n")}})
				assert.NoError(t, err)
				assert.NoError(t, s.Close())
			})
		}
		all.Wait()
		require.Equal(t, "6", dumpRows(t, uri, "MATCH (e:Employee) RETURN count(e)"))
		require.Equal(t, "2", dumpRows(t, uri, "MATCH (z:Zhitu) RETURN count(z)"))
		require.Equal(t, "19", dumpRows(t, uri, "SHOW CONSTRAINTS YIELD name WHERE name STARTS WITH 'zhitu_' RETURN count(*)"))
	}
}

// A program that is killed while the server creates a constraint may leave its index alone.
func TestOpenCreatesConstraintsWhoseIndexWasLeft(t *testing.T) {
	uri := blankDatabase(t)
	runCypher(t, uri, "DROP CONSTRAINT zhitu_employee_code IF EXISTS")
	runCypher(t, uri, "MATCH (z:Zhitu) DETACH DELETE z")
	runCypher(t, uri, "CREATE INDEX zhitu_employee_code FOR (n:Employee) ON (n.code)")
	s, err := neo4jstore.Open(t.Context(), uri, ampleTimeout)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.Equal(t, "1", dumpRows(t, uri, "SHOW CONSTRAINTS YIELD name WHERE name = 'zhitu_employee_code' RETURN count(*)"))
}

func TestOpenRefusesForeignNodesUnderOwnLabels(t *testing.T) {
	for _, label := range []string{"Learnable", "Competency", "KnowledgePoint", "Position", "Resource", "OrgUnit", "Employee", "ChangeSet"} {
		uri := blankDatabase(t)
		for _, r := range runCypher(t, uri, "SHOW CONSTRAINTS YIELD name RETURN name") {
			runCypher(t, uri, fmt.Sprintf("DROP CONSTRAINT %s", r.Values[0]))
		}
		runCypher(t, uri, fmt.Sprintf("CREATE (:Thing)-[:HAS]->(:%s:Mine {code: 1})", label))
		before := dumpDatabase(t, uri)
		s, err := neo4jstore.Open(t.Context(), uri, neo4jstore.Options{})
		require.Nil(t, s, label)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), label)
		require.ErrorContains(t, err, "choose an empty database")
		require.ErrorContains(t, err, label)
		require.False(t, neo4jstore.RetryableOpenError(err))
		require.Equal(t, before, dumpDatabase(t, uri), label)
		require.Equal(t, "0", dumpRows(t, uri, "SHOW CONSTRAINTS YIELD name RETURN count(*)"), label)
	}
}

// dumpDatabase returns the whole database as text, foreign data too.
func dumpDatabase(t *testing.T, uri string) string {
	t.Helper()
	return dumpRows(t, uri, "MATCH (n) RETURN elementId(n), labels(n), properties(n) ORDER BY elementId(n)") +
		dumpRows(t, uri, "MATCH (a)-[r]->(b) RETURN elementId(r), elementId(a), type(r), elementId(b), properties(r) ORDER BY elementId(r)")
}
