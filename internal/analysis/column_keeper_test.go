package analysis_test

import (
	"context"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// teamWorld has a department with one below it, and three people who hold P.
const teamWorld = `
	C { A B }
	P: A=0.5! B=0.5
	Q: B`

func openTeam(t *testing.T, wrap func(store.Store) store.Store, cfg servicetest.Config) *service.Service {
	t.Helper()
	st := store.Store(servicetest.MemoryStore(t))
	if wrap != nil {
		st = wrap(st)
	}
	if cfg.Clock == nil {
		cfg.Clock = (&servicetest.Clock{}).Now
	}
	svc, err := servicetest.New(servicetest.Context(t), st, cfg)
	require.NoError(t, err)
	t.Cleanup(svc.Analysis.Close)
	cs := servicetest.World(t, teamWorld)
	cs.Put.People = competency.People{
		OrgUnits: []competency.OrgUnit{{Code: "HQ", Name: "总部"}, {Code: "DEV", Name: "研发", Parent: "HQ"}},
		Employees: []competency.Employee{
			{Code: "E1", Name: "一", OrgUnit: "DEV", Position: "P", Manager: "E2"}, {Code: "E2", Name: "二", OrgUnit: "HQ", Position: "P"}, {Code: "E3", Name: "三", Position: "P"},
		},
	}
	servicetest.Import(t, svc, cs)
	return svc
}

func record(t *testing.T, svc *service.Service, id, employee, point string) {
	t.Helper()
	require.Empty(t, servicetest.Record(t, svc, servicetest.Exam(id, employee, point, 1)).UserErrors)
}

// holdersOfA returns how many of a group hold A.
func holdersOfA(t *testing.T, svc *service.Service, group *analysis.WorkforceGroup) int {
	t.Helper()
	p, err := svc.Catalog.KnowledgePoint(servicetest.Request(), "A")
	require.NoError(t, err)
	h, err := svc.Analysis.HoldersOf(servicetest.Request(), *p, 0.5, group, nil)
	require.NoError(t, err)
	return *h.Count()
}

// What this process writes counts in the next question.
func TestColumnsFollowOwnWrites(t *testing.T) {
	svc := openTeam(t, nil, servicetest.Config{})
	dev, line := &analysis.WorkforceGroup{OrgUnit: new("DEV")}, &analysis.WorkforceGroup{Line: new("E2")}
	require.Zero(t, holdersOfA(t, svc, nil))
	record(t, svc, "1", "E1", "A")
	record(t, svc, "2", "E3", "A")
	require.Equal(t, 2, holdersOfA(t, svc, nil))
	require.Equal(t, 1, holdersOfA(t, svc, dev))
	require.Equal(t, 1, holdersOfA(t, svc, line))

	ctx := servicetest.Request()
	_, err := svc.UpsertEmployee(ctx, service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E3", OrgUnit: "DEV", Manager: "E1"}})
	require.NoError(t, err)
	require.Equal(t, 2, holdersOfA(t, svc, dev), "E3 has moved")
	require.Equal(t, 2, holdersOfA(t, svc, line), "and reports to E1")

	_, err = svc.UpsertOrgUnit(servicetest.Request(), service.UpsertOrgUnitInput{OrgUnit: competency.OrgUnit{Code: "LAB", Name: "实验室", Parent: "DEV"}})
	require.NoError(t, err)
	require.Zero(t, holdersOfA(t, svc, &analysis.WorkforceGroup{OrgUnit: new("LAB")}), "a new department is known")

	_, err = svc.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "E3"})
	require.NoError(t, err)
	require.Equal(t, 1, holdersOfA(t, svc, nil))
}

// What another process writes of people and departments counts soon.
func TestColumnsFollowOthers(t *testing.T) {
	var shared store.Store
	keep := func(st store.Store) store.Store {
		shared = st
		return st
	}
	svc := openTeam(t, keep, servicetest.Config{FollowEvery: 5 * time.Millisecond, Workforce: analysis.WorkforceConfig{TendEvery: 5 * time.Millisecond}})
	require.Zero(t, holdersOfA(t, svc, nil))
	other := servicetest.Open(t, shared, &servicetest.Clock{})
	record(t, other, "1", "E1", "A")
	require.Eventually(t, func() bool { return holdersOfA(t, svc, nil) == 1 }, time.Minute, time.Millisecond)
	_, err := other.UpsertOrgUnit(servicetest.Request(), service.UpsertOrgUnitInput{OrgUnit: competency.OrgUnit{Code: "LAB", Name: "实验室", Parent: "DEV"}})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err := svc.Analysis.CoverageDistribution(servicetest.Request(), "P", &analysis.WorkforceGroup{OrgUnit: new("LAB")}, nil)
		return err == nil
	}, time.Minute, time.Millisecond)
	_, err = other.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "E1"})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return holdersOfA(t, svc, nil) == 0 }, time.Minute, time.Millisecond)
}

// A publication needs no new columns: points that come and go are those of the answer's revision.
func TestColumnsOutliveRevisions(t *testing.T) {
	calls := &servicetest.StoreCalls{}
	svc := openTeam(t, calls.Watch, servicetest.Config{})
	record(t, svc, "1", "E1", "A")
	require.Equal(t, 1, holdersOfA(t, svc, nil))
	servicetest.RenamePosition(t, svc, "新名")
	calls.Take()
	require.Equal(t, 1, holdersOfA(t, svc, nil))
	require.Empty(t, calls.Take(), "all is in memory")
}

// A new hour is computed aside; until then the old one answers, and tells so.
func TestHoursTurn(t *testing.T) {
	clock := &servicetest.Clock{}
	svc := openTeam(t, nil, servicetest.Config{Clock: clock.Now})
	ask := func() time.Time {
		d, err := svc.Analysis.CoverageDistribution(servicetest.Request(), "P", nil, nil)
		require.NoError(t, err)
		return d.At()
	}
	first := ask()
	require.Equal(t, clock.Now().Truncate(time.Hour), first)
	clock.Advance(90 * time.Minute)
	require.Eventually(t, func() bool { return ask().Equal(first.Add(time.Hour)) }, time.Minute, time.Millisecond)
	d, err := svc.Analysis.CoverageDistribution(servicetest.Request(), "P", nil, new(first))
	require.NoError(t, err)
	require.Equal(t, first, d.At(), "another time is asked the slower way")
}

// Until the columns are read, questions are UNAVAILABLE and say how much is done.
func TestColumnsAreReadInTheBackground(t *testing.T) {
	gate := &profilesGate{open: make(chan struct{})}
	svc := openTeam(t, gate.wrap, servicetest.Config{Workforce: analysis.WorkforceConfig{Wait: time.Millisecond}})
	_, err := svc.Analysis.CoverageDistribution(servicetest.Request(), "P", nil, nil)
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
	require.Eventually(t, func() bool {
		_, err := svc.Analysis.CoverageDistribution(servicetest.Request(), "P", nil, nil)
		return err != nil && fault.CodeOf(err) == fault.Unavailable && gate.given.Load() == 1 && containsShare(err)
	}, time.Minute, time.Millisecond, "one of three people is read")
	_, err = svc.Analysis.ReadinessOf(servicetest.Request(), employee(t, svc, "E1"), nil, nil)
	require.NoError(t, err, "what is about one person needs no columns")
	record(t, svc, "1", "E1", "A") // while they are read
	close(gate.open)
	require.Eventually(t, func() bool {
		_, err := svc.Analysis.CoverageDistribution(servicetest.Request(), "P", nil, nil)
		return err == nil
	}, time.Minute, time.Millisecond)
	require.Equal(t, 1, holdersOfA(t, svc, nil), "nothing is lost in between")
}

func containsShare(err error) bool {
	return fmt.Sprint(err) == "UNAVAILABLE: what everyone masters is being read: 33 % is done (1 of 3 people): try again in some seconds"
}

// Closing ends a read under way.
func TestCloseEndsTheRead(t *testing.T) {
	gate := &profilesGate{open: make(chan struct{})}
	svc := openTeam(t, gate.wrap, servicetest.Config{Workforce: analysis.WorkforceConfig{Wait: time.Millisecond, AtStart: true}})
	svc.Analysis.Start()
	require.Eventually(t, func() bool { return gate.given.Load() == 1 }, time.Minute, time.Millisecond)
	svc.Analysis.Close()
}

// More memory than the setting allows is refused, with what to do, and the process goes on.
func TestMemoryOfColumnsIsBounded(t *testing.T) {
	svc := openTeam(t, nil, servicetest.Config{Workforce: analysis.WorkforceConfig{Memory: 1000}})
	for range 2 {
		_, err := svc.Analysis.CoverageDistribution(servicetest.Request(), "P", nil, nil)
		require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
		require.ErrorContains(t, err, "workforce-memory")
	}
}

// A store that fails brings nothing, and is asked again later.
func TestFailedReadIsRepeated(t *testing.T) {
	clock := &servicetest.Clock{}
	gate := &profilesGate{open: make(chan struct{})}
	close(gate.open)
	gate.fail.Store(true)
	svc := openTeam(t, gate.wrap, servicetest.Config{Clock: clock.Now})
	_, err := svc.Analysis.CoverageDistribution(servicetest.Request(), "P", nil, nil)
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
	gate.fail.Store(false)
	_, err = svc.Analysis.CoverageDistribution(servicetest.Request(), "P", nil, nil)
	require.Equal(t, fault.Unavailable, fault.CodeOf(err), "not at once")
	clock.Advance(time.Minute)
	_, err = svc.Analysis.CoverageDistribution(servicetest.Request(), "P", nil, nil)
	require.NoError(t, err)
}

func employee(t *testing.T, svc *service.Service, code string) people.Employee {
	t.Helper()
	found, err := svc.People.Employee(catalog.BeginRequest(servicetest.Context(t), fault.English), code)
	require.NoError(t, err)
	return *found
}

// profilesGate stops the stream of people after the first of them, until it is opened.
type profilesGate struct {
	store.Store
	open  chan struct{}
	given atomic.Int64
	fail  atomic.Bool
}

func (g *profilesGate) wrap(st store.Store) store.Store {
	g.Store = st
	return g
}

func (g *profilesGate) Profiles(ctx context.Context) iter.Seq2[store.Profile, error] {
	return func(yield func(store.Profile, error) bool) {
		if g.fail.Load() {
			yield(store.Profile{}, store.ErrUnavailable)
			return
		}
		for p, err := range g.Store.Profiles(ctx) {
			if !yield(p, err) {
				return
			}
			g.given.Add(1)
			select {
			case <-g.open:
			case <-ctx.Done():
				yield(store.Profile{}, ctx.Err())
				return
			}
		}
	}
}
