package people_test

import (
	"testing"
	"time"

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

func setMastery(t *testing.T, svc *service.Service, point string, m float64, at time.Time) service.EmployeePayload {
	t.Helper()
	p, err := svc.SetMastery(servicetest.Request(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: point, Mastery: m, AssessedAt: service.TimeGiven(at)})
	require.NoError(t, err)
	return p
}

// Nothing is taken in that happens later than five minutes from now.
func TestNothingOfTheFutureIsTakenIn(t *testing.T) {
	s := servicetest.MemoryStore(t)
	svc := servicetest.Open(t, s, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	soon, late := kgtest.Now.Add(competency.MaxAhead), kgtest.Now.Add(competency.MaxAhead+time.Microsecond)
	before := statesOf(t, s, "E1")

	p := setMastery(t, svc, "A", 0.9, late)
	require.Len(t, p.UserErrors, 1)
	require.Equal(t, "assessedAt", *p.UserErrors[0].Field)
	require.Equal(t, fault.InvalidArgument, p.UserErrors[0].Code)
	require.Contains(t, p.UserErrors[0].Message, "in the future")
	var cs competency.ChangeSet
	cs.Put.Mastery = []competency.Assessment{{Employee: "E1", KnowledgePoint: "A", Mastery: 0.9, AssessedAt: late}}
	for _, dryRun := range []bool{true, false} {
		_, err := svc.Import(servicetest.Request(), cs, dryRun)
		require.Equal(t, "assessed_at", fault.ProblemsOf(err)[0].Field)
	}
	exams := []service.EvidenceInput{servicetest.Exam("1", "E1", "A", 1), servicetest.Exam("2", "E1", "A", 1)}
	exams[0].At, exams[1].At = &service.GivenTime{Time: late}, &service.GivenTime{Time: soon}
	require.Equal(t, before, statesOf(t, s, "E1"))
	recorded := servicetest.Record(t, svc, exams...)
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceRefused, people.EvidenceRecorded}, outcomes(recorded))
	require.Equal(t, "evidence.0.at", *recorded.UserErrors[0].Field)
	require.Empty(t, setMastery(t, svc, "B", 0.9, soon).UserErrors)
	answer, err := svc.AnswerPlacement(servicetest.Request(), service.AnswerPlacementInput{Employee: "E1", Position: "P", KnowledgePoint: "A", Correct: new(true), At: &service.GivenTime{Time: late}})
	require.NoError(t, err)
	require.Equal(t, "at", *answer.UserErrors[0].Field)
}

// What an earlier version has taken in of the future is accepted again where it is the
// same, is listed, and can be taken away: then what has happened counts.
func TestStoredFutureCanBeTakenAway(t *testing.T) {
	s, clock := servicetest.MemoryStore(t), &servicetest.Clock{}
	clock.Advance(100 * 365 * 24 * time.Hour)
	svc := servicetest.Open(t, s, clock)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	future := kgtest.Now.Add(50 * 365 * 24 * time.Hour)
	setMastery(t, svc, "A", 0.3, future)
	exam := servicetest.Exam("future", "E1", "B", 1)
	exam.At = &service.GivenTime{Time: future}
	servicetest.Record(t, svc, exam)
	clock.Advance(-100 * 365 * 24 * time.Hour)

	var cs competency.ChangeSet
	cs.Put.Mastery = []competency.Assessment{{Employee: "E1", KnowledgePoint: "A", Mastery: 0.3, AssessedAt: future}}
	_, err := svc.Import(servicetest.Request(), cs, false)
	require.NoError(t, err)
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceDuplicate}, outcomes(servicetest.Record(t, svc, exam)))

	archives := service.Archives{Catalog: catalog.NewArchive(s), People: people.NewArchive(s), Now: clock.Now()}
	contents, err := service.Inspect(t.Context(), archives)
	require.NoError(t, err)
	require.Empty(t, contents.Problems)
	require.Len(t, contents.Kept, 2)
	require.Contains(t, contents.Kept[0].Text.EN, "deleteMastery")
	require.Equal(t, "E1 → A", contents.Kept[0].Key)
	require.Equal(t, "future", contents.Kept[1].Key)

	p := servicetest.Record(t, svc, servicetest.Exam("1", "E1", "A", 1))
	require.Equal(t, []string{"A"}, p.Results[0].Superseded, "it is told that it changes nothing")
	require.Equal(t, 1, p.Superseded)
	wrong, err := svc.DeleteMastery(servicetest.Request(), service.DeleteMasteryInput{Employee: "E1", KnowledgePoint: "A", ExpectedAssessedAt: new(kgtest.Now)})
	require.NoError(t, err)
	require.Equal(t, fault.Conflict, wrong.UserErrors[0].Code)
	gone, err := svc.DeleteMastery(servicetest.Request(), service.DeleteMasteryInput{Employee: "E1", KnowledgePoint: "A", ExpectedAssessedAt: &future})
	require.NoError(t, err)
	require.Empty(t, gone.UserErrors)
	states, err := gone.Learner.States(servicetest.Request())
	require.NoError(t, err)
	require.InDelta(t, 0.877, states[0].Mastery(), 0.0005, "the exam counts")
	require.Nil(t, states[0].EnteredAt())
}

func TestDeleteMastery(t *testing.T) {
	s := servicetest.MemoryStore(t)
	svc := servicetest.Open(t, s, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	setMastery(t, svc, "B", 0.5, kgtest.Now.Add(-time.Hour))
	remove := func(in service.DeleteMasteryInput) service.DeleteMasteryPayload {
		p, err := svc.DeleteMastery(servicetest.Request(), in)
		require.NoError(t, err)
		return p
	}
	for field, in := range map[string]service.DeleteMasteryInput{
		"employee":         {Employee: "E9", KnowledgePoint: "B"},
		"knowledgePoint":   {Employee: "E1", KnowledgePoint: "Z"},
		"expectedRevision": {Employee: "E1", KnowledgePoint: "B", Base: service.Base{ExpectedRevision: new(77)}},
	} {
		p := remove(in)
		require.Len(t, p.UserErrors, 1, field)
		require.Equal(t, field, *p.UserErrors[0].Field)
		require.Nil(t, p.Learner)
	}
	p := remove(service.DeleteMasteryInput{Employee: "E1", KnowledgePoint: "B"})
	require.Empty(t, p.UserErrors)
	gone, err := p.Learner.Unassessed(servicetest.Request())
	require.NoError(t, err)
	require.Equal(t, "B", gone[0].Code())
	require.Equal(t, fault.NotFound, remove(service.DeleteMasteryInput{Employee: "E1", KnowledgePoint: "B"}).UserErrors[0].Code)

	servicetest.RecordExam(t, svc, "1", "E1", "B", 1)
	require.Contains(t, remove(service.DeleteMasteryInput{Employee: "E1", KnowledgePoint: "B"}).UserErrors[0].Message, "retracted", "that follows from evidence")
}

// Results of one moment about one point count together, whatever their ids and order.
func TestResultsOfOneMoment(t *testing.T) {
	var all [][]competency.Assessment
	for _, ids := range [][2]string{{"a", "b"}, {"b", "a"}} {
		for _, together := range []bool{true, false} {
			s := servicetest.MemoryStore(t)
			svc := servicetest.Open(t, s, &servicetest.Clock{})
			servicetest.Import(t, svc, servicetest.World(t, "A\nP: A"))
			exams := []service.EvidenceInput{servicetest.Exam(ids[0], "E1", "A", 1), servicetest.Exam(ids[1], "E1", "A", 0)}
			if together {
				servicetest.Record(t, svc, exams...)
			} else {
				servicetest.Record(t, svc, exams[1])
				servicetest.Record(t, svc, exams[0])
			}
			all = append(all, statesOf(t, s, "E1"))
		}
	}
	require.InDelta(t, 0.5, all[0][0].Mastery, 1e-9)
	for _, states := range all {
		require.Equal(t, all[0], states)
	}
}

// An assessment older than the stored one changes nothing, and an import says so.
func TestImportTellsOfOlderAssessments(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	setMastery(t, svc, "A", 0.6, kgtest.Now)
	setMastery(t, svc, "B", 0.6, kgtest.Now.Add(-time.Hour))
	var cs competency.ChangeSet
	for _, point := range []string{"B", "A"} {
		cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{Employee: "E1", KnowledgePoint: point, Mastery: 0.9, AssessedAt: kgtest.Now.Add(-time.Minute)})
	}
	for _, dryRun := range []bool{true, false} {
		done, err := svc.Import(servicetest.Request(), cs, dryRun)
		require.NoError(t, err)
		require.Equal(t, 1, done.Older)
		require.Len(t, done.Warnings, 1)
		require.Equal(t, 1, done.Warnings[0].Index)
	}
}

// The same id stands for one piece of evidence, whoever sends another one.
func TestReusedIDsAreConflicts(t *testing.T) {
	s, clock := servicetest.MemoryStore(t), &servicetest.Clock{}
	svc := servicetest.Open(t, s, clock)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	first := servicetest.Exam("42", "E1", "A", 1)
	first.Source = "exams"
	servicetest.Record(t, svc, first)
	clock.Advance(time.Hour)
	stored, err := s.Evidence(t.Context(), store.EvidenceQuery{})
	require.NoError(t, err)

	repeated, sourceless := first, first
	sourceless.Source = ""
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceDuplicate, people.EvidenceDuplicate}, outcomes(servicetest.Record(t, svc, repeated, sourceless)),
		"what we filled in is not compared, nor what is not given")
	for name, change := range map[string]func(*service.EvidenceInput){
		"person":     func(e *service.EvidenceInput) { e.Employee = "E2" },
		"points":     func(e *service.EvidenceInput) { e.KnowledgePoints = []string{"A", "B"} },
		"kind":       func(e *service.EvidenceInput) { e.Kind = competency.Defence },
		"score":      func(e *service.EvidenceInput) { e.Score = new(0.1) },
		"attempts":   func(e *service.EvidenceInput) { e.Attempts = new(2) },
		"duration":   func(e *service.EvidenceInput) { e.DurationSeconds = new(2.0) },
		"item":       func(e *service.EvidenceInput) { e.Item = "Q1" },
		"difficulty": func(e *service.EvidenceInput) { e.Difficulty = new(0.5) },
		"source":     func(e *service.EvidenceInput) { e.Source = "quiz" },
	} {
		e := first
		change(&e)
		p := servicetest.Record(t, svc, e)
		require.Equal(t, []people.EvidenceOutcome{people.EvidenceRefused}, outcomes(p), name)
		require.Equal(t, fault.Conflict, p.UserErrors[0].Code, name)
		require.Equal(t, "evidence.0.id", *p.UserErrors[0].Field)
		require.Contains(t, p.UserErrors[0].Message, `from "exams"`)
		require.NotContains(t, p.UserErrors[0].Message, "E1")
	}
	after, err := s.Evidence(t.Context(), store.EvidenceQuery{})
	require.NoError(t, err)
	require.Equal(t, stored, after)

	timed, later := servicetest.Exam("t", "E1", "A", 1), servicetest.Exam("t", "E1", "A", 1)
	timed.At, later.At = &service.GivenTime{Time: kgtest.Now}, &service.GivenTime{Time: kgtest.Now.Add(time.Minute)}
	p := servicetest.Record(t, svc, timed, timed, later, servicetest.Exam("t", "E1", "A", 1), servicetest.Exam("t", "E2", "A", 1))
	require.Equal(t, []people.EvidenceOutcome{
		people.EvidenceRecorded, people.EvidenceDuplicate, people.EvidenceRefused, people.EvidenceDuplicate, people.EvidenceRefused,
	}, outcomes(p), "in one request too")
	require.Len(t, p.UserErrors, 2)

	rating := servicetest.Exam("r", "E1", "A", 1)
	rating.Kind, rating.Source = competency.PeerRating, "王工"
	servicetest.Record(t, svc, rating)
	rating.Score = new(0.5)
	require.NotContains(t, servicetest.Record(t, svc, rating).UserErrors[0].Message, "王工", "a peer stays unnamed")
}

// Statements are compared by their hashes, and by the person where none is kept.
func TestStatementsAreComparedByHash(t *testing.T) {
	stored := competency.Evidence{ID: "1", Employee: "E1", KnowledgePoints: []string{"A"}, Kind: competency.Exam, Score: 1, At: kgtest.Now, StatementHash: "x"}
	again := stored
	again.Score, again.KnowledgePoints = 0.5, []string{"B"}
	require.True(t, again.Repeats(stored), "mapped in another way, and the same statement")
	again.StatementHash = "y"
	require.False(t, again.Repeats(stored))
	stored.StatementHash = ""
	require.True(t, again.Repeats(stored), "an earlier version kept no hash")
	again.Employee = "E2"
	require.False(t, again.Repeats(stored))
}
