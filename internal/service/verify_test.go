package service_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// editedStore is a store to which other means have added evidence that breaks the rules.
type editedStore struct {
	store.Store
	added         []competency.Evidence
	afterEvidence func()
}

func (e *editedStore) Evidence(ctx context.Context, q store.EvidenceQuery) ([]competency.Evidence, error) {
	list, err := e.Store.Evidence(ctx, q)
	for _, piece := range e.added {
		if len(q.IDs) == 0 || slices.Contains(q.IDs, piece.ID) {
			list = append(list, piece)
		}
	}
	if run := e.afterEvidence; run != nil {
		e.afterEvidence = nil
		run()
	}
	return list, err
}

func openEdited(t *testing.T) (*editedStore, *service.Service) {
	t.Helper()
	st := &editedStore{Store: servicetest.MemoryStore(t)}
	svc := servicetest.Open(t, st, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	servicetest.RecordExam(t, svc, "sound", "E1", "B", 1)
	servicetest.RecordExam(t, svc, "retracted", "E1", "D", 1)
	_, err := svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{"retracted"}})
	require.NoError(t, err)
	return st, svc
}

func inspect(t *testing.T, st store.Store) *service.StoreContents {
	t.Helper()
	c, err := service.Inspect(t.Context(), service.Archives{Catalog: catalog.NewArchive(st), People: people.NewArchive(st)})
	require.NoError(t, err)
	return c
}

func evidenceIDs(list []competency.Evidence) (ids []string) {
	for _, e := range list {
		ids = append(ids, e.ID)
	}
	slices.Sort(ids)
	return ids
}

func TestInspectReadsEverything(t *testing.T) {
	st, svc := openEdited(t)
	keepUnmapped(t, svc, "u1", scored(1, "nobody", "A", 1))
	c := inspect(t, st)
	require.Empty(t, c.Problems)
	require.EqualValues(t, 1, c.Revision)
	require.Equal(t, []string{"retracted", "sound"}, evidenceIDs(c.Evidence))
	require.Len(t, c.Unmapped, 1)
	require.Len(t, c.Records.Employees, 2)
	require.Len(t, c.Records.OrgUnits, 2)
	require.Len(t, c.Records.Mastery, 2, "A was entered, B follows from evidence")
}

func keepUnmapped(t *testing.T, svc *service.Service, id, statement string) {
	t.Helper()
	require.NoError(t, svc.People.KeepUnmapped(servicetest.Request(), []people.UnmappedStatement{{
		ID: id, ReceivedAt: kgtest.Now, Why: fault.T("unknown", "未知"), Statement: statement,
	}}))
}

func TestInspectFindsBrokenObservations(t *testing.T) {
	st, svc := openEdited(t)
	exam := competency.Evidence{Employee: "E1", KnowledgePoints: []string{"A"}, Kind: competency.Exam, Score: 1, At: kgtest.Now}
	add := func(id string, edit func(*competency.Evidence)) {
		e := exam
		e.ID = id
		edit(&e)
		st.added = append(st.added, e)
	}
	add("unknown-point", func(e *competency.Evidence) { e.KnowledgePoints = []string{"A", "GONE"} })
	add("no-point", func(e *competency.Evidence) { e.KnowledgePoints = nil })
	add("unknown-employee", func(e *competency.Evidence) { e.Employee = "E9" })
	add("score", func(e *competency.Evidence) { e.Score = 7 })
	keepUnmapped(t, svc, "broken", `{"actor": `)
	keepUnmapped(t, svc, "several", "["+scored(1, "E1", "A", 1)+","+scored(2, "E1", "A", 1)+"]")
	keepUnmapped(t, svc, "whole", scored(3, "nobody", "A", 1))

	type problem struct{ record, key, field string }
	var found []problem
	for _, p := range inspect(t, st).Problems {
		found = append(found, problem{p.Record, p.Key, p.Field})
	}
	require.ElementsMatch(t, []problem{
		{competency.EvidenceRecords, "unknown-point", "knowledge_points"},
		{competency.EvidenceRecords, "no-point", "knowledge_points"},
		{competency.EvidenceRecords, "unknown-employee", "employee"},
		{competency.EvidenceRecords, "score", "score"},
		{"unmapped_statements", "broken", "statement"},
		{"unmapped_statements", "several", "statement"},
	}, found)
}

// An employee, and then a point, may be deleted between the reads: both take along what
// refers to them.
func TestInspectWhileAnEmployeeIsDeleted(t *testing.T) {
	st, svc := openEdited(t)
	st.afterEvidence = func() {
		p, err := svc.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "E1"})
		requireAccepted(t, p.Outcome, err)
		p, err = svc.Delete(servicetest.Request(), competency.KnowledgePoints, service.DeleteInput{Code: "D"})
		requireAccepted(t, p.Outcome, err)
	}
	c := inspect(t, st)
	require.Empty(t, c.Problems)
	require.Empty(t, c.Evidence)
	require.Len(t, c.Records.Employees, 1)
}
