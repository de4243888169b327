package analysis_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/workforce"
)

// contentsOf returns everybody in columns, with all states.
func contentsOf(t *testing.T, svc *service.Service, columns *workforce.Columns) map[string]workforce.Learner {
	t.Helper()
	s, err := svc.People.Snapshot(servicetest.Request())
	require.NoError(t, err)
	g, all := s.Graph(), map[string]workforce.Learner{}
	var points []kg.Node
	for n := range g.Points() {
		points = append(points, kg.Node(n))
	}
	require.NoError(t, columns.Read(g, time.Time{}, func(v *workforce.View) error {
		for _, l := range v.Learners(v.InCodeOrder(v.Everyone()), points) {
			l.Person = 0 // numbers differ
			l.States = append([]mastery.State{}, l.States...)
			all[l.Employee.Code] = l
		}
		return nil
	}))
	return all
}

// storedContents returns what columns hold that are built now.
func storedContents(t *testing.T, svc *service.Service) map[string]workforce.Learner {
	t.Helper()
	ctx := servicetest.Request()
	units, err := svc.People.EveryOrgUnit(ctx)
	require.NoError(t, err)
	columns, err := workforce.Build(units, svc.People.Everyone(ctx), svc.Analysis.Columns().Hour())
	require.NoError(t, err)
	return contentsOf(t, svc, columns)
}

// States that this process records are in the columns without a read. The store is not asked
// meanwhile: where it tells of a recording before that is announced, the person is read once more.
func TestOwnRecordingsAreNotRead(t *testing.T) {
	calls := &servicetest.StoreCalls{}
	svc := openTeam(t, calls.Watch, servicetest.Config{})
	require.Zero(t, holdersOfA(t, svc, nil))
	calls.Take()
	for i := range 20 {
		record(t, svc, fmt.Sprint(i), "E1", "A")
		require.Equal(t, 1, holdersOfA(t, svc, nil))
	}
	require.NotContains(t, calls.Take(), "Employees")
	_, err := svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{"0"}})
	require.NoError(t, err)
	require.Equal(t, storedContents(t, svc), contentsOf(t, svc, svc.Analysis.Columns()))
}

// After random writes of two processes the columns of both hold what is stored.
func TestFollowedColumnsEqualStored(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	var shared store.Store
	keep := func(st store.Store) store.Store {
		shared = st
		return st
	}
	quick := servicetest.Config{FollowEvery: time.Millisecond, Workforce: analysis.WorkforceConfig{TendEvery: 5 * time.Millisecond}}
	here := openTeam(t, keep, quick)
	there, err := servicetest.New(servicetest.Context(t), shared, quick)
	require.NoError(t, err)
	t.Cleanup(there.Analysis.Close)
	services := []*service.Service{here, there}
	for _, svc := range services {
		require.Zero(t, holdersOfA(t, svc, nil))
	}
	var writers sync.WaitGroup
	for w, svc := range services {
		for part := range 2 {
			r := rand.New(rand.NewPCG(seed, uint64(2*w+part)))
			writers.Go(func() {
				for i := range 150 {
					writeAtRandom(t, svc, r, fmt.Sprintf("%d-%d-%d", w, part, i))
				}
			})
		}
	}
	writers.Wait()
	for _, svc := range services {
		require.Eventually(t, func() bool {
			holdersOfA(t, svc, nil)
			return fmt.Sprint(storedContents(t, svc)) == fmt.Sprint(contentsOf(t, svc, svc.Analysis.Columns()))
		}, 20*time.Second, 10*time.Millisecond)
	}
}

// writeAtRandom makes one write of a few people, which may be refused.
func writeAtRandom(t *testing.T, svc *service.Service, r *rand.Rand, id string) {
	employee, point := fmt.Sprint("E", 1+r.IntN(4)), []string{"A", "B"}[r.IntN(2)]
	ctx := servicetest.Request()
	var cs competency.ChangeSet
	switch r.IntN(12) {
	case 0:
		cs.Put.Employees = []competency.Employee{{Code: employee, Name: id, OrgUnit: []string{"HQ", "DEV"}[r.IntN(2)]}}
	case 1:
		_, _ = svc.Delete(ctx, competency.Employees, service.DeleteInput{Code: "E4"})
		return
	case 2, 3:
		cs.Put.Mastery = []competency.Assessment{{Employee: employee, KnowledgePoint: point, Mastery: r.Float64(), AssessedAt: kgtest.Now.AddDate(0, 0, -r.IntN(100))}}
	default:
		e := servicetest.Exam(id, employee, point, r.Float64())
		e.At = service.TimeGiven(kgtest.Now.AddDate(0, 0, -r.IntN(100)))
		_, err := svc.RecordEvidence(ctx, service.RecordEvidenceInput{Evidence: []service.EvidenceInput{e}})
		if err != nil {
			t.Error(err)
		}
		return
	}
	_, _ = svc.Import(ctx, cs, false)
}

// Who is erased while nobody can tell of it is not in the columns for long.
func TestForgottenPeopleLeaveColumns(t *testing.T) {
	var shared store.Store
	keep := func(st store.Store) store.Store {
		shared = st
		return st
	}
	const every = 200 * time.Millisecond
	svc := openTeam(t, keep, servicetest.Config{FollowEvery: every})
	record(t, svc, "1", "E1", "A")
	require.Equal(t, 1, holdersOfA(t, svc, nil))
	other := servicetest.Open(t, shared, &servicetest.Clock{})
	_, err := other.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "E1"})
	require.NoError(t, err)
	require.NoError(t, shared.ForgetMoved(servicetest.Context(t), "E1"))
	require.Eventually(t, func() bool { return holdersOfA(t, svc, nil) == 0 }, time.Minute, time.Millisecond)
	require.Equal(t, []string{"E2", "E3"}, svc.Analysis.Columns().Codes())
}

// Where there is no memory to number people again, they are read again once it is worth it.
func TestFragmentedColumnsAreReadAgain(t *testing.T) {
	open := func(cfg analysis.WorkforceConfig) (*service.Service, *workforce.Columns) {
		svc := openTeam(t, nil, servicetest.Config{Workforce: cfg})
		var cs competency.ChangeSet
		for i := range 50 {
			code := fmt.Sprint("N", i)
			cs.Put.KnowledgePoints = append(cs.Put.KnowledgePoints, competency.KnowledgePoint{Code: code, Name: code, Competency: "C"})
			cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{Employee: "E2", KnowledgePoint: code, Mastery: 1, AssessedAt: kgtest.Now})
		}
		servicetest.Import(t, svc, cs)
		require.Zero(t, holdersOfA(t, svc, nil))
		return svc, svc.Analysis.Columns()
	}
	_, first := open(analysis.WorkforceConfig{})
	svc, first := open(analysis.WorkforceConfig{Memory: first.MemoryBytes() * 3 / 2, TendEvery: 5 * time.Millisecond})
	for i := range 40 {
		_, err := svc.UpsertEmployee(servicetest.Request(), service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E1", OrgUnit: []string{"HQ", "DEV"}[i%2]}})
		require.NoError(t, err)
		require.Zero(t, holdersOfA(t, svc, nil), "each move is taken in")
	}
	require.Eventually(t, func() bool { return svc.Analysis.Columns() != first }, time.Minute, time.Millisecond)
	require.Eventually(t, func() bool { return svc.Analysis.Columns() != nil }, time.Minute, time.Millisecond)
	record(t, svc, "1", "E1", "A")
	require.Equal(t, 1, holdersOfA(t, svc, nil), "and followed")
	require.Equal(t, storedContents(t, svc), contentsOf(t, svc, svc.Analysis.Columns()))
}

// Columns that outgrow the bound are dropped, and questions say what to do.
func TestGrownColumnsAreRefused(t *testing.T) {
	svc := openTeam(t, nil, servicetest.Config{Workforce: analysis.WorkforceConfig{Memory: 20_000, TendEvery: 5 * time.Millisecond}})
	require.Zero(t, holdersOfA(t, svc, nil))
	var cs competency.ChangeSet
	for i := range 100 {
		cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: fmt.Sprint("N", i), Name: "新人"})
	}
	servicetest.Import(t, svc, cs)
	require.Eventually(t, func() bool {
		_, err := svc.Analysis.CoverageDistribution(servicetest.Request(), "P", nil, nil)
		return fault.CodeOf(err) == fault.LimitExceeded
	}, time.Minute, time.Millisecond)
	require.Nil(t, svc.Analysis.Columns())
}

// heldRead holds what a read of people has brought, until it is let go.
type heldRead struct {
	store.Store
	hold    atomic.Bool
	brought chan struct{}
	letGo   chan struct{}
}

func (h *heldRead) Employees(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, error) {
	page, err := h.Store.Employees(ctx, q)
	if q.States && h.hold.CompareAndSwap(true, false) {
		h.brought <- struct{}{}
		<-h.letGo
	}
	return page, err
}

// A read that ends after a recording does not bring back what was before it.
func TestOverlappingReadLosesNoRecording(t *testing.T) {
	h := &heldRead{brought: make(chan struct{}), letGo: make(chan struct{})}
	svc := openTeam(t, func(st store.Store) store.Store {
		h.Store = st
		return h
	}, servicetest.Config{FollowEvery: time.Millisecond})
	require.Zero(t, holdersOfA(t, svc, nil))
	h.hold.Store(true)
	other := servicetest.Open(t, h.Store, &servicetest.Clock{})
	record(t, other, "1", "E1", "B")
	<-h.brought // without A
	record(t, svc, "2", "E1", "A")
	asked := make(chan int)
	go func() { asked <- holdersOfA(t, svc, nil) }()
	time.AfterFunc(50*time.Millisecond, func() { close(h.letGo) })
	require.Equal(t, 1, <-asked, "the question waits for the recording")
	require.Equal(t, storedContents(t, svc), contentsOf(t, svc, svc.Analysis.Columns()))
}
