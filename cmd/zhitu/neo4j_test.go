package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
)

// TestSharedNeo4j runs the tests that share one database: one after the other, while
// the other tests run in parallel with them.
func TestSharedNeo4j(t *testing.T) {
	t.Parallel()
	neo4jtest.Shared(t) // or skip all of them
	for _, test := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"EvidenceOnBothStores", testEvidenceOnBothStores},
		{"CopyToNeo4jAndBack", testCopyToNeo4jAndBack},
		{"CopyReportsDifferences", testCopyReportsDifferences},
		{"CopyRefusesInvalidData", testCopyRefusesInvalidData},
		{"SeveralServersOverOneNeo4j", testSeveralServersOverOneNeo4j},
		{"SubscribersHearOfOtherServers", testSubscribersHearOfOtherServers},
		{"ExpectedRevisionHasOneWinner", testExpectedRevisionHasOneWinner},
		{"ConcurrentWritersLoseNothing", testConcurrentWritersLoseNothing},
		{"ServerSurvivesInvalidManualEdit", testServerSurvivesInvalidManualEdit},
		{"ServerNoticesCorrectedValue", testServerNoticesCorrectedValue},
		{"ManualEditBecomesVisible", testManualEditBecomesVisible},
		{"SecondPositionByHandBreaksOnePerson", testSecondPositionByHandBreaksOnePerson},
		{"BrokenMasteryBreaksOnePerson", testBrokenMasteryBreaksOnePerson},
		{"SecondParentBreaksOneDepartment", testSecondParentBreaksOneDepartment},
		{"SameAnswersForSampleCompany", testSameAnswersForSampleCompany},
		{"SameAnswersForRandomWorld", testSameAnswersForRandomWorld},
		{"SameEditsOnBothStores", testSameEditsOnBothStores},
		{"SameJSONErrorsOnBothStores", testSameJSONErrorsOnBothStores},
		{"ToldReadsAreAudited", testToldReadsAreAuditedOnNeo4j},
		{"Erase", testEraseOnNeo4j},
		{"VerifyFindsManualDamage", testVerifyFindsManualDamage},
		{"VerifyRebuildsCopies", testVerifyRebuildsCopies},
		{"VerifyFindsEachBrokenRule", testVerifyFindsEachBrokenRule},
	} {
		t.Run(test.name, test.run)
	}
}

// patience bounds how long tests wait for an event. It is ample, for busy machines;
// the contract promises less.
const patience = 5 * time.Minute

// newNeo4jShell returns a shell whose store is the shared Neo4j, emptied. Its timeout is
// longer than usual, for busy machines.
func newNeo4jShell(t *testing.T, env ...string) shell {
	t.Helper()
	uri := neo4jtest.Shared(t)
	runCypher(t, uri, "", "MATCH (n) DETACH DELETE n")
	return newShell(t, append([]string{"ZHITU_STORE=" + uri, "ZHITU_NEO4J_TIMEOUT=60s"}, env...)...)
}

// newSeededNeo4jShell returns a shell whose Neo4j holds the sample company.
func newSeededNeo4jShell(t *testing.T, env ...string) shell {
	t.Helper()
	sh := newNeo4jShell(t, env...)
	sh.mustRun("import", seedFolder(t))
	return sh
}

// seedFolder returns the folder of the sample company.
func seedFolder(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join("..", "..", "seed"))
	require.NoError(t, err)
	return folder
}

// storeURI returns the store of a shell.
func (sh shell) storeURI() (uri string) {
	for _, v := range sh.env {
		if value, ok := strings.CutPrefix(v, "ZHITU_STORE="); ok {
			uri = value
		}
	}
	return uri
}

// cypher runs a statement as a person does in Neo4j Browser.
func (sh shell) cypher(statement string) []*neo4j.Record {
	sh.t.Helper()
	password := ""
	for _, v := range sh.env {
		if value, ok := strings.CutPrefix(v, "ZHITU_NEO4J_PASSWORD="); ok {
			password = value
		}
	}
	return runCypher(sh.t, sh.storeURI(), password, statement)
}

func runCypher(t *testing.T, uri, password, statement string) []*neo4j.Record {
	t.Helper()
	auth := neo4j.NoAuth()
	if password != "" {
		auth = neo4j.BasicAuth("neo4j", password, "")
	}
	driver, err := neo4j.NewDriverWithContext(uri, auth)
	require.NoError(t, err)
	defer driver.Close(context.Background())
	result, err := neo4j.ExecuteQuery(t.Context(), driver, statement, nil, neo4j.EagerResultTransformer)
	require.NoError(t, err, statement)
	return result.Records
}

// dump returns all nodes and relationships of the database.
func (sh shell) dump() (all []string) {
	sh.t.Helper()
	for _, statement := range []string{
		"MATCH (n) RETURN labels(n), properties(n)",
		"MATCH (a)-[r]->(b) RETURN elementId(a), type(r), properties(r), elementId(b)",
	} {
		for _, r := range sh.cypher(statement) {
			text, err := json.Marshal(r.Values)
			require.NoError(sh.t, err)
			all = append(all, string(text))
		}
	}
	return all
}

// get requests a path of the server, and returns status and text.
func (s *serverProcess) get(path string) (status int, text string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+path, nil)
	require.NoError(s.t, err)
	w, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err)
	defer w.Body.Close()
	data, err := io.ReadAll(w.Body)
	require.NoError(s.t, err)
	return w.StatusCode, string(data)
}

// reply is an answer of the GraphQL API.
type reply struct {
	status int
	text   string
	Data   map[string]any
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
	Extensions struct{ Revision int }
}

// errorCode returns the code of the first error, "" if there is none.
func (r reply) errorCode() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Extensions.Code
}

// graphQL sends a document whose answer may have errors.
func (s *serverProcess) graphQL(document string, headers ...string) reply {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"query": document})
	require.NoError(s.t, err)
	var r reply
	r.status, r.text = s.post(string(body), headers...)
	require.NoError(s.t, json.Unmarshal([]byte(r.text), &r), r.text)
	return r
}

// awaitStatus waits until a path answers with a status, and returns its text.
func (s *serverProcess) awaitStatus(path string, status int) (text string) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		var now int
		now, text = s.get(path)
		return now == status
	}, patience, 50*time.Millisecond)
	return text
}

// readFile reads a file of the working directory.
func (sh shell) readFile(name string) string {
	sh.t.Helper()
	data, err := os.ReadFile(filepath.Join(sh.dir, name))
	require.NoError(sh.t, err)
	return string(data)
}
