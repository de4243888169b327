package people_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/storetest"
)

func outcomes(p service.EvidencePayload) (list []people.EvidenceOutcome) {
	for _, r := range p.Results {
		list = append(list, r.Outcome)
	}
	return list
}

func statesOf(t testing.TB, s store.Store, employee string) []competency.Assessment {
	t.Helper()
	p, err := s.Profile(context.Background(), employee)
	require.NoError(t, err)
	return p.States
}

func TestEvidenceMovesMasteryGapAndNextSteps(t *testing.T) {
	svc := servicetest.OpenWorld(t, "P: A=0.7 B=0.7\nB <- A")
	p := servicetest.Record(t, svc, servicetest.Exam("1", "E1", "A", 1))
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceRecorded}, outcomes(p))
	learners := servicetest.Learners(t, p)
	require.Len(t, learners, 1)
	states, err := learners[0].States(servicetest.Request())
	require.NoError(t, err)
	require.Len(t, states, 1)
	require.Equal(t, "A", states[0].KnowledgePoint().Code())
	require.Greater(t, states[0].Mastery(), 0.7)
	steps, err := svc.Analysis.NextStepsAfter(servicetest.Request(), learners[0], "P", 3, nil)
	require.NoError(t, err)
	require.Len(t, steps, 1)
	require.Equal(t, "B", steps[0].KnowledgePoint().Code())

	servicetest.RecordExam(t, svc, "2", "E1", "B", 1)
	g, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, nil)
	require.NoError(t, err)
	require.True(t, g.Ready())
}

func TestRecordRefusesSinglePieces(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	bad := servicetest.Exam("5", "E1", "A", 0.5)
	bad.Correct = new(true)
	negative := servicetest.Exam("7", "E1", "A", 0.5)
	negative.DurationSeconds = new(-1.0)
	p := servicetest.Record(t, svc, servicetest.Exam("1", "E1", "A", 0.9), servicetest.Exam("2", "E9", "A", 0.9), servicetest.Exam("3", "E1", "Z", 0.9), servicetest.Exam("4", "E1", "A", 1.5), bad,
		servicetest.Exam("1", "E1", "B", 0.9), servicetest.Exam("有 空格", "E1", "A", 1), service.EvidenceInput{ID: "6", Employee: "E1"}, negative,
		servicetest.Exam("8", "E9", "Z", 0.9), servicetest.Exam("9", "E8", "A", 7), servicetest.Exam("10", "", "A", 7))
	require.Equal(t, []people.EvidenceOutcome{
		people.EvidenceRecorded, people.EvidenceRefused, people.EvidenceRefused, people.EvidenceRefused, people.EvidenceRefused,
		people.EvidenceRefused, people.EvidenceRefused, people.EvidenceRefused, people.EvidenceRefused,
		people.EvidenceRefused, people.EvidenceRefused, people.EvidenceRefused,
	}, outcomes(p))
	var fields []string
	for _, e := range p.UserErrors {
		fields = append(fields, *e.Field)
		require.NotEmpty(t, e.Message)
	}
	require.Equal(t, []string{
		"evidence.1.employee", "evidence.2.knowledgePoints", "evidence.3.score", "evidence.4.score", "evidence.5.id", "evidence.6.id",
		"evidence.7.score", "evidence.7.knowledgePoints", "evidence.7.kind", "evidence.8.durationSeconds",
		"evidence.9.knowledgePoints", "evidence.9.employee", "evidence.10.score", "evidence.10.employee", "evidence.11.employee", "evidence.11.score",
	}, fields)
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceDuplicate}, outcomes(servicetest.Record(t, svc, servicetest.Exam("1", "E1", "A", 0.9))))

	_, err := svc.RecordEvidence(servicetest.Request(), service.RecordEvidenceInput{Evidence: make([]service.EvidenceInput, service.MaxEvidence+1)})
	require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
}

func TestRetractRestoresStates(t *testing.T) {
	s := servicetest.MemoryStore(t)
	svc := servicetest.Open(t, s, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	before := statesOf(t, s, "E1")
	servicetest.Record(t, svc, servicetest.Exam("1", "E1", "A", 0.1), servicetest.Exam("2", "E1", "B", 0.9))
	p, err := svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{"1", "2", "9", "1"}})
	require.NoError(t, err)
	require.Equal(t, []people.EvidenceOutcome{
		people.EvidenceRetracted, people.EvidenceRetracted, people.EvidenceRefused, people.EvidenceRetracted,
	}, outcomes(p))
	require.Equal(t, "ids.2", *p.UserErrors[0].Field)
	require.Equal(t, before, statesOf(t, s, "E1"), "the mastery that was entered is there again")
	gone, err := servicetest.Learners(t, p)[0].Unassessed(servicetest.Request())
	require.NoError(t, err)
	require.Equal(t, "B", gone[0].Code())

	p, err = svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{"1"}})
	require.NoError(t, err)
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceDuplicate}, outcomes(p))
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceDuplicate}, outcomes(servicetest.Record(t, svc, servicetest.Exam("1", "E1", "A", 0.1))), "the id stays known")
}

// However evidence arrives, in whatever order and parts, late, twice, with some of
// it taken back: the states are those of the evidence that counts, and of nothing
// else.
func TestStatesDoNotDependOnHowEvidenceArrives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(draw *rapid.T) {
		n := rapid.IntRange(1, 25).Draw(draw, "pieces")
		entered := rapid.Bool().Draw(draw, "entered")
		var all []service.EvidenceInput
		retract := map[string]bool{}
		for i := range n {
			e := servicetest.Exam(fmt.Sprint(i), rapid.SampledFrom([]string{"E1", "E2"}).Draw(draw, "who"), "A", rapid.Float64Range(0, 1).Draw(draw, "score"))
			e.Kind = rapid.SampledFrom(competency.EvidenceKinds).Draw(draw, "kind").Value
			e.KnowledgePoints = rapid.SampledFrom([][]string{{"A"}, {"B"}, {"A", "D"}, {"A", "B", "D"}}).Draw(draw, "points")
			e.At = service.TimeGiven(kgtest.Now.Add(time.Duration(rapid.IntRange(-3, 6).Draw(draw, "day")) * 24 * time.Hour))
			if rapid.Float64Range(0, 1).Draw(draw, "known difficulty") < 0.3 {
				e.Difficulty = new(rapid.Float64Range(0, 1).Draw(draw, "difficulty"))
			}
			all = append(all, e)
			retract[e.ID] = rapid.Float64Range(0, 1).Draw(draw, "retracted") < 0.2
		}
		deal := func(seed uint64) [2][]competency.Assessment {
			r := rand.New(rand.NewPCG(seed, 1))
			s := servicetest.MemoryStore(t)
			svc := servicetest.Open(t, s, &servicetest.Clock{})
			text := "A B D"
			if entered {
				text += "\n@ A=0.4 B=0.9"
			}
			servicetest.Import(t, svc, servicetest.World(t, text))
			for left := shuffled(r, all); len(left) > 0; {
				k := 1 + r.IntN(len(left))
				servicetest.Record(t, svc, left[:k]...)
				if r.IntN(3) == 0 {
					servicetest.Record(t, svc, left[:1+r.IntN(k)]...)
				}
				var gone []string
				for _, e := range left[:k] {
					if retract[e.ID] {
						gone = append(gone, e.ID)
					}
				}
				_, err := svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: gone})
				require.NoError(draw, err)
				left = left[k:]
			}
			before := [2][]competency.Assessment{statesOf(t, s, "E1"), statesOf(t, s, "E2")}
			_, err := svc.People.Replay(servicetest.Request(), func(int) {})
			require.NoError(draw, err)
			require.Equal(draw, before, [2][]competency.Assessment{statesOf(t, s, "E1"), statesOf(t, s, "E2")}, "replayed")
			return before
		}
		require.Equal(draw, deal(1), deal(2))
	})
}

func shuffled[T any](r *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// Many writers of one person lose nothing, and what they write together is as if
// each had written alone.
func TestConcurrentRecordingsOfOnePerson(t *testing.T) {
	t.Parallel()
	s := servicetest.MemoryStore(t)
	var l servicetest.StoreCalls
	svc := servicetest.Open(t, l.Watch(s), &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	l.Take()
	var all sync.WaitGroup
	for w := range 50 {
		all.Go(func() {
			for i := range 4 {
				p, err := svc.RecordEvidence(servicetest.Request(), service.RecordEvidenceInput{Evidence: []service.EvidenceInput{
					servicetest.Exam(fmt.Sprintf("%d-%d", w, i), "E1", []string{"A", "B"}[i%2], float64(w%2)), servicetest.Exam(fmt.Sprint("shared-", i), "E2", "A", 1), servicetest.Exam("x", "E9", "A", 1),
				}})
				if assert.NoError(t, err) {
					assert.Equal(t, people.EvidenceRecorded, p.Results[0].Outcome)
					assert.NotEqual(t, people.EvidenceRefused, p.Results[1].Outcome)
					assert.Equal(t, people.EvidenceRefused, p.Results[2].Outcome)
				}
			}
		})
	}
	all.Wait()
	evidence, err := s.Evidence(context.Background(), store.EvidenceQuery{Employees: []string{"E1"}})
	require.NoError(t, err)
	require.Len(t, evidence, 200)
	evidence, err = s.Evidence(context.Background(), store.EvidenceQuery{Employees: []string{"E2"}})
	require.NoError(t, err)
	require.Len(t, evidence, 4)
	require.Less(t, len(l.Take()), 250, "commits are shared")
}

func TestRecordRefusesBeyondTheQueueLimit(t *testing.T) {
	t.Parallel()
	held := storetest.BlockRecord(servicetest.MemoryStore(t))
	svc := servicetest.Open(t, held, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	var all sync.WaitGroup
	var mu sync.Mutex
	outcome := map[fault.Code]int{}
	batch := func(n int) (list []service.EvidenceInput) {
		for i := range service.MaxEvidence {
			list = append(list, servicetest.Exam(fmt.Sprintf("%d-%d", n, i), "E1", "A", 1))
		}
		return list
	}
	const senders = 30
	for n := range senders {
		all.Go(func() {
			_, err := svc.RecordEvidence(servicetest.Request(), service.RecordEvidenceInput{Evidence: batch(n)})
			mu.Lock()
			defer mu.Unlock()
			outcome[fault.CodeOf(err)]++
		})
	}
	require.Eventually(t, func() bool { mu.Lock(); defer mu.Unlock(); return outcome[fault.Unavailable] > 0 }, time.Minute, time.Millisecond)
	close(held.Release)
	all.Wait()
	evidence, err := held.Evidence(context.Background(), store.EvidenceQuery{})
	require.NoError(t, err)
	require.Len(t, evidence, outcome[""]*service.MaxEvidence, "what was acknowledged, and nothing else")
	require.Equal(t, senders, outcome[""]+outcome[fault.Unavailable])
}

func TestRecordReportsAFailedWrite(t *testing.T) {
	s := failingStore{servicetest.MemoryStore(t)}
	svc := servicetest.Open(t, s, &servicetest.Clock{})
	_, err := svc.Import(servicetest.Request(), servicetest.World(t, servicetest.SmallCatalog), false)
	require.NoError(t, err)
	_, err = svc.RecordEvidence(servicetest.Request(), service.RecordEvidenceInput{Evidence: []service.EvidenceInput{servicetest.Exam("1", "E1", "A", 1)}})
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))

	// What is refused before it is written asks nothing of the store.
	p := servicetest.Record(t, svc, servicetest.Exam("2", "E1", "Z", 1))
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceRefused}, outcomes(p))
}

type failingStore struct{ store.Store }

func (failingStore) Record(context.Context, []store.Recording, store.Fold) ([]store.RecordingResult, error) {
	return nil, errors.Join(store.ErrUnavailable)
}

// failingRead is a store in which all evidence of E1 cannot be read within a fold, by a
// panic.
type failingRead struct{ store.Store }

func (f failingRead) Record(ctx context.Context, list []store.Recording, fold store.Fold) ([]store.RecordingResult, error) {
	return f.Store.Record(ctx, list, func(in store.FoldInput) (store.StateChanges, error) {
		if in.Employee == "E1" {
			in.All = func() (store.PersonEvidence, error) { panic("a read that fails") }
		}
		return fold(in)
	})
}

func TestPanicInAFoldLeavesTheProcessRunning(t *testing.T) {
	st := failingRead{servicetest.MemoryStore(t)}
	svc := servicetest.Open(t, st, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	servicetest.RecordExam(t, svc, "1", "E1", "B", 1)
	late := servicetest.Exam("2", "E1", "B", 1) // everything is folded again
	late.At = service.TimeGiven(kgtest.Now.AddDate(0, 0, -1))
	_, err := svc.RecordEvidence(servicetest.Request(), service.RecordEvidenceInput{Evidence: []service.EvidenceInput{
		servicetest.Exam("3", "E2", "A", 1), late,
	}})
	require.Equal(t, fault.Internal, fault.CodeOf(err))
	next := servicetest.Exam("4", "E1", "B", 1)
	next.At = service.TimeGiven(kgtest.Now.Add(time.Minute))
	require.Equal(t, []people.EvidenceOutcome{people.EvidenceDuplicate, people.EvidenceRecorded},
		outcomes(servicetest.Record(t, svc, servicetest.Exam("3", "E2", "A", 1), next)), "that of others is recorded, and what comes after")
	all, err := st.Evidence(t.Context(), store.EvidenceQuery{})
	require.NoError(t, err)
	require.Len(t, all, 3)
}
