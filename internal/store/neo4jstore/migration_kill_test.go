package neo4jstore_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
)

// migrateVariable makes the test binary another process: it opens the store at that
// address, which migrates it, and runs no test.
const migrateVariable = "ZHITU_NEO4JSTORE_MIGRATE"

func migrateInChild(uri string) int {
	fmt.Println("opens the store")
	s, err := neo4jstore.Open(context.Background(), uri, ampleTimeout)
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// startMigration starts a process that migrates the store, and returns when it begins.
func startMigration(t *testing.T, uri string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), migrateVariable+"="+uri)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	require.True(t, bufio.NewScanner(out).Scan(), "the process does not start")
	return child
}

const (
	oldEmployees  = 450  // their packed states take three transactions
	oldStatements = 1203 // they become documents in three
)

// fillSchema1 makes a database as a program with schema 1 left it: without ordinals,
// packed states and authors of publications.
func fillSchema1(t *testing.T, uri string) {
	t.Helper()
	for _, r := range runCypher(t, uri, "SHOW CONSTRAINTS YIELD name WHERE name STARTS WITH 'zhitu_' RETURN name") {
		runCypher(t, uri, fmt.Sprintf("DROP CONSTRAINT %s", r.Values[0]))
	}
	for _, r := range runCypher(t, uri, "SHOW INDEXES YIELD name WHERE name STARTS WITH 'zhitu_' RETURN name") {
		runCypher(t, uri, fmt.Sprintf("DROP INDEX %s", r.Values[0]))
	}
	script, err := os.ReadFile("migrations/0001_catalog_and_people.cypher")
	require.NoError(t, err)
	statements := strings.Split(regexp.MustCompile(`(?m)^//.*`).ReplaceAllString(string(script), ""), ";")
	statements = append(
		statements[:len(statements)-1],
		"UNWIND range(0, 39) AS i CREATE (:Learnable:KnowledgePoint {code: 'k' + i, name: '知识点' + i})",
		"CREATE (:OrgUnit {code: 'hq', name: '公司'})<-[:PART_OF]-(:OrgUnit {code: 'yard', name: '堆场'})",
		`MATCH (u:OrgUnit {code: 'yard'})
		UNWIND range(0, 59) AS i
		CREATE (p:Position {code: 'p' + i, name: '岗位'})
		CREATE (:ChangeSet {revision: i + 1, id: 'id' + i, at: datetime('2024-06-01T12:00:00Z'),
			body: CASE WHEN i < 50 THEN '{"put": {"positions": [{"code": "p' + i + '", "name": "岗位"}]}}' END})`,
		fmt.Sprintf(`MATCH (u:OrgUnit {code: 'yard'})
		UNWIND range(0, %d) AS i
		CREATE (e:Employee {code: 'e' + right('0000' + toString(i), 4), name: '员工' + i})-[:MEMBER_OF]->(u)
		WITH e, i
		UNWIND range(0, i %% 9) AS n
		MATCH (k:KnowledgePoint {code: 'k' + (i + n) %% 40})
		CREATE (e)-[:MASTERS {mastery: (n + 1) / 10.0, assessedAt: datetime('2024-06-01T12:00:00Z')}]->(k)`, oldEmployees-1),
		"MATCH (z:Zhitu {name: 'store'}) SET z.schema = 1, z.revision = 60, z.written = 60, z.counted = [0, 40, 60, 0, 0, 0, 0, 0, 0]",
	)
	for _, statement := range statements {
		runCypher(t, uri, statement)
	}
}

// fillSchema4 makes a database as a program with schema 4 left it, with evidence and
// with statements that could not be mapped.
func fillSchema4(t *testing.T, uri string) {
	t.Helper()
	fillSchema1(t, uri)
	s := openUnmanaged(t, uri)
	_, err := s.Record(t.Context(), []store.Recording{{Employee: "e0007", Put: []competency.Evidence{{
		ID: "exam", Employee: "e0007", KnowledgePoints: []string{"k7"}, Kind: competency.Exam, Score: 1, At: noon,
	}}}}, func(l store.FoldInput) (store.StateChanges, error) {
		return store.StateChanges{Put: []competency.Assessment{{Employee: "e0007", KnowledgePoint: "k7", Mastery: 0.875, AssessedAt: noon, Model: []float64{1, 2}}}}, nil
	})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	schema4(t, uri, oldStatements)
}

// describeMigrated opens a store, which completes its migration, and returns all that it
// holds, with its constraints and indexes.
func describeMigrated(t *testing.T, uri string) string {
	t.Helper()
	s := openUnmanaged(t, uri)
	defer s.Close()
	var all struct {
		Catalog   competency.Catalog
		Revision  store.Revision
		History   []store.Publication
		Documents []store.Document
		Evidence  []competency.Evidence
		People    store.EmployeePage
	}
	var err error
	all.Catalog, all.Revision, err = s.Load(t.Context())
	require.NoError(t, err)
	all.History, err = publications(t, s, 0)
	require.NoError(t, err)
	all.Documents, err = s.Documents(t.Context(), store.DocumentQuery{Kind: store.UnmappedKind})
	require.NoError(t, err)
	all.Evidence, err = s.Evidence(t.Context(), store.EvidenceQuery{})
	require.NoError(t, err)
	all.People, err = s.Employees(t.Context(), store.EmployeeQuery{States: true})
	require.NoError(t, err)
	require.Empty(t, rebuildCodes(t, s), "packed states differ from their relationships")
	text, err := json.MarshalIndent(all, "", " ")
	require.NoError(t, err)
	return strings.Join([]string{
		string(text),
		dumpRows(t, uri, "MATCH (n) WHERE NOT n:Zhitu UNWIND labels(n) AS label RETURN label, count(*) ORDER BY label"),
		dumpRows(t, uri, "MATCH ()-[r]->() RETURN type(r), count(*) ORDER BY type(r)"),
		dumpRows(t, uri, "MATCH (e:Employee) RETURN count(e.packedStates)"),
		dumpRows(t, uri, "MATCH (k:KnowledgePoint) RETURN count(DISTINCT k.ordinal)"),
		dumpRows(t, uri, "MATCH (z:Zhitu {name: 'store'}) RETURN z.schema, z.revision, z.counted, z.ordinals"),
		dumpRows(t, uri, "MATCH (g:Zhitu {name: 'gate'}) RETURN [key IN keys(g) WHERE key <> 'lock' | key + toString(g[key] IS NULL)]"),
		dumpRows(t, uri, "SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties WHERE name STARTS WITH 'zhitu_' RETURN name, type, labelsOrTypes, properties ORDER BY name"),
		dumpRows(t, uri, "SHOW INDEXES YIELD name, type, state, labelsOrTypes, properties WHERE name STARTS WITH 'zhitu_' RETURN name, type, state, labelsOrTypes, properties ORDER BY name"),
	}, "\n\n")
}

// A process that is killed while it migrates a store leaves one that the next process
// brings to exactly what an undisturbed migration makes.
func TestKillDuringMigrationLosesNothing(t *testing.T) {
	uri, random := blankDatabase(t), newRandom(t)
	for _, c := range []struct {
		name              string
		fill              func(*testing.T, string)
		statements, kills int
	}{{"schema 1", fillSchema1, 0, 3}, {"schema 4", fillSchema4, oldStatements, 2}} {
		blankDatabase(t)
		c.fill(t, uri)
		began := time.Now()
		require.NoError(t, startMigration(t, uri).Wait())
		undisturbed := time.Since(began) // scales the random moments of the kills
		want := describeMigrated(t, uri)
		requireOldContent(t, uri, c.statements)

		for range c.kills {
			blankDatabase(t)
			c.fill(t, uri)
			killAfter := time.Duration(random.Int64N(int64(undisturbed)))
			began := time.Now()
			child, ended := startMigration(t, uri), make(chan error, 1)
			go func() { ended <- child.Wait() }()
			select {
			case err := <-ended:
				require.NoError(t, err)
				undisturbed = time.Since(began) // the first one was slow, in a cold JVM
			case <-time.After(killAfter):
				_ = child.Process.Kill()
				<-ended
			}
			left := dumpRows(t, uri, "MATCH (z:Zhitu {name: 'store'}) RETURN 'schema ' + z.schema + ', ' + COUNT { (:SetAside) } + ' statements and ' + COUNT { (e:Employee) WHERE e.packedStates IS NULL } + ' people left'")
			t.Logf("%s, to be killed after %v of %v: %s", c.name, killAfter, undisturbed, left)
			require.Equal(t, want, describeMigrated(t, uri))
		}
	}
}

// requireOldContent requires what the migrations have to keep, whatever they make of it.
func requireOldContent(t *testing.T, uri string, statements int) {
	t.Helper()
	s := openUnmanaged(t, uri)
	defer s.Close()
	list, err := publications(t, s, 0)
	require.NoError(t, err)
	require.Len(t, list, 60)
	for i, p := range list {
		require.False(t, p.Complete)
		require.Equal(t, i < 50, p.Changes != nil)
	}
	page, err := s.Employees(t.Context(), store.EmployeeQuery{States: true})
	require.NoError(t, err)
	require.Len(t, page.Profiles, oldEmployees)
	require.Equal(t, "0", dumpRows(t, uri, "MATCH (e:Employee) WHERE e.packedStates IS NULL RETURN count(e)"))
	require.Len(t, page.Profiles[8].States, 9)
	docs, err := s.Documents(t.Context(), store.DocumentQuery{Kind: store.UnmappedKind})
	require.NoError(t, err)
	require.Len(t, docs, statements)
}
