package neo4jstore_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

func TestExternalCatalogEditMakesOneRevision(t *testing.T) {
	uri := emptyDatabase(t)
	s, other := openStore(t, uri), openStore(t, uri)
	revision := applyRecords(t, s, plantRecords())
	for _, edit := range []string{
		"CREATE (:Learnable:Competency {code: 'c', name: 'n'})",
		"CREATE (:Learnable:KnowledgePoint {code: 'k', name: 'n'})",
		"CREATE (:Position {code: 'p', name: 'n'})",
		"CREATE (:Resource {code: 'r', title: 'n'})",
		"MATCH (a {code: 'c'}), (b {code: 'k'}) CREATE (a)-[:CONTAINS]->(b)",
		"MATCH (a {code: 'c'}), (b {code: 'signal'}) CREATE (a)-[:PREREQUISITE_OF]->(b)",
		"MATCH (a {code: 'k'}), (b {code: 'signal'}) CREATE (a)-[:RELATED_TO]->(b)",
		"MATCH (a:Position {code: 'p'}), (b {code: 'k'}) CREATE (a)-[:REQUIRES]->(b)",
		"MATCH (a:Resource {code: 'r'}), (b {code: 'k'}) CREATE (a)-[:TEACHES {place: 0}]->(b)",
		"MATCH (:Resource {code: 'r'})-[t]->() DELETE t",
		"MATCH (k {code: 'k'}) DETACH DELETE k",
		"MATCH (:Position {code: 'rigger'})-[r:REQUIRES]->() DELETE r",
	} {
		runCypher(t, uri, edit)
		// Concurrent reads make one revision together.
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				got, err := []store.Store{s, other}[i%2].Revision(t.Context())
				assert.NoError(t, err)
				assert.Equal(t, revision+1, got, edit)
			})
		}
		all.Wait()
		revision++
		require.Equal(t, revision, revisionOf(t, s), "once")
		_, loaded, err := other.Load(t.Context())
		require.NoError(t, err)
		require.Equal(t, revision, loaded)
	}
	require.Empty(t, loadCatalog(t, s).Requirements)
	require.Len(t, loadCatalog(t, s).Positions, 2)
}

func TestExternalPeopleEditMakesNoRevision(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	runCypher(t, uri, "MATCH (p:Position), (k:KnowledgePoint {code: 'signal'}) CREATE (e:Employee {code: 'new', name: '新人', search: 'new\n新人'})-[:HOLDS]->(p), (e)-[:MASTERS {mastery: 1, assessedAt: datetime('2024-01-01T00:00:00Z')}]->(k)")
	runCypher(t, uri, "MATCH (e:Employee {code: 'chief'}) DETACH DELETE e")
	require.Equal(t, store.Revision(1), revisionOf(t, s))
	p, err := s.Profile(t.Context(), "new")
	require.NoError(t, err)
	require.Equal(t, competency.Employee{Code: "new", Name: "新人", Position: "rigger"}, p.Employee)
	require.Len(t, p.States, 1)
	_, err = s.Profile(t.Context(), "chief")
	require.ErrorIs(t, err, store.ErrNotFound)
	p, err = s.Profile(t.Context(), "li")
	require.NoError(t, err)
	require.Nil(t, p.Manager)
}

func TestExternalEditConflictsWithOlderBase(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	base := applyRecords(t, s, plantRecords())
	runCypher(t, uri, "CREATE (:Position {code: 'p', name: 'by hand'})")
	for _, r := range []competency.Records{positionRecord("q", "n"), employeeRecord("e", "n")} {
		_, err := s.Apply(t.Context(), base, store.Change{ChangeSet: competency.ChangeSet{Put: r}}) // the external edit has not been noticed yet
		require.ErrorIs(t, err, store.ErrConflict)
	}
	require.Equal(t, base+1, revisionOf(t, s))
	_, err := s.Apply(t.Context(), base, store.Change{ChangeSet: competency.ChangeSet{Put: positionRecord("q", "n")}})
	require.ErrorIs(t, err, store.ErrConflict)
	made, err := s.Apply(t.Context(), base+1, store.Change{ChangeSet: competency.ChangeSet{ID: "q", Put: positionRecord("q", "n")}})
	require.NoError(t, err)
	require.Equal(t, base+2, made)
	require.Equal(t, made, revisionOf(t, s), "its own edit is not one by hand")

	list, err := publications(t, s, 0)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, []store.Revision{base, base + 2}, []store.Revision{list[0].Revision, list[1].Revision}, "a gap")
}

func TestRaisingRevisionPublishesExternalEdit(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	runCypher(t, uri, "MATCH (k:KnowledgePoint {code: 'crane'}) SET k.name = '吊车'")
	require.Equal(t, store.Revision(1), revisionOf(t, s))
	runCypher(t, uri, "MATCH (z:Zhitu {name:'store'}) SET z.revision = z.revision + 1")
	require.Equal(t, store.Revision(2), revisionOf(t, s))
	require.Equal(t, "吊车", loadCatalog(t, s).KnowledgePoints[0].Name)
	_, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: competency.ChangeSet{Put: positionRecord("q", "n")}})
	require.ErrorIs(t, err, store.ErrConflict)
	require.Equal(t, store.Revision(3), applyRecords(t, s, positionRecord("q", "n")))
}

func TestExternallyEditedChangeSets(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	for _, name := range []string{"a", "b", "c"} {
		applyRecords(t, s, positionRecord("p", name))
	}
	runCypher(t, uri, "CREATE (:ChangeSet {id: 'none'}), (:ChangeSet {id: 'text', revision: '2', at: datetime()})")
	list, err := publications(t, s, 0)
	require.NoError(t, err, "what has no revision is no part of the history")
	require.Len(t, list, 3)

	for _, edit := range []string{"REMOVE c.at", "SET c.at = 'noon'", "SET c.at = datetime(), c.body = '{'", "SET c.body = 5, c.at = 1", "SET c.revision = 2.5"} {
		runCypher(t, uri, "MATCH (c:ChangeSet {revision: 2}) "+edit)
		_, err = publications(t, s, 0)
		require.Error(t, err, edit)
		require.NotErrorIs(t, err, store.ErrUnavailable)
		list, err = publications(t, s, 2)
		if err == nil { // later ones are readable
			require.Len(t, list, 1)
		}
	}
	require.Equal(t, store.Revision(3), revisionOf(t, s))
	require.Equal(t, store.Revision(4), applyRecords(t, s, positionRecord("p", "d")))

	// The store's own nodes must not be edited: the store reports it and does not guess.
	for _, edit := range []string{"REMOVE z.revision", "SET z.revision = 'one'", "DETACH DELETE z"} {
		runCypher(t, uri, "MATCH (z:Zhitu {name: 'store'}) "+edit)
		_, err = s.Revision(t.Context())
		require.ErrorIs(t, err, store.ErrUnavailable, edit)
		require.ErrorContains(t, err, "open it again")
		_, err = s.Apply(t.Context(), 4, store.Change{ChangeSet: competency.ChangeSet{Put: positionRecord("p", "e")}})
		require.ErrorIs(t, err, store.ErrUnavailable, edit)
		_, err = s.Profile(t.Context(), "li")
		require.Error(t, err, edit)
	}
}

// An external commit during a write is neither taken for the store's own nor lost: the
// write conflicts, and must be repeated on the revision of the external edit.
func TestExternalEditDuringWriteConflicts(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	base := applyRecords(t, s, plantRecords())
	end := beginExternalTx(t, uri, "MATCH (p:Position {code: 'rigger'}) SET p.held = true CREATE (:Position {code: 'by-hand', name: 'n'})")
	made := make(chan error, 1)
	go func() {
		_, err := s.Apply(t.Context(), base, store.Change{ChangeSet: competency.ChangeSet{Put: positionRecord("rigger", "吊车工")}})
		made <- err
	}()
	requireBlockedTransaction(t, uri) // the write waits for the external edit
	end(true)
	require.ErrorIs(t, <-made, store.ErrConflict)
	require.Equal(t, base+1, revisionOf(t, s), "of the edit by hand")
	require.Len(t, loadCatalog(t, s).Positions, len(plantRecords().Positions)+1)
	_, err := s.Apply(t.Context(), base+1, store.Change{ChangeSet: competency.ChangeSet{Put: positionRecord("rigger", "吊车工")}})
	require.NoError(t, err)
	require.Len(t, loadCatalog(t, s).Positions, len(plantRecords().Positions)+1)
}
