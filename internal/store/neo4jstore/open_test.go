package neo4jstore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
)

// secret is the one password that no message may repeat.
const secret = "hunter2-hunter2"

// None of these reaches a server: there is none at the address.
func TestOpenRefusesWhatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	noPEM := filepath.Join(dir, "no.pem")
	require.NoError(t, os.WriteFile(noPEM, []byte("not a certificate"), 0o600))
	const nobody = "127.0.0.1:1"
	for _, c := range []struct {
		uri, caFile, says string
	}{
		{"", "", "with one of the schemes neo4j, neo4j+s, neo4j+ssc, bolt, bolt+s, bolt+ssc"},
		{"http://" + nobody, "", "is not a URI such as neo4j://localhost:7687"},
		{"NEO4J+X://" + nobody, "", "is not a URI"},
		{"bolt+unix:///run/neo4j.sock", "", "is not a URI"},
		{"bolt://", "", "is not a URI"},
		{"bolt://:7687", "", "is not a URI"},
		{"localhost:7687", "", "is not a URI"},
		{"bolt://127.0.0.1:port", "", "is not a URI"},
		{"bolt://neo4j:" + secret + "@" + nobody, "", "set ZHITU_NEO4J_USER and ZHITU_NEO4J_PASSWORD"},
		{"http://neo4j:" + secret + "@" + nobody, "", "set ZHITU_NEO4J_USER and ZHITU_NEO4J_PASSWORD"},
		{"bolt://neo4j:" + secret + "%zz@" + nobody, "", "is not a URI"},
		{"bolt://neo4j:" + secret + "/x@" + nobody, "", "is not a URI"},
		{"neo4j:" + secret + "@" + nobody, "", "leave user and password out"}, // two slashes were forgotten
		{"bolt:neo4j:" + secret + "@" + nobody, "", "leave user and password out"},
		{"bolt://" + nobody + "/people", "", "ZHITU_NEO4J_DATABASE"},
		{"bolt://" + nobody + "?database=people", "", "ZHITU_NEO4J_DATABASE"},
		{"neo4j://" + nobody + "#people", "", "ZHITU_NEO4J_DATABASE"},
		{"bolt://" + nobody, noPEM, "a CA file is for the schemes neo4j+s and bolt+s, and this is bolt"},
		{"neo4j+ssc://" + nobody, noPEM, "and this is neo4j+ssc"},
		{"bolt+s://" + nobody, filepath.Join(dir, "none.pem"), "none.pem"},
		{"bolt+s://" + nobody, dir, "is a directory"},
		{"neo4j+s://" + nobody, noPEM, noPEM + " holds no certificate in PEM"},
	} {
		t.Run(c.uri+" "+filepath.Base(c.caFile), func(t *testing.T) {
			s, err := neo4jstore.Open(t.Context(), c.uri, neo4jstore.Options{CAFile: c.caFile})
			require.Nil(t, s)
			require.ErrorIs(t, err, neo4jstore.ErrOptions)
			require.NotErrorIs(t, err, store.ErrUnavailable)
			require.False(t, neo4jstore.Unreached(err), "waiting does not help")
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), secret)
		})
	}
}

// What may be gone once the server has started is not an error of the URI.
func TestOpenWhereNobodyListensIsUnavailable(t *testing.T) {
	for _, uri := range []string{"bolt://127.0.0.1:1", "bolt://127.0.0.1:1/", "neo4j://127.0.0.1:1", "bolt+ssc://127.0.0.1:1", "bolt://no.such.host.invalid"} {
		began := time.Now()
		s, err := neo4jstore.Open(t.Context(), uri, neo4jstore.Options{})
		require.Nil(t, s)
		require.ErrorIs(t, err, store.ErrUnavailable, uri)
		require.NotErrorIs(t, err, neo4jstore.ErrOptions)
		require.True(t, neo4jstore.Unreached(err), "%s: %v", uri, err)
		require.Less(t, time.Since(began), 3*time.Second, uri)
	}
}

func TestOpenHeedsItsContext(t *testing.T) {
	uri := empty(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := neo4jstore.Open(ctx, uri, neo4jstore.Options{})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, "0", dump(t, uri, "MATCH (n) RETURN count(n)"))
}

func TestANewerSchemaIsRefusedAndLeftAsItIs(t *testing.T) {
	uri := empty(t)
	put(t, handle(t, uri), plant())
	cypher(t, uri, "MATCH (z:Zhitu {name: 'store'}) SET z.schema = 99")
	before := everything(t, uri)
	s, err := neo4jstore.Open(t.Context(), uri, neo4jstore.Options{})
	require.Nil(t, s)
	require.ErrorIs(t, err, store.ErrSchema)
	require.ErrorContains(t, err, "the database has schema 99, this program knows")
	require.False(t, neo4jstore.Unreached(err))
	require.Equal(t, before, everything(t, uri))
}

func TestOpeningAgainChangesNothing(t *testing.T) {
	uri := empty(t)
	put(t, handle(t, uri), plant())
	before := everything(t, uri)
	require.Equal(t, store.Revision(1), revisionOf(t, handle(t, uri)))
	require.Equal(t, before, everything(t, uri))
}

// As one that was broken off has left it: Neo4j takes constraints and data apart.
func TestAMigrationThatWasBrokenOffIsFinished(t *testing.T) {
	uri := empty(t)
	for _, left := range []string{
		"DROP CONSTRAINT zhitu_name IF EXISTS",
		"CREATE (:Zhitu {name: 'store', revision: 0, written: 0, writes: [], counted: [0, 0, 0, 0, 0, 0, 0, 0, 0]})",
		"MATCH (z:Zhitu {name: 'store'}) CREATE (:Zhitu {name: 'gate', catalog: 0, people: 0})",
	} {
		cypher(t, uri, left)
		s := handle(t, uri)
		require.Equal(t, "1", dump(t, uri, "SHOW CONSTRAINTS YIELD name WHERE name = 'zhitu_name' RETURN count(*)"))
		require.Equal(t, "gate\nstore", dump(t, uri, "MATCH (z:Zhitu) RETURN z.name ORDER BY z.name"))
		require.Zero(t, revisionOf(t, s))
		cypher(t, uri, "MATCH (n) DETACH DELETE n")
	}
}

func TestHandlesThatOpenANewDatabaseAtOnceAllSucceed(t *testing.T) {
	for range 3 {
		uri := empty(t)
		for _, r := range cypher(t, uri, "SHOW CONSTRAINTS YIELD name RETURN name") {
			cypher(t, uri, fmt.Sprintf("DROP CONSTRAINT %s", r.Values[0]))
		}
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				s, err := neo4jstore.Open(t.Context(), uri, neo4jstore.Options{})
				if !assert.NoError(t, err) {
					return
				}
				_, err = s.Apply(t.Context(), 0, store.Change{ChangeSet: competency.ChangeSet{Put: named(fmt.Sprint("e", i), "n")}})
				assert.NoError(t, err)
				assert.NoError(t, s.Close())
			})
		}
		all.Wait()
		require.Equal(t, "6", dump(t, uri, "MATCH (e:Employee) RETURN count(e)"))
		require.Equal(t, "2", dump(t, uri, "MATCH (z:Zhitu) RETURN count(z)"))
		require.Equal(t, "13", dump(t, uri, "SHOW CONSTRAINTS YIELD name WHERE name STARTS WITH 'zhitu_' RETURN count(*)"))
	}
}

func TestSomebodyElsesNodesUnderOurLabelsAreRefusedBeforeAnythingIsWritten(t *testing.T) {
	for _, label := range []string{"Learnable", "Competency", "KnowledgePoint", "Position", "Resource", "OrgUnit", "Employee", "ChangeSet"} {
		uri := empty(t)
		for _, r := range cypher(t, uri, "SHOW CONSTRAINTS YIELD name RETURN name") {
			cypher(t, uri, fmt.Sprintf("DROP CONSTRAINT %s", r.Values[0]))
		}
		cypher(t, uri, fmt.Sprintf("CREATE (:Thing)-[:HAS]->(:%s:Mine {code: 1})", label))
		before := everything(t, uri)
		s, err := neo4jstore.Open(t.Context(), uri, neo4jstore.Options{})
		require.Nil(t, s, label)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), label)
		require.ErrorContains(t, err, "choose an empty database")
		require.ErrorContains(t, err, label)
		require.False(t, neo4jstore.Unreached(err))
		require.Equal(t, before, everything(t, uri), label)
		require.Equal(t, "0", dump(t, uri, "SHOW CONSTRAINTS YIELD name RETURN count(*)"), label)
	}
}

// everything is the whole database, whosever it is.
func everything(t *testing.T, uri string) string {
	t.Helper()
	return dump(t, uri, "MATCH (n) RETURN elementId(n), labels(n), properties(n) ORDER BY elementId(n)") +
		dump(t, uri, "MATCH (a)-[r]->(b) RETURN elementId(r), elementId(a), type(r), elementId(b), properties(r) ORDER BY elementId(r)")
}
