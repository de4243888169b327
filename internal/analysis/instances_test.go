package analysis_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// randomWriter writes what people and learning systems write, through one instance.
type randomWriter struct {
	*rand.Rand
	svc    *service.Service
	name   string
	pieces int
}

func (w *randomWriter) person() string { return fmt.Sprintf("N%02d", w.IntN(30)) }

func (w *randomWriter) pick(codes ...string) string { return codes[w.IntN(len(codes))] }

// write does one write. What another instance has changed meanwhile may be refused.
func (w *randomWriter) write() error {
	ctx, code := servicetest.Request(), w.person()
	switch n := w.IntN(20); {
	case n < 11:
		w.pieces++
		_, err := w.svc.RecordEvidence(ctx, service.RecordEvidenceInput{Evidence: []service.EvidenceInput{servicetest.Exam(fmt.Sprintf("%s-%d", w.name, w.pieces), code, w.pick("A", "B"), w.Float64())}})
		return err
	case n < 14:
		_, err := w.svc.SetMastery(ctx, service.SetMasteryInput{Employee: code, KnowledgePoint: w.pick("A", "B"), Mastery: w.Float64()})
		return err
	case n < 18:
		e := competency.Employee{Code: code, Name: "新人", OrgUnit: w.pick("HQ", "DEV"), Position: w.pick("P", "Q"), Manager: w.pick("E1", "E2")}
		_, err := w.svc.UpsertEmployee(ctx, service.UpsertEmployeeInput{Employee: e})
		return err
	case n < 19:
		_, err := w.svc.Delete(ctx, competency.Employees, service.DeleteInput{Code: code})
		return err
	}
	_, err := w.svc.UpsertOrgUnit(ctx, service.UpsertOrgUnitInput{OrgUnit: competency.OrgUnit{Code: "DEV", Parent: w.pick("HQ", "LAB")}})
	return err
}

// figures are answers that show every state, and where everyone is.
func figures(t *testing.T, svc *service.Service) (all []string) {
	t.Helper()
	ctx := servicetest.Request()
	for _, unit := range []string{"HQ", "DEV", "LAB"} {
		group := &analysis.WorkforceGroup{OrgUnit: &unit}
		for _, position := range []string{"P", "Q"} {
			candidates, err := svc.Analysis.Candidates(ctx, position, group, 200, nil, nil)
			require.NoError(t, err)
			for _, c := range candidates.Nodes {
				all = append(all, fmt.Sprintf("%s %s %s %+v", unit, position, c.Employee.Code(), c.Readiness.Readiness))
			}
		}
	}
	line, err := svc.Analysis.Candidates(ctx, "P", &analysis.WorkforceGroup{Line: new("E1")}, 200, nil, nil)
	require.NoError(t, err)
	return append(all, fmt.Sprint("line ", line.TotalCount))
}

// Whatever three instances write of people at once, each answers soon as one that begins now.
// ZHITU_WRITES says how many writes.
func TestInstancesAgree(t *testing.T) {
	writes := 600
	if n, err := strconv.Atoi(os.Getenv("ZHITU_WRITES")); err == nil {
		writes = n
	}
	stores := servicetest.FileStores(t, 4)
	open := func(i int) *service.Service {
		svc, err := servicetest.New(servicetest.Context(t), stores[i], servicetest.Config{
			FollowEvery: 5 * time.Millisecond, Workforce: analysis.WorkforceConfig{TendEvery: 5 * time.Millisecond},
		})
		require.NoError(t, err)
		t.Cleanup(svc.Analysis.Close)
		return svc
	}
	first := open(0)
	cs := servicetest.World(t, teamWorld)
	cs.Put.People = competency.People{
		OrgUnits:  []competency.OrgUnit{{Code: "HQ", Name: "总部"}, {Code: "LAB", Name: "实验室", Parent: "HQ"}, {Code: "DEV", Name: "研发", Parent: "HQ"}},
		Employees: []competency.Employee{{Code: "E1", Name: "一", OrgUnit: "DEV", Manager: "E2"}, {Code: "E2", Name: "二", OrgUnit: "HQ"}},
	}
	servicetest.Import(t, first, cs)
	instances := []*service.Service{first, open(1), open(2)}
	for _, svc := range instances {
		figures(t, svc) // reads everyone
	}
	var writers sync.WaitGroup
	for i, svc := range instances {
		w := &randomWriter{rand.New(rand.NewPCG(7, uint64(i))), svc, fmt.Sprint(i), 0}
		writers.Go(func() {
			for range writes / 3 {
				if err := w.write(); err != nil && fault.CodeOf(err) == fault.Internal {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	want := figures(t, open(3))
	require.Greater(t, len(want), 60, "there are people with states")
	for i, svc := range instances {
		require.Eventually(t, func() bool { return fmt.Sprint(want) == fmt.Sprint(figures(t, svc)) }, time.Minute, 5*time.Millisecond, "instance %d", i)
	}
}
