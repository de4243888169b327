package neo4jstore_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
)

// rebuildCodes returns the people whose packed states had to be rebuilt.
func rebuildCodes(t *testing.T, s *neo4jstore.Store) (codes []string) {
	t.Helper()
	found, err := s.Rebuild(t.Context())
	require.NoError(t, err)
	for _, p := range found {
		require.Equal(t, competency.Employees, p.Record)
		require.Contains(t, p.Text.EN, "has been rebuilt")
		require.Contains(t, p.Text.ZH, "重建")
		codes = append(codes, p.Key)
	}
	return codes
}

func stateTexts(t *testing.T, s store.Store, employee string) (states []string) {
	t.Helper()
	p, err := s.Profile(t.Context(), employee)
	require.NoError(t, err)
	page, err := s.Employees(t.Context(), store.EmployeeQuery{Codes: []string{employee}, States: true, Lines: true})
	require.NoError(t, err)
	require.Equal(t, p, page.Profiles[0])
	for _, a := range p.States {
		require.Equal(t, employee, a.Employee)
		states = append(states, fmt.Sprint(a.KnowledgePoint, " ", a.Mastery, " ", a.AssessedAt.Format(time.RFC3339Nano)))
	}
	return states
}

func masteryRecord(employee, point string, mastery float64, at time.Time) competency.Records {
	return competency.Records{People: competency.People{Mastery: []competency.Assessment{{Employee: employee, KnowledgePoint: point, Mastery: mastery, AssessedAt: at}}}}
}

// After any writes, all packed states are present and current.
func TestWritesMaintainPackedStates(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	codes := rapid.SampledFrom([]string{"a", "b", "c", "d"})
	rapid.Check(t, func(t2 *rapid.T) {
		runCypher(t, uri, "MATCH (n) WHERE NOT n:Zhitu DETACH DELETE n")
		base := revisionOf(t, s)
		for range 4 {
			var cs competency.ChangeSet
			cs.At = noon
			some := func(do func(r *competency.Records)) {
				for range rapid.IntRange(0, 3).Draw(t2, "records") {
					do(&cs.Put)
				}
				for range rapid.IntRange(0, 1).Draw(t2, "deletions") {
					do(&cs.Delete)
				}
			}
			some(func(r *competency.Records) {
				r.Employees = []competency.Employee{{Code: codes.Draw(t2, "employee"), Name: "n"}}
			})
			some(func(r *competency.Records) {
				r.KnowledgePoints = []competency.KnowledgePoint{{Code: codes.Draw(t2, "point"), Name: "n"}}
			})
			some(func(r *competency.Records) {
				r.Mastery = append(r.Mastery, competency.Assessment{
					Employee: codes.Draw(t2, "employee"), KnowledgePoint: codes.Draw(t2, "point"),
					Mastery: rapid.Float64Range(0, 1).Draw(t2, "mastery"), AssessedAt: noon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t2, "µs")) * time.Microsecond),
				})
			})
			made, err := s.Apply(t.Context(), base, store.Change{ChangeSet: cs})
			if err == nil {
				base = made
			} else {
				require.ErrorIs(t2, err, store.ErrReference)
			}
		}
		require.Empty(t2, rebuildCodes(t, s))
		require.Equal(t2, "0", dumpRows(t, uri, "MATCH (e:Employee) WHERE (e.packedStates IS NULL) = EXISTS { (e)-[:MASTERS]->() } RETURN count(e)"))
		require.Equal(t2, "0", dumpRows(t, uri, "MATCH (n) WHERE (n.ordinal IS NOT NULL) <> (n:KnowledgePoint) RETURN count(n)"))
	})
}

func TestOrdinalsAreStableAndUnique(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	ordinals := func() string {
		return dumpRows(t, uri, "MATCH (k:KnowledgePoint) WITH k ORDER BY k.code RETURN k.code + ' ' + k.ordinal")
	}
	applyRecords(t, s, plantRecords())
	require.Equal(t, "crane 0\nsignal 1", ordinals())
	point := func(code string) competency.Records {
		return competency.Records{Catalog: competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: code, Name: "n"}}}}
	}
	apply := func(cs competency.ChangeSet) {
		_, err := s.Apply(t.Context(), revisionOf(t, s), store.Change{ChangeSet: cs})
		require.NoError(t, err)
	}
	applyRecords(t, s, point("new"))
	applyRecords(t, s, point("crane")) // it exists
	require.Equal(t, "crane 0\nnew 2\nsignal 1", ordinals())
	apply(competency.ChangeSet{Delete: point("new")})
	applyRecords(t, s, point("new"))
	require.Equal(t, "crane 0\nnew 3\nsignal 1", ordinals())

	// The point becomes a competency, and a point again.
	group := competency.Records{Catalog: competency.Catalog{Competencies: []competency.Competency{{Code: "new", Name: "n"}}}}
	apply(competency.ChangeSet{Delete: point("new"), Put: group})
	require.Equal(t, "crane 0\nsignal 1", ordinals())
	require.Equal(t, "0", dumpRows(t, uri, "MATCH (c:Competency) WHERE c.ordinal IS NOT NULL RETURN count(c)"))
	apply(competency.ChangeSet{Delete: group, Put: point("new")})
	require.Equal(t, "crane 0\nnew 4\nsignal 1", ordinals())

	// Externally created points get an ordinal when they are noticed, or by Rebuild.
	runCypher(t, uri, "CREATE (:Learnable:KnowledgePoint {code: 'hand', name: 'n'})")
	revisionOf(t, s)
	require.Equal(t, "crane 0\nhand 5\nnew 4\nsignal 1", ordinals())
	runCypher(t, uri, "MATCH (k:KnowledgePoint {code: 'hand'}) DELETE k CREATE (:Learnable:KnowledgePoint {code: 'same-count', name: 'n'})")
	revisionOf(t, s)
	applyRecords(t, s, masteryRecord("li", "same-count", 0.3, noon)) // a point without an ordinal cannot be packed
	require.Len(t, stateTexts(t, s, "li"), 2)
	require.Equal(t, []string{"li"}, rebuildCodes(t, s))
	require.Equal(t, "crane 0\nnew 4\nsame-count 6\nsignal 1", ordinals())
	require.Len(t, stateTexts(t, s, "li"), 2)
}

// A database with the first schema, also after an interrupted migration.
func TestMigrationFromFirstSchema(t *testing.T) {
	uri := blankDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	for _, point := range []string{"signal", "crane"} {
		applyRecords(t, s, masteryRecord("chief", point, 0.7, noon.Add(time.Hour)))
	}
	want := dumpDatabase(t, uri)
	wantLi, wantChief := stateTexts(t, s, "li"), stateTexts(t, s, "chief")
	for _, left := range []string{
		"",
		"MATCH (k:KnowledgePoint {code: 'crane'}), (z:Zhitu {name: 'store'}) SET k.ordinal = 0, z.ordinals = 1",
	} {
		runCypher(t, uri, "DROP CONSTRAINT zhitu_knowledge_point_ordinal")
		runCypher(t, uri, "MATCH (k:KnowledgePoint) REMOVE k.ordinal")
		runCypher(t, uri, "MATCH (e:Employee) REMOVE e.packedStates")
		runCypher(t, uri, "MATCH (z:Zhitu {name: 'store'}) SET z.schema = 1 REMOVE z.ordinals")
		if left != "" {
			runCypher(t, uri, left)
		}
		s := openStore(t, uri)
		require.Equal(t, "8 2", dumpRows(t, uri, "MATCH (z:Zhitu {name: 'store'}) RETURN z.schema, z.ordinals"))
		require.Equal(t, "2", dumpRows(t, uri, "MATCH (e:Employee) WHERE e.packedStates IS NOT NULL RETURN count(e)"))
		require.Empty(t, rebuildCodes(t, s))
		require.Equal(t, wantLi, stateTexts(t, s, "li"))
		require.Equal(t, wantChief, stateTexts(t, s, "chief"))
		require.Equal(t, store.Revision(1), revisionOf(t, s))
	}
	require.NotEmpty(t, want)
}

// setPackedStates replaces the packed states by any value.
func setPackedStates(t *testing.T, uri, employee string, copy any) {
	t.Helper()
	driver, err := neo4j.NewDriverWithContext(uri, noAuth)
	require.NoError(t, err)
	defer driver.Close(context.Background())
	_, err = neo4j.ExecuteQuery(t.Context(), driver, "MATCH (e:Employee {code: $code}) SET e.packedStates = $copy",
		map[string]any{"code": employee, "copy": copy}, neo4j.EagerResultTransformer)
	require.NoError(t, err)
}

func TestRebuildRepairsChangedPackedStates(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	before := stateTexts(t, s, "li")
	copy := func() []byte {
		return runCypher(t, uri, "MATCH (e:Employee {code: 'li'}) RETURN e.packedStates")[0].Values[0].([]byte)
	}
	old := copy()
	applyRecords(t, s, masteryRecord("li", "crane", 0.875, noon.Add(time.Second)))
	good, want := copy(), stateTexts(t, s, "li")
	require.NotEqual(t, before, want)

	setPackedStates(t, uri, "li", old) // the same number of states, with other values
	require.Equal(t, before, stateTexts(t, s, "li"))
	for p, err := range s.Profiles(t.Context()) { // an export reads the relationships
		require.NoError(t, err)
		if p.Employee.Code == "li" {
			require.Equal(t, 0.875, p.States[0].Mastery)
		}
	}
	require.Equal(t, []string{"li"}, rebuildCodes(t, s))
	require.Equal(t, want, stateTexts(t, s, "li"))
	require.Equal(t, good, copy())
	require.Empty(t, rebuildCodes(t, s))

	// Invalid packed states are not used.
	for _, bad := range []any{nil, []byte{}, []byte{1}, good[:len(good)-1], append([]byte{2}, good[1:]...), "text", int64(5), []int64{1, 2}} {
		setPackedStates(t, uri, "li", bad)
		require.Equal(t, want, stateTexts(t, s, "li"), "%v", bad)
		require.Equal(t, []string{"li"}, rebuildCodes(t, s))
		require.Equal(t, good, copy())
		// A write repairs them, too.
		setPackedStates(t, uri, "li", bad)
		applyRecords(t, s, masteryRecord("li", "signal", 1, noon))
		_, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: competency.ChangeSet{Delete: masteryRecord("li", "signal", 0, noon)}})
		require.NoError(t, err)
		require.Empty(t, rebuildCodes(t, s), "%v", bad)
	}
	setPackedStates(t, uri, "chief", good) // who has no relationships
	require.Empty(t, stateTexts(t, s, "chief"))
	require.Equal(t, []string{"chief"}, rebuildCodes(t, s))

	before = []string{dumpDatabase(t, uri)}
	require.Empty(t, rebuildCodes(t, s))
	require.Equal(t, before, []string{dumpDatabase(t, uri)}, "it writes nothing where nothing differs")
}

func TestExternalEditsOfStates(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	loadCatalog(t, s)
	crane, signal := "crane 0.5 2024-06-01T12:00:00Z", "signal 1 2024-01-01T00:00:00.000001Z"
	require.Equal(t, []string{crane}, stateTexts(t, s, "li"))

	runCypher(t, uri, "MATCH (e:Employee {code: 'li'}), (k {code: 'signal'}) CREATE (e)-[:MASTERS {mastery: 1, assessedAt: datetime('2024-01-01T08:00:00.000001999+08:00')}]->(k)")
	require.Equal(t, []string{crane, signal}, stateTexts(t, s, "li"), "one more is seen at once")
	applyRecords(t, s, masteryRecord("li", "crane", 0.5, noon)) // a write of another state includes it
	require.Empty(t, rebuildCodes(t, s))
	require.Equal(t, []string{crane, signal}, stateTexts(t, s, "li"))

	runCypher(t, uri, "MATCH (:Employee {code: 'li'})-[m:MASTERS]->({code: 'crane'}) DELETE m")
	require.Equal(t, []string{signal}, stateTexts(t, s, "li"), "one less too")
	require.Equal(t, []string{"li"}, rebuildCodes(t, s))

	runCypher(t, uri, "MATCH (:Employee {code: 'li'})-[m:MASTERS]->() SET m.mastery = 0.25")
	require.Equal(t, []string{signal}, stateTexts(t, s, "li"), "a value only with Rebuild")
	require.Equal(t, []string{"li"}, rebuildCodes(t, s))
	require.Equal(t, []string{"signal 0.25 2024-01-01T00:00:00.000001Z"}, stateTexts(t, s, "li"))

	// Two relationships with one point cannot be packed.
	runCypher(t, uri, "MATCH (e:Employee {code: 'li'}), (k {code: 'signal'}) CREATE (e)-[:MASTERS {mastery: 0.5, assessedAt: datetime('2024-06-01T12:00:00Z')}]->(k)")
	require.Len(t, stateTexts(t, s, "li"), 2)
	require.Equal(t, []string{"li"}, rebuildCodes(t, s))
	require.Len(t, stateTexts(t, s, "li"), 2)
	require.Empty(t, rebuildCodes(t, s))
	_, err := s.Record(t.Context(), []store.Recording{{Employee: "li", Put: []competency.Evidence{
		{ID: "1", Employee: "li", KnowledgePoints: []string{"signal"}, Kind: competency.Exam, At: noon},
		{ID: "2", Employee: "li", Kind: competency.Exam, At: noon}, // without its point
	}}}, func(store.FoldInput) (store.StateChanges, error) {
		return store.StateChanges{Put: []competency.Assessment{{Employee: "li", KnowledgePoint: "signal", Mastery: 0.75, AssessedAt: noon}}}, nil
	})
	require.NoError(t, err)
	require.Equal(t, "0.75\n0.75", dumpRows(t, uri, "MATCH (:Employee {code: 'li'})-[m:MASTERS]->({code: 'signal'}) RETURN m.mastery"))
	require.Equal(t, "1 is about 1\n2 is about 0", dumpRows(t, uri, "MATCH (v:Evidence) RETURN v.id + ' is about ' + COUNT { (v)-[:ABOUT]->() } ORDER BY v.id"))
}

// An instance loads the ordinals of points that another one has created, when it meets
// them in packed states.
func TestOrdinalsOfOtherInstanceAreLoaded(t *testing.T) {
	uri := emptyDatabase(t)
	first, second := openStore(t, uri), openStore(t, uri)
	applyRecords(t, first, plantRecords())
	loadCatalog(t, second)
	r := competency.Records{Catalog: competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: "a", Name: "n"}, {Code: "z", Name: "n"}}}}
	for _, k := range r.KnowledgePoints {
		r.Mastery = append(r.Mastery, competency.Assessment{Employee: "li", KnowledgePoint: k.Code, Mastery: 0.5, AssessedAt: noon})
	}
	applyRecords(t, first, r)
	runCypher(t, uri, "MATCH ()-[m:MASTERS]->() SET m.mastery = 0.1") // so that the values show what was read
	const noon = " 0.5 2024-06-01T12:00:00Z"
	want := []string{"a" + noon, "crane" + noon, "z" + noon}
	require.Equal(t, want, stateTexts(t, second, "li"))
	require.Equal(t, want, stateTexts(t, openStore(t, uri), "li"), "one that knows none")
	loadCatalog(t, second)
	require.Equal(t, want, stateTexts(t, second, "li"))

	// If an ordinal is unknown, the relationships are read.
	runCypher(t, uri, "MATCH (k:KnowledgePoint {code: 'z'}) REMOVE k.ordinal")
	require.Equal(t, []string{"a 0.1 2024-06-01T12:00:00Z", "crane 0.1 2024-06-01T12:00:00Z", "z 0.1 2024-06-01T12:00:00Z"}, stateTexts(t, openStore(t, uri), "li"))
}
