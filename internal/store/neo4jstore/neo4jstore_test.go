package neo4jstore_test

import (
	"flag"
	"os"
	"sync"
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
	"github.com/zhitu/zhitu/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if uri := os.Getenv(migrateVariable); uri != "" {
		os.Exit(migrateInChild(uri))
	}
	os.Exit(neo4jtest.Main(m))
}

var externalDrivers sync.Map // by URI; they end with the process

// externalDriver returns a driver of another program. It is kept, because connecting
// takes longer than most statements.
func externalDriver(uri string) (neo4j.DriverWithContext, error) {
	if driver, ok := externalDrivers.Load(uri); ok {
		return driver.(neo4j.DriverWithContext), nil
	}
	driver, err := neo4j.NewDriverWithContext(uri, neo4j.NoAuth())
	if err == nil {
		externalDrivers.Store(uri, driver)
	}
	return driver, err
}

// The random worlds of the suite are as many as for SQLite divided by three: each takes
// a hundred round trips here.
func TestConformance(t *testing.T) {
	require.NoError(t, flag.Set("rapid.checks", "30"))
	t.Cleanup(func() { require.NoError(t, flag.Set("rapid.checks", "100")) })
	storetest.Run(t, func(t *testing.T) store.Store { return openUnmanaged(t, emptyDatabase(t)) })
}

func TestConformanceTwoStores(t *testing.T) {
	storetest.RunShared(t, func(t *testing.T) (first, second store.Store) {
		uri := emptyDatabase(t)
		return openUnmanaged(t, uri), openUnmanaged(t, uri)
	})
}

func TestConformanceWithRouting(t *testing.T) {
	storetest.RunShared(t, func(t *testing.T) (first, second store.Store) {
		uri := "neo4j" + emptyDatabase(t)[len("bolt"):]
		return openUnmanaged(t, uri), openUnmanaged(t, uri)
	})
}

// blankDatabase returns the shared server, with no node in it: it is not ours yet. What
// becomes of its constraints is the test's affair, so the next empty store is prepared.
func blankDatabase(t *testing.T) (uri string) {
	t.Helper()
	freshNodes = nil
	uri = neo4jtest.Shared(t)
	runCypher(t, uri, "MATCH (n) DETACH DELETE n")
	return uri
}

// freshNodes are the properties of the nodes that an empty store has of its own, none
// where the next one has to be prepared. Tests with the shared server run one after the
// other.
var freshNodes []any

// emptyDatabase returns the shared server, with an empty store in it. It is prepared
// once: to create and drop constraints again makes Neo4j plan every query again.
func emptyDatabase(t *testing.T) (uri string) {
	t.Helper()
	uri = neo4jtest.Shared(t)
	if len(freshNodes) == 0 {
		require.NoError(t, openUnmanaged(t, blankDatabase(t)).Close())
		for _, r := range runCypher(t, uri, "MATCH (z:Zhitu) RETURN properties(z)") {
			freshNodes = append(freshNodes, r.Values[0])
		}
		return uri
	}
	driver, err := externalDriver(uri)
	require.NoError(t, err)
	_, err = neo4j.ExecuteQuery(t.Context(), driver, "MATCH (n) DETACH DELETE n WITH count(*) AS deleted UNWIND $nodes AS node CREATE (z:Zhitu) SET z = node",
		map[string]any{"nodes": freshNodes}, neo4j.EagerResultTransformer)
	require.NoError(t, err)
	return uri
}

func openUnmanaged(t *testing.T, uri string) *neo4jstore.Store {
	t.Helper()
	s, err := neo4jstore.Open(t.Context(), uri, ampleTimeout)
	require.NoError(t, err)
	return s
}

// runCypher runs a statement as a person does in Neo4j Browser.
func runCypher(t *testing.T, uri, statement string) []*neo4j.Record {
	t.Helper()
	driver, err := externalDriver(uri)
	require.NoError(t, err)
	result, err := neo4j.ExecuteQuery(t.Context(), driver, statement, nil, neo4j.EagerResultTransformer)
	require.NoError(t, err)
	return result.Records
}
