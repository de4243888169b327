package service_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// exportOf writes everything in a service to a folder, or to a workbook where the path is
// of one, and reads it.
func exportOf(t require.TestingT, svc *service.Service, path string) service.Files {
	records, err := servicetest.Catalog(svc)
	require.NoError(t, err)
	units, err := svc.People.AllOrgUnits(servicetest.Request())
	require.NoError(t, err)
	export := exchange.Export{Catalog: *records, OrgUnits: units, People: exportedPeople(svc), Unmapped: func(yield func(exchange.Unmapped, error) bool) {
		for u, err := range svc.People.AllUnmapped(servicetest.Request()) {
			yield(exchange.Unmapped{ID: u.ID, ReceivedAt: u.ReceivedAt, Reason: u.Why, Statement: u.Statement, SentBy: u.SentBy}, err)
		}
	}}
	export.Events = svc.People.AllEvents(servicetest.Request())
	if filepath.Ext(path) == ".xlsx" {
		err = exchange.WriteWorkbook(path, fault.Chinese, export)
	} else {
		err = exchange.WriteFolder(path, export)
	}
	require.NoError(t, err)
	doc, err := exchange.Read(path)
	require.NoError(t, err)
	require.Empty(t, doc.Problems)
	files := service.Files{Changes: doc.Changes, Intake: people.Intake{Evidence: doc.Evidence, States: doc.States, Events: doc.Events, Dropped: doc.Dropped}}
	for _, u := range doc.Unmapped {
		files.Unmapped = append(files.Unmapped, people.UnmappedStatement{ID: u.ID, ReceivedAt: u.ReceivedAt, Why: u.Reason, Statement: u.Statement, SentBy: u.SentBy})
	}
	return files
}

// Importing an export into an empty store gives the same store, whatever has happened to
// it; importing it once more changes nothing.
func TestImportingAnExportGivesTheSameStore(t *testing.T) {
	root, n := t.TempDir(), 0
	rapid.Check(t, func(draw *rapid.T) {
		st := servicetest.MemoryStore(t)
		svc := servicetest.Open(t, st, &servicetest.Clock{})
		servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
		day := func() *service.GivenTime { // often the same moment
			return service.TimeGiven(kgtest.Now.Add(time.Duration(rapid.IntRange(-9, 0).Draw(draw, "day")) * 24 * time.Hour))
		}
		point := func() string { return rapid.SampledFrom([]string{"A", "B", "D"}).Draw(draw, "point") }
		for i := range rapid.IntRange(0, 12).Draw(draw, "events") {
			switch rapid.IntRange(0, 6).Draw(draw, "event") {
			case 6:
				before := day().Time
				for group, err := range svc.People.OldEvidence(servicetest.Request(), before) {
					require.NoError(draw, err)
					_, err = svc.People.DropEvidence(servicetest.Request(), group, before)
					require.NoError(draw, err)
				}
			case 0:
				_, err := svc.SetMastery(servicetest.Request(), service.SetMasteryInput{
					Employee: "E1", KnowledgePoint: point(), Mastery: rapid.Float64Range(0, 1).Draw(draw, "mastery"), AssessedAt: day(),
				})
				require.NoError(draw, err)
			case 1:
				_, err := svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{fmt.Sprint(rapid.IntRange(0, 12).Draw(draw, "retracted"))}})
				require.NoError(draw, err)
			default:
				e := servicetest.Exam(fmt.Sprint(i), rapid.SampledFrom([]string{"E1", "E2"}).Draw(draw, "who"), point(), rapid.Float64Range(0, 1).Draw(draw, "score"))
				e.At, e.Attempts = day(), new(rapid.IntRange(1, 3).Draw(draw, "attempts"))
				servicetest.Record(t, svc, e)
			}
		}
		if rapid.Bool().Draw(draw, "evidence was removed by hand") {
			states := statesOf(t, st, "E1")
			for i := range states {
				if states[i].Model != nil {
					putState(t, st, moreResults(states[i]))
				}
			}
		}
		if rapid.Bool().Draw(draw, "a statement is unmapped") {
			events := []competency.Event{{Key: "k1", Results: []competency.EventResult{{ID: "1", At: kgtest.Now, Measured: true, Score: 0.5}}}}
			log, err := svc.People.EventLog(servicetest.Request(), events)
			require.NoError(draw, err)
			_, err = log.Add(servicetest.Request(), events)
			require.NoError(draw, err)
			require.NoError(draw, svc.People.KeepUnmapped(servicetest.Request(), []people.UnmappedStatement{{ID: "u", ReceivedAt: kgtest.Now, Why: fault.T("who?", "谁？"), Statement: `{"id": "u"}`}}))
		}
		_, err := svc.People.Replay(servicetest.Request(), func(int) {})
		require.NoError(draw, err)

		n++
		ending := rapid.SampledFrom([]string{"", ".xlsx"}).Draw(draw, "format")
		files := exportOf(draw, svc, filepath.Join(root, fmt.Sprint(n)+ending))
		target := servicetest.MemoryStore(t)
		into := servicetest.Open(t, target, &servicetest.Clock{})
		_, err = into.ImportFiles(servicetest.Request(), files, false)
		require.NoError(draw, err)
		want := contentsOf(t, st)
		require.Equal(draw, want, contentsOf(t, target))

		again, err := into.ImportFiles(servicetest.Request(), files, false)
		require.NoError(draw, err)
		for _, r := range again.Records {
			if r.Changed != nil {
				require.Zero(draw, *r.Changed, r.Record)
			}
		}
		require.Equal(draw, want, contentsOf(t, target))

		// The states whose evidence was dropped stay as they are there, too.
		_, err = into.People.Replay(servicetest.Request(), func(int) {})
		require.NoError(draw, err)
		require.Equal(draw, want, contentsOf(t, target))
	})
}

func statesOf(t *testing.T, st store.Store, employee string) []competency.Assessment {
	t.Helper()
	p, err := st.Profile(t.Context(), employee)
	require.NoError(t, err)
	return p.States
}

// contentsOf returns all that is in a store, but for its revision.
func contentsOf(t *testing.T, st store.Store) service.StoreContents {
	t.Helper()
	c := inspect(t, st)
	c.Revision = 0
	return *c
}

// moreResults is a state that has counted two results more, of which the evidence is gone.
func moreResults(s competency.Assessment) competency.Assessment {
	s.Model = slices.Clone(s.Model)
	s.Model[5] += 2
	s.Mastery /= 2
	return s
}

func putState(t *testing.T, st store.Store, s competency.Assessment) {
	t.Helper()
	_, err := st.Record(t.Context(), []store.Recording{{Employee: s.Employee, Replay: true}}, func(store.FoldInput) (store.StateChanges, error) {
		return store.StateChanges{Put: []competency.Assessment{s}}, nil
	})
	require.NoError(t, err)
}

// What is wrong with the evidence refuses the catalog that comes with it, and all problems
// are told at once.
func TestRefusedEvidenceLeavesNothingBehind(t *testing.T) {
	st := servicetest.MemoryStore(t)
	svc := servicetest.Open(t, st, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	servicetest.RecordExam(t, svc, "known", "E1", "A", 1)
	before := inspect(t, st)

	exam := func(id, employee, point string, score float64) competency.Evidence {
		return competency.Evidence{ID: id, Employee: employee, KnowledgePoints: []string{point}, Kind: competency.Exam, Score: score, At: kgtest.Now}
	}
	var files service.Files
	files.Changes.Put.KnowledgePoints = []competency.KnowledgePoint{{Code: "NEW", Name: "新"}}
	files.Changes.Put.Employees = []competency.Employee{{Code: "E3", Name: "新人"}}
	files.Evidence = []competency.Evidence{
		exam("1", "E3", "NEW", 1), exam("2", "E9", "NEW", 1), exam("3", "E1", "OLD", 1), exam("known", "E1", "A", 0.5), exam("5", "E1", "A", 7), exam("1", "E2", "NEW", 1),
	}
	files.States = []competency.Assessment{{Employee: "E8", KnowledgePoint: "X", AssessedAt: kgtest.Now, Model: []float64{1}}}
	for _, dry := range []bool{true, false} {
		_, err := svc.ImportFiles(servicetest.Request(), files, dry)
		var got []string
		for _, p := range fault.ProblemsOf(err) {
			got = append(got, fmt.Sprintf("%s %d %s %s", p.Record, p.Index, p.Field, p.Code))
		}
		slices.Sort(got)
		require.Equal(t, []string{
			"evidence 1 employee NOT_FOUND", "evidence 2 knowledge_points NOT_FOUND", "evidence 3 id CONFLICT", "evidence 4 score INVALID_ARGUMENT", "evidence 5 id CONFLICT",
			"states 0 employee NOT_FOUND", "states 0 knowledge_point NOT_FOUND", "states 0 model INVALID_ARGUMENT",
		}, got)
		require.Equal(t, before, inspect(t, st))
	}

	// With a problem of the catalog, too.
	files.Changes.Put.KnowledgePoints[0].Competency = "nowhere"
	_, err := svc.ImportFiles(servicetest.Request(), files, true)
	require.Len(t, fault.ProblemsOf(err), 9)
}

func TestImportedEvidenceCountsOnceAndCanBeTakenBack(t *testing.T) {
	st := servicetest.MemoryStore(t)
	clock := &servicetest.Clock{}
	svc := servicetest.Open(t, st, clock)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	files := service.Files{Intake: people.Intake{Evidence: []competency.Evidence{
		{ID: "1", Employee: "E2", KnowledgePoints: []string{"B"}, Kind: competency.Exam, Score: 1, Retracted: true},
		{ID: "2", Employee: "E2", KnowledgePoints: []string{"A"}, Kind: competency.Exam, Score: 1},
		{ID: "2", Employee: "E2", KnowledgePoints: []string{"A"}, Kind: competency.Exam, Score: 1},
	}}}
	changed := func(dry bool) int {
		files.Evidence = slices.Clone(files.Evidence)
		done, err := svc.ImportFiles(servicetest.Request(), files, dry)
		require.NoError(t, err)
		require.Equal(t, "evidence", done.Records[0].Record)
		return *done.Records[0].Changed
	}
	require.Equal(t, 2, changed(true))
	require.Equal(t, 2, changed(false))
	require.Len(t, statesOf(t, st, "E2"), 1, "what is taken back counts for nothing")
	before := inspect(t, st)
	require.Equal(t, 0, changed(true))
	require.Equal(t, 0, changed(false))
	require.Equal(t, before, inspect(t, st))

	files.Evidence[1].Retracted = true
	require.Equal(t, 1, changed(false))
	require.Empty(t, statesOf(t, st, "E2"))
}
