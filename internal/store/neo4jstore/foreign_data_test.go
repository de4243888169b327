package neo4jstore_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// dumpForeign returns the foreign data of a database: every node without one of the
// store's labels, and every relationship of such a node.
func dumpForeign(t *testing.T, uri string) string {
	t.Helper()
	const ours = "any(l IN labels(n) WHERE l IN ['Zhitu', 'Learnable', 'Competency', 'KnowledgePoint', 'Position', 'Resource', 'ScaleLevel', 'OrgUnit', 'Employee', 'DeletedEmployee', 'ChangeSet', 'ChangeSetPart', 'ZhituDocument', 'AuditChain', 'AuditEntry', 'AuditSubject'])"
	return dumpRows(t, uri, "MATCH (n) WHERE NOT "+ours+" RETURN elementId(n), labels(n), properties(n) ORDER BY elementId(n)") +
		dumpRows(t, uri, "MATCH (n)-[r]-(x) WHERE NOT "+ours+" RETURN elementId(r), elementId(startNode(r)), type(r), elementId(endNode(r)), properties(r) ORDER BY elementId(r)")
}

// foreignData has the codes, properties and relationship types of the store, but not its
// labels.
const foreignData = `
CREATE (a:Person {code: 'li', name: 'Li', search: 'x', revision: 7, lock: true})
CREATE (b:Skill {code: 'crane', name: 'Crane', catalog: 3, people: 5})
CREATE (c {code: 'rigger', name: 'store', schema: 99})
CREATE (d:zhitu:employee {name: 'gate', written: 1, writes: [1, 2], counted: [1]})
CREATE (a)-[:MASTERS {mastery: 0.1, assessedAt: datetime('2020-01-01T00:00:00Z')}]->(b)
CREATE (b)-[:PREREQUISITE_OF {clause: ''}]->(b)
CREATE (a)-[:HOLDS {since: date('2020-01-01')}]->(c)-[:REQUIRES {level: 0.5}]->(b)
CREATE (a)-[:MEMBER_OF]->(d)-[:PART_OF]->(c)
CREATE (a)-[:REPORTS_TO]->(a)`

func TestForeignDataIsUntouched(t *testing.T) {
	uri := blankDatabase(t)
	runCypher(t, uri, foreignData)
	before := dumpForeign(t, uri)
	require.NotEmpty(t, before)

	s := openStore(t, uri)
	require.Equal(t, before, dumpForeign(t, uri), "opened")

	applyRecords(t, s, plantRecords())
	require.Equal(t, before, dumpForeign(t, uri), "imported")
	require.Equal(t, plantRecords().Catalog.Prerequisites, loadCatalog(t, s).Prerequisites)
	require.Len(t, loadCatalog(t, s).KnowledgePoints, 2)
	p, err := s.Profile(t.Context(), "li")
	require.NoError(t, err)
	require.Equal(t, plantRecords().Mastery, p.States)
	require.Len(t, p.Units, 2)

	edit := plantRecords()
	edit.Prerequisites[0].Level = new(0.9)
	edit.Employees[1].Name = "李明"
	edit.Mastery[0].Mastery = 0.75
	applyRecords(t, s, edit)
	require.Equal(t, before, dumpForeign(t, uri), "edited")

	turn := competency.ChangeSet{
		Delete: competency.Records{
			Catalog: competency.Catalog{KnowledgePoints: edit.KnowledgePoints[1:], Prerequisites: edit.Prerequisites, Related: edit.Related},
		},
		Put: competency.Records{
			Catalog: competency.Catalog{
				Competencies: []competency.Competency{{Code: "signal", Name: "手势"}},
				Resources:    []competency.Resource{{Code: "film", Title: "吊装入门"}},
			},
		},
	}
	_, err = s.Apply(t.Context(), revisionOf(t, s), store.Change{ChangeSet: turn})
	require.NoError(t, err)
	require.Equal(t, before, dumpForeign(t, uri), "turned a point into a competency")

	del := competency.Records{Catalog: loadCatalog(t, s), People: edit.People}
	del.Mastery = nil
	_, err = s.Apply(t.Context(), revisionOf(t, s), store.Change{ChangeSet: competency.ChangeSet{Delete: del}})
	require.NoError(t, err)
	require.Equal(t, before, dumpForeign(t, uri), "deleted")
	require.Zero(t, loadCatalog(t, s).Len())
}

// A foreign relationship prevents the deletion of a record, and the error names it.
func TestForeignRelationshipPreventsDeletion(t *testing.T) {
	uri := blankDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	runCypher(t, uri, "MATCH (k:KnowledgePoint {code: 'crane'}) CREATE (:Course {code: 'C-1'})-[:COVERS {hours: 3}]->(k)")
	runCypher(t, uri, "MATCH (e:Employee {code: 'li'}) CREATE (e)-[:PARKS_AT]->(:Lot {code: 'P-1'})")
	before := dumpForeign(t, uri)

	del := plantRecords()
	del.Mastery, del.OrgUnits = nil, nil
	for _, c := range []struct {
		what competency.Records
		says []string
	}{
		{competency.Records{Catalog: del.Catalog, People: competency.People{Employees: del.Employees[:1]}}, nil},
		{competency.Records{People: competency.People{Employees: del.Employees}}, []string{"li", "PARKS_AT", "Lot", "P-1"}},
	} {
		_, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: competency.ChangeSet{Delete: c.what}})
		require.Error(t, err)
		for _, word := range c.says {
			require.ErrorContains(t, err, word)
		}
		require.Equal(t, before, dumpForeign(t, uri))
		require.Equal(t, plantRecords().Catalog.KnowledgePoints, loadCatalog(t, s).KnowledgePoints)
		require.Equal(t, "李雷", employeeName(t, s, "li"))
	}
	// An edit of the record leaves it alone.
	edit := plantRecords()
	edit.KnowledgePoints[0].Name, edit.Employees[1].Name = "吊车", "李明"
	applyRecords(t, s, edit)
	require.Equal(t, before, dumpForeign(t, uri))
}
