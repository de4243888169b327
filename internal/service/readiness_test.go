package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// readinessWorld has people directly in HQ and in the departments A and B right below it. All hold
// P, and each first one of a department targets Q.
func readinessWorld(t *testing.T, hq, a, b int) competency.ChangeSet {
	cs := servicetest.World(t, servicetest.SmallCatalog)
	cs.Put.Mastery = nil
	cs.Put.People = competency.People{OrgUnits: []competency.OrgUnit{{Code: "HQ", Name: "总部"}, {Code: "A-1", Name: "甲", Parent: "HQ"}, {Code: "B-1", Name: "乙", Parent: "HQ"}}}
	for _, unit := range []struct {
		code string
		n    int
	}{{"HQ", hq}, {"A-1", a}, {"B-1", b}} {
		for i := range unit.n {
			e := competency.Employee{Code: fmt.Sprintf("%s-E%d", unit.code, i), Name: "某人", OrgUnit: unit.code, Position: "P"}
			if i == 0 {
				e.Targets = []string{"Q"}
			}
			cs.Put.Employees = append(cs.Put.Employees, e)
			for j, point := range []string{"A", "B"} {
				cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{Employee: e.Code, KnowledgePoint: point, Mastery: float64(i+j+1) / 10, AssessedAt: kgtest.Now.AddDate(0, -1, 0)})
			}
		}
	}
	return cs
}

func openReadiness(t *testing.T, st store.Store, clock *servicetest.Clock) *service.Service {
	svc, err := servicetest.New(servicetest.Context(t), st, servicetest.Config{Clock: clock.Now, ReadinessEvery: 5 * time.Millisecond})
	require.NoError(t, err)
	t.Cleanup(svc.Analysis.Close)
	return svc
}

// history returns what is kept of a person, the latest month first.
func history(t *testing.T, svc *service.Service, employee string, position *string) (list []people.ReadinessRecord) {
	t.Helper()
	e, err := svc.People.Employee(servicetest.Request(), employee)
	require.NoError(t, err)
	c, err := e.CoverageHistory(servicetest.Request(), position, 200, nil)
	require.NoError(t, err)
	for _, r := range c.Nodes {
		list = append(list, r.ReadinessRecord)
	}
	return list
}

func recordDue(t *testing.T, svc *service.Service) *analysis.RecordedMonth {
	t.Helper()
	month, err := svc.Analysis.RecordReadiness(servicetest.Request(), false)
	require.NoError(t, err)
	return month
}

func TestReadinessIsRecordedOnceAMonth(t *testing.T) {
	clock := &servicetest.Clock{}
	svc := openReadiness(t, servicetest.MemoryStore(t), clock)
	servicetest.Import(t, svc, readinessWorld(t, 1, 3, 0))
	require.Equal(t, &analysis.RecordedMonth{At: clock.Now().Truncate(time.Hour), People: 4}, recordDue(t, svc))
	require.Nil(t, recordDue(t, svc))

	list := history(t, svc, "A-1-E0", nil)
	require.Len(t, list, 2)
	for _, r := range list {
		g, err := svc.Analysis.GapAnalysis(servicetest.Request(), "A-1-E0", r.PositionCode, &r.At, nil)
		require.NoError(t, err)
		require.Equal(t, people.ReadinessRecord{
			At: clock.Now().Truncate(time.Hour), Revision: g.Revision(), PositionCode: r.PositionCode, Held: r.PositionCode == "P",
			Coverage: math.Floor(g.Coverage()*1e9+0.5) / 1e9, Ready: g.Ready(), CriticalReady: g.CriticalReady(),
		}, r)
	}
	require.Equal(t, []string{"P", "Q"}, []string{list[0].PositionCode, list[1].PositionCode})

	// On demand a later one takes the place of an earlier one of the month.
	clock.Advance(5 * time.Hour)
	servicetest.RecordExam(t, svc, "x1", "A-1-E0", "A", 1)
	_, err := svc.RecordMonth(servicetest.Request())
	require.NoError(t, err)
	again := history(t, svc, "A-1-E0", new("Q"))
	require.Len(t, again, 1)
	require.Greater(t, again[0].Coverage, list[1].Coverage)

	// A position that is not held any more stays in the month in which it was recorded.
	_, err = svc.AssignPosition(servicetest.Request(), service.AssignPositionInput{Employee: "A-1-E1", Position: "Q"})
	require.NoError(t, err)
	clock.Advance(15 * 24 * time.Hour)
	require.NotNil(t, recordDue(t, svc))
	changed := history(t, svc, "A-1-E1", nil)
	require.Equal(t, []string{"Q", "P"}, []string{changed[0].PositionCode, changed[1].PositionCode})
	require.Equal(t, []string{"2026-12", "2026-11"}, []string{changed[0].At.Format("2006-01"), changed[1].At.Format("2006-01")})

	e, err := svc.People.Employee(servicetest.Request(), "A-1-E0")
	require.NoError(t, err)
	var keys []string
	for after := (*string)(nil); ; {
		c, err := e.CoverageHistory(servicetest.Request(), nil, 1, after)
		require.NoError(t, err)
		require.Equal(t, 4, c.TotalCount)
		for _, r := range c.Nodes {
			keys = append(keys, r.At.Format("2006-01")+r.PositionCode)
		}
		if after = c.PageInfo.EndCursor; !c.PageInfo.HasNextPage {
			break
		}
	}
	require.Equal(t, []string{"2026-12P", "2026-12Q", "2026-11P", "2026-11Q"}, keys)
}

// A month turns in UTC, and several processes record it once.
func TestSeveralProcessesRecordAMonthOnce(t *testing.T) {
	clock := &servicetest.Clock{}
	stores := servicetest.FileStores(t, 2)
	a := openReadiness(t, stores[0], clock)
	servicetest.Import(t, a, readinessWorld(t, 1, 3, 0))
	b := openReadiness(t, stores[1], clock)
	runs := func() (n int) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for _, svc := range []*service.Service{a, b} {
			wg.Go(func() {
				month, err := svc.Analysis.RecordReadiness(servicetest.Request(), false)
				mu.Lock()
				defer mu.Unlock()
				require.NoError(t, err)
				if month != nil {
					n++
				}
			})
		}
		wg.Wait()
		return n
	}
	require.Equal(t, 1, runs())
	require.Equal(t, 0, runs())
	clock.Advance(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC).Sub(clock.Now()) - time.Second)
	require.Equal(t, 0, runs())
	clock.Advance(time.Second)
	require.Equal(t, 1, runs())
	require.Len(t, history(t, b, "A-1-E0", new("P")), 2)

	// In the background it is recorded, too.
	ctx, cancel := context.WithCancel(context.Background())
	ended := []func(){a.StartReadiness(ctx), b.StartReadiness(ctx)}
	clock.Advance(31 * 24 * time.Hour)
	require.Eventually(t, func() bool { return len(history(t, b, "A-1-E0", new("P"))) == 3 }, time.Minute, 10*time.Millisecond)
	cancel()
	for _, end := range ended {
		end()
	}
}

// Before whatever write a process dies, another one makes the month complete.
func TestAMonthIsCompleteAfterACrash(t *testing.T) {
	for writes := range int64(30) {
		clock := &servicetest.Clock{}
		dying := &dyingStore{Store: servicetest.MemoryStore(t)}
		dying.left.Store(-1)
		svc := openReadiness(t, dying, clock)
		servicetest.Import(t, svc, readinessWorld(t, 1, 6, 5))
		dying.left.Store(writes)
		_, err := svc.Analysis.RecordReadiness(servicetest.Request(), false)
		dying.left.Store(-1)
		if err == nil {
			require.Greater(t, writes, int64(4))
			return
		}
		unit, err := svc.People.OrgUnit(servicetest.Request(), "A-1")
		require.NoError(t, err)
		other := openReadiness(t, dying, clock)
		before, err := other.Analysis.CoverageHistory(servicetest.Request(), *unit, "P", 9, nil)
		require.NoError(t, err)
		if writes > 0 {
			require.Nil(t, recordDue(t, other), "the lease is not over")
		}
		clock.Advance(3 * time.Hour)
		require.NotNil(t, recordDue(t, other), writes)
		for _, e := range []string{"HQ-E0", "A-1-E0", "B-1-E4"} {
			list := history(t, other, e, new("P"))
			require.Len(t, list, 1)
			require.Equal(t, clock.Now().Truncate(time.Hour), list[0].At)
		}
		c, err := other.Analysis.CoverageHistory(servicetest.Request(), *unit, "P", 9, nil)
		require.NoError(t, err)
		require.Len(t, c.Nodes, 1)
		for _, old := range before.Nodes { // only what was complete
			require.Equal(t, 6, *old.People)
		}
	}
	require.Fail(t, "a month takes fewer writes")
}

func TestDeletedPeopleLeaveNoReadiness(t *testing.T) {
	st := servicetest.MemoryStore(t)
	svc := openReadiness(t, st, &servicetest.Clock{})
	servicetest.Import(t, svc, readinessWorld(t, 1, 3, 0))
	recordDue(t, svc)
	_, err := svc.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "A-1-E0"})
	require.NoError(t, err)
	again := readinessWorld(t, 0, 1, 0)
	servicetest.Import(t, svc, again)
	require.Empty(t, history(t, svc, "A-1-E0", nil))

	// Whoever is deleted while a month is being recorded leaves nothing either.
	_, err = svc.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "A-1-E0"})
	require.NoError(t, err)
	run, err := svc.People.ClaimReadiness(servicetest.Request(), true)
	require.NoError(t, err)
	require.NoError(t, run.SavePeople(servicetest.Request(), map[string][]people.ReadinessRecord{"A-1-E0": {{At: run.At, PositionCode: "P"}}, "A-1-E1": {{At: run.At, PositionCode: "P"}}}))
	require.NoError(t, st.PutDocuments(t.Context(), []store.Document{{Kind: "readiness", ID: "left-by-a-crash", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Body: `{"employee":"GONE","list":[]}`}}))
	require.NoError(t, run.Finish(servicetest.Request(), nil))
	docs, err := st.Documents(t.Context(), store.DocumentQuery{Kind: "readiness"})
	require.NoError(t, err)
	require.Len(t, docs, 3)
	for _, d := range docs {
		require.NotContains(t, d.Body, "A-1-E0")
		require.NotContains(t, d.Body, "GONE")
	}
}

func TestOwnDataHasReadiness(t *testing.T) {
	w := openEraseWorld(t, servicetest.MemoryStore(t))
	export, err := w.ExportMe(servicetest.As(w.viewer("E1")))
	require.NoError(t, err)
	var data struct {
		Readiness []struct {
			Position string
			Held     bool
		}
	}
	require.NoError(t, json.Unmarshal([]byte(export.JSON), &data))
	require.Len(t, data.Readiness, 1)
	require.Equal(t, "P", data.Readiness[0].Position)
	require.True(t, data.Readiness[0].Held)
	for _, f := range export.Files {
		if f.Name == "readiness.csv" {
			require.Equal(t, 2, strings.Count(f.Text, "\r\n"))
			require.Contains(t, f.Text, ",P,true,")
			return
		}
	}
	require.Fail(t, "there is no table")
}

func TestACopyHasTheHistory(t *testing.T) {
	from, to := servicetest.MemoryStore(t), servicetest.MemoryStore(t)
	clock := &servicetest.Clock{}
	svc := openReadiness(t, from, clock)
	servicetest.Import(t, svc, readinessWorld(t, 1, 6, 0))
	recordDue(t, svc)
	contents, err := service.Inspect(servicetest.Request(), archivesOf(from))
	require.NoError(t, err)
	for range 2 { // once more changes nothing
		copied := openReadiness(t, to, clock)
		_, err = copied.CopyFrom(servicetest.Request(), contents, archivesOf(from).Catalog, archivesOf(to))
		require.NoError(t, err)
		for _, kind := range []string{"readiness", "readiness_unit", "readiness_headcount", "readiness_run"} {
			want, err := from.Documents(t.Context(), store.DocumentQuery{Kind: kind})
			require.NoError(t, err)
			require.NotEmpty(t, want)
			got, err := to.Documents(t.Context(), store.DocumentQuery{Kind: kind})
			require.NoError(t, err)
			for i := range want {
				want[i].Version = 1
			}
			require.Equal(t, want, got)
		}
	}
}

// A department is told to whom its figures may be told, then and now.
func TestHistoryOfADepartment(t *testing.T) {
	const hr, expert, manager = "hr", "expert", "manager"
	viewers := map[string]*access.Viewer{
		hr:      access.Account(access.Identity{Account: hr}, access.Person{Code: "HQ-E0", Units: []string{"HQ"}}, []access.Grant{{Role: access.HR}}),
		expert:  access.Account(access.Identity{Account: expert}, access.Person{}, []access.Grant{{Role: access.Expert}}),
		manager: access.Account(access.Identity{Account: manager}, access.Person{Code: "HQ-E1", Units: []string{"HQ"}}, []access.Grant{{Role: access.Manager, Unit: "A-1"}}),
	}
	for _, c := range []struct {
		name      string
		then, now [3]int // people directly in HQ, A-1, B-1
		unit      string
		told      map[string]bool
		refused   map[string]fault.Code
	}{
		{"enough then and now", [3]int{6, 7, 8}, [3]int{6, 7, 8}, "A-1", map[string]bool{hr: true, expert: true, manager: true}, nil},
		{"too few then", [3]int{6, 4, 8}, [3]int{6, 7, 8}, "A-1", map[string]bool{}, nil},
		{"too few now", [3]int{6, 7, 8}, [3]int{6, 4, 8}, "A-1", map[string]bool{hr: true, manager: true}, nil},
		{"the smallest beside a small one then", [3]int{9, 3, 8}, [3]int{9, 7, 8}, "B-1", map[string]bool{hr: true}, map[string]fault.Code{manager: fault.PermissionDenied}},
		{"the smallest beside a small one now", [3]int{9, 7, 8}, [3]int{9, 3, 8}, "B-1", map[string]bool{hr: true}, map[string]fault.Code{manager: fault.PermissionDenied}},
		{"what holds a small one", [3]int{8, 3, 8}, [3]int{8, 7, 8}, "HQ", map[string]bool{hr: true, expert: true}, map[string]fault.Code{manager: fault.PermissionDenied}},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := &servicetest.Clock{}
			svc := openReadiness(t, servicetest.MemoryStore(t), clock)
			servicetest.Import(t, svc, readinessWorld(t, c.then[0], c.then[1], c.then[2]))
			recordDue(t, svc)
			resize(t, svc, c.then, c.now)
			unit, err := svc.People.OrgUnit(servicetest.Request(), c.unit)
			require.NoError(t, err)
			for id, v := range viewers {
				got, err := svc.Analysis.CoverageHistory(servicetest.As(v), *unit, "P", 9, nil)
				require.Equal(t, c.refused[id], fault.CodeOf(err), id)
				if err != nil {
					continue
				}
				require.Equal(t, c.told[id], len(got.Nodes) == 1, id)
				if len(got.Nodes) == 0 {
					continue
				}
				r := got.Nodes[0]
				require.Equal(t, id == hr, r.Quantiles != nil, id)
				if id != hr {
					require.InDelta(t, math.Round(*r.Unassessed*100)/100, *r.Unassessed, 1e-12)
					require.GreaterOrEqual(t, *r.Ready, 0.05)
				}
			}
		})
	}
}

// resize lets people come and go.
func resize(t *testing.T, svc *service.Service, then, now [3]int) {
	t.Helper()
	for i, unit := range []string{"HQ", "A-1", "B-1"} {
		for n := now[i]; n < then[i]; n++ {
			p, err := svc.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: fmt.Sprintf("%s-E%d", unit, n)})
			require.NoError(t, err)
			require.Empty(t, p.UserErrors)
		}
	}
	servicetest.Import(t, svc, readinessWorld(t, now[0], now[1], now[2]))
}

func TestRecordingIsForAdministrators(t *testing.T) {
	svc := openReadiness(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	servicetest.Import(t, svc, readinessWorld(t, 1, 1, 0))
	as := func(role access.Role) context.Context {
		return servicetest.As(access.Account(access.Identity{Account: "a"}, access.Person{Code: "HQ-E0"}, []access.Grant{{Role: role}}))
	}
	_, err := svc.RecordReadiness(as(access.HR))
	require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
	p, err := svc.RecordReadiness(as(access.Admin))
	require.NoError(t, err)
	require.True(t, p.Done)
	require.Equal(t, 2, *p.People)
	_, err = svc.People.ClaimReadiness(servicetest.Request(), true)
	require.NoError(t, err)
	p, err = svc.RecordReadiness(as(access.Admin))
	require.NoError(t, err)
	require.False(t, p.Done)
	require.Equal(t, fault.Conflict, p.UserErrors[0].Code)
}
