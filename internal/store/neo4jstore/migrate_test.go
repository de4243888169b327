package neo4jstore_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
)

// schema4 makes of a database what a program with schema 4 would have left, with
// unmapped statements and a history.
func schema4(t *testing.T, uri string, statements int) {
	t.Helper()
	for _, cypher := range []string{
		"DROP CONSTRAINT zhitu_document_key IF EXISTS",
		"DROP INDEX zhitu_document_kind_at IF EXISTS",
		"DROP CONSTRAINT zhitu_deleted_employee_code IF EXISTS",
		"DROP INDEX zhitu_deleted_employee_moved IF EXISTS",
		"DROP INDEX zhitu_employee_moved IF EXISTS",
		"CREATE CONSTRAINT zhitu_set_aside_id IF NOT EXISTS FOR (n:SetAside) REQUIRE n.id IS UNIQUE",
		"CREATE INDEX zhitu_set_aside_at IF NOT EXISTS FOR (n:SetAside) ON (n.at)",
		"MATCH (n) WHERE n:ZhituDocument OR n:ChangeSetPart OR n:DeletedEmployee DETACH DELETE n",
		"MATCH (c:ChangeSet) REMOVE c.author, c.reason, c.draft, c.records, c.complete",
		"MATCH (e:Employee) REMOVE e.moved",
		"MATCH (g:Zhitu {name: 'gate'}) REMOVE g.doubtFrom, g.doubtUntil",
		"DROP CONSTRAINT zhitu_scale_level_label IF EXISTS",
		"DROP CONSTRAINT zhitu_dropped_evidence_id IF EXISTS",
		"DROP CONSTRAINT zhitu_audit_chain_id IF EXISTS",
		"DROP CONSTRAINT zhitu_audit_entry_number IF EXISTS",
		"DROP CONSTRAINT zhitu_audit_subject_id IF EXISTS",
		"DROP INDEX zhitu_audit_entry_at IF EXISTS",
		"DROP INDEX zhitu_audit_entry_account IF EXISTS",
		"MATCH (z:Zhitu {name: 'store'}) SET z.schema = 4, z.counted = z.counted[..9]",
		fmt.Sprintf(`UNWIND range(0, %d) AS i
			CREATE (:SetAside {id: 's' + right('00000' + toString(i), 5), at: datetime('2024-06-01T12:00:00Z') + duration({seconds: i}), reasonEn: 'nobody', reasonZh: '查无此人', body: '{"n": "' + i + '"}'})`, statements-1),
	} {
		runCypher(t, uri, cypher)
	}
}

func TestMigrationFromSchema4(t *testing.T) {
	const statements = 1203
	uri := blankDatabase(t)
	old := openStore(t, uri)
	due, err := old.Documents(t.Context(), store.DocumentQuery{Kind: store.ReplayKind})
	require.NoError(t, err)
	require.Empty(t, due, "a new store lacks nothing")
	base := applyRecords(t, old, plantRecords())
	applyRecords(t, old, positionRecord("p", "n"))
	schema4(t, uri, statements)
	runCypher(t, uri, "MATCH (c:ChangeSet {revision: 2}) REMOVE c.body") // of more records than were kept
	// As one that was broken off has left it.
	runCypher(t, uri, "CREATE (:ZhituDocument {key: 'unmapped_statement/s00000', kind: 'unmapped_statement', id: 's00000', version: 1, at: datetime('2024-06-01T12:00:00Z'), body: '{\"reason\":{\"en\":\"nobody\",\"zh\":\"查无此人\"},\"statement\":\"{\\\\\"n\\\\\": \\\\\"0\\\\\"}\"}'})")

	refusal := errors.New("not now")
	ask := ampleTimeout
	ask.OnMigrate = func(from, to int) error {
		require.Equal(t, 4, from)
		return refusal
	}
	_, err = neo4jstore.Open(t.Context(), uri, ask)
	require.ErrorIs(t, err, refusal)
	require.Equal(t, "4", dumpRows(t, uri, "MATCH (z:Zhitu {name: 'store'}) RETURN z.schema"), "what is refused is left as it is")
	runCypher(t, uri, "MATCH (k:KnowledgePoint) WITH k LIMIT 1 CREATE (k)<-[:ABOUT]-(:Evidence {id: 'v', kind: 'EXAM', score: 1.0, at: datetime('2024-06-01T12:00:00Z')})-[:OF]->(:Employee {code: 'wang', name: '王'})")

	s := openStore(t, uri)
	due, err = s.Documents(t.Context(), store.DocumentQuery{Kind: store.ReplayKind})
	require.NoError(t, err)
	require.Equal(t, []store.Document{{Kind: store.ReplayKind, ID: store.ReplayHeld, Version: 1, At: time.Unix(0, 0).UTC(), Body: "{}"}}, due,
		"states that follow from evidence lack what was held")
	docs, err := s.Documents(t.Context(), store.DocumentQuery{Kind: store.UnmappedKind})
	require.NoError(t, err)
	require.Len(t, docs, statements)
	for i, d := range docs {
		body := store.UnmappedBody{Reason: store.UnmappedReason{EN: "nobody", ZH: "查无此人"}, Statement: fmt.Sprintf(`{"n": "%d"}`, i)}
		require.JSONEq(t, body.JSON(), d.Body)
		require.Equal(t, fmt.Sprintf("s%05d", i), d.ID)
		require.Equal(t, 1, d.Version)
	}
	require.Equal(t, "0", dumpRows(t, uri, "MATCH (a:SetAside) RETURN count(a)"))
	require.Equal(t, "8", dumpRows(t, uri, "MATCH (z:Zhitu {name: 'store'}) RETURN z.schema"))
	require.Equal(t, "19", dumpRows(t, uri, "SHOW CONSTRAINTS YIELD name WHERE name STARTS WITH 'zhitu_' RETURN count(*)"))

	list, err := publications(t, s, 0)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.False(t, list[0].Complete || list[1].Complete)
	require.Nil(t, list[1].Changes)
	require.Equal(t, plantRecords().Positions, list[0].Changes.Put.Positions)

	catalog := loadCatalog(t, s)
	cs := competency.ChangeSet{At: noon, Put: positionRecord("q", "n")}
	inverse := competency.Inverse(catalog, cs)
	made, err := s.Apply(t.Context(), base+1, store.Change{ChangeSet: cs, Inverse: &inverse})
	require.NoError(t, err)
	list, err = publications(t, s, made-1)
	require.NoError(t, err)
	require.True(t, list[0].Complete)
	page, err := s.Moved(t.Context(), "")
	require.NoError(t, err)
	applyRecords(t, s, employeeRecord("li", "李"))
	moved(t, s, page.Mark, "li")
}

// The history of one database is restored to another, which is emptied first: there is
// one server.
func TestRestoredHistoryIsThatOfTheSource(t *testing.T) {
	uri := blankDatabase(t)
	from := openStore(t, uri)
	catalog := competency.Catalog{}
	for i := range 12 {
		cs := competency.ChangeSet{ID: fmt.Sprint("a", i), At: noon, Author: "王芳", Put: positionRecord(fmt.Sprint("p", i), "n")}
		inverse := competency.Inverse(catalog, cs)
		_, err := from.Apply(t.Context(), store.Revision(i), store.Change{ChangeSet: cs, Inverse: &inverse})
		require.NoError(t, err)
		catalog = catalog.Apply(cs)
	}
	want, err := publications(t, from, 0)
	require.NoError(t, err)

	runCypher(t, uri, "MATCH (n) DETACH DELETE n")
	to := openStore(t, uri)
	runCypher(t, uri, "CREATE (:RestoredChangeSet {revision: 1, token: 1})-[:CONTINUES]->(:ChangeSetPart)") // of one that was broken off
	require.NoError(t, to.Restore(t.Context(), 12, catalog, func(yield func(store.Publication, error) bool) {
		for _, p := range want {
			if !yield(p, nil) {
				return
			}
		}
	}))
	got, err := publications(t, to, 0)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, "0", dumpRows(t, uri, "MATCH (n) WHERE n:RestoredChangeSet OR n:ChangeSetPart RETURN count(n)"))
	require.Equal(t, store.Revision(13), applyRecords(t, to, positionRecord("new", "n")))
}
