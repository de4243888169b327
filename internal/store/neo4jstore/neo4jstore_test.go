package neo4jstore_test

import (
	"context"
	"os"
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
	"github.com/zhitu/zhitu/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, empty(t)) })
}

func TestConformanceOfTwoHandles(t *testing.T) {
	storetest.RunShared(t, func(t *testing.T) (first, second store.Store) {
		uri := empty(t)
		return open(t, uri), open(t, uri)
	})
}

func TestConformanceWithRouting(t *testing.T) {
	storetest.RunShared(t, func(t *testing.T) (first, second store.Store) {
		uri := "neo4j" + empty(t)[len("bolt"):]
		return open(t, uri), open(t, uri)
	})
}

// empty returns a server with nothing in it.
func empty(t *testing.T) (uri string) {
	t.Helper()
	uri = neo4jtest.Shared(t)
	cypher(t, uri, "MATCH (n) DETACH DELETE n")
	return uri
}

func open(t *testing.T, uri string) *neo4jstore.Store {
	t.Helper()
	s, err := neo4jstore.Open(t.Context(), uri, ample)
	require.NoError(t, err)
	return s
}

// cypher does what a person does in Neo4j Browser.
func cypher(t *testing.T, uri, statement string) []*neo4j.Record {
	t.Helper()
	driver, err := neo4j.NewDriverWithContext(uri, neo4j.NoAuth())
	require.NoError(t, err)
	defer driver.Close(context.Background())
	result, err := neo4j.ExecuteQuery(t.Context(), driver, statement, nil, neo4j.EagerResultTransformer)
	require.NoError(t, err)
	return result.Records
}
