package analysis_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// insightCompany is a company of 450: E2 at HQ, the others in LAB below DEV. They have failed
// A and passed B, which rests on it, but for every third, who knows both.
func insightCompany(t testing.TB, s store.Store) *service.Service {
	t.Helper()
	svc := servicetest.Open(t, s, &servicetest.Clock{})
	cs := servicetest.World(t, "C { A B } D\nB <- A\nZ <- D\nP: B\nQ: D\n@ D=0.1")
	cs.Put.OrgUnits = append(cs.Put.OrgUnits, competency.OrgUnit{Code: "LAB", Name: "实验室", Parent: "DEV"}, competency.OrgUnit{Code: "EMPTY", Name: "空"})
	var evidence []service.EvidenceInput
	for i := 3; i <= 450; i++ {
		code := fmt.Sprintf("E%d", i)
		cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: code, Name: "员工", OrgUnit: "LAB"})
		a := servicetest.Exam(code+"a", code, "A", 0)
		if i%3 == 0 {
			a = servicetest.Exam(code+"a", code, "A", 1)
		}
		evidence = append(evidence, a, servicetest.Exam(code+"b", code, "B", 1))
	}
	servicetest.Import(t, svc, cs)
	failed := servicetest.Exam("1", "E2", "A", 0)
	failed.At = &service.GivenTime{Time: kgtest.Now.Add(-time.Hour)}
	servicetest.Record(t, svc, append(evidence, failed, servicetest.Exam("2", "E2", "A", 0.9), servicetest.Exam("3", "E2", "Z", 1))...)
	return svc
}

func TestInsight(t *testing.T) {
	t.Parallel()
	var trips []string
	s := store.Observe(servicetest.MemoryStore(t), func(method string, _ time.Duration, _ error) { trips = append(trips, method) })
	svc := insightCompany(t, s)
	insightOf := func(f *analysis.InsightFilter) *analysis.Insight {
		trips = nil
		i, err := svc.Analysis.Insight(servicetest.Request(), f)
		require.NoError(t, err)
		return i
	}
	points := func(i *analysis.Insight) (list []string) {
		all, err := i.Points(servicetest.Request(), 20)
		require.NoError(t, err)
		for _, p := range all {
			list = append(list, fmt.Sprintf("%s %d/%d %.3f", p.KnowledgePoint().Code(), p.People, p.EvidenceCount, p.ErrorRate))
		}
		return list
	}

	i := insightOf(nil)
	require.Equal(t, []string{"Employees", "Employees", "Employees"}, trips, "450 people on three pages")
	require.Equal(t, 1, i.Revision())
	require.Equal(t, 449, i.People(), "what was entered for E1 does not count")
	require.Equal(t, 899, i.EvidenceCount())
	require.Equal(t, []string{"A 449/450 0.664", "B 448/448 0.000", "Z 1/1 0.000"}, points(i))
	suspects, err := i.SuspectPrerequisites(servicetest.Request(), 20, 5)
	require.NoError(t, err)
	require.Len(t, suspects, 1)
	require.Equal(t, "A", suspects[0].Prerequisites()[0].Prerequisite().(catalog.KnowledgePoint).Code())
	require.Equal(t, "B", suspects[0].Prerequisites()[0].Dependent().(catalog.KnowledgePoint).Code())
	require.Equal(t, []int{448, 298}, []int{suspects[0].People, suspects[0].Contradicting})
	require.InDelta(t, 298./448, suspects[0].Share, 1e-12)

	all, err := i.Points(servicetest.Request(), 1)
	require.NoError(t, err)
	require.InDelta(t, 1./299, *all[0].CorrectionRate, 1e-12, "E2 alone has passed A later")
	require.InDelta(t, 150./449, all[0].FirstAttemptRate, 1e-12)

	i = insightOf(&analysis.InsightFilter{OrgUnit: new("DEV")})
	require.Equal(t, []string{"OrgUnits", "Employees", "Employees", "Employees"}, trips)
	require.Equal(t, []string{"A 448/448 0.665", "B 448/448 0.000"}, points(i), "the laboratory is in it")
	require.Equal(t, []string{"A 449/450 0.664", "B 448/448 0.000", "Z 1/1 0.000"}, points(insightOf(&analysis.InsightFilter{OrgUnit: new("HQ")})))
	require.Empty(t, points(insightOf(&analysis.InsightFilter{OrgUnit: new("EMPTY")})))
	require.Equal(t, []string{"A 449/450 0.664", "B 448/448 0.000"}, points(insightOf(&analysis.InsightFilter{Position: new("P")})), "B rests on A")
	require.Empty(t, points(insightOf(&analysis.InsightFilter{Position: new("Q")})))
	require.Equal(t, []string{"A 449/450 0.664", "B 448/448 0.000"}, points(insightOf(&analysis.InsightFilter{Competency: new("C")})))
	require.Empty(t, points(insightOf(&analysis.InsightFilter{Competency: new("C"), Position: new("Q")})))
}

func TestInsightRefusesArguments(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	for _, f := range []analysis.InsightFilter{{Position: new("NONE")}, {Competency: new("NONE")}, {Competency: new("A")}, {OrgUnit: new("NONE")}, {OrgUnit: new("")}} {
		_, err := svc.Analysis.Insight(servicetest.Request(), &f)
		require.Equal(t, fault.NotFound, fault.CodeOf(err))
	}
	i, err := svc.Analysis.Insight(servicetest.Request(), nil)
	require.NoError(t, err)
	_, err = i.Points(servicetest.Request(), page.MaxSize+1)
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	_, err = i.SuspectPrerequisites(servicetest.Request(), -1, 5)
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	_, err = i.SuspectPrerequisites(servicetest.Request(), 20, 0)
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))

	ctx, cancel := context.WithCancel(servicetest.Request())
	cancel()
	_, err = svc.Analysis.Insight(ctx, nil)
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
}

// A question that has begun before another instance publishes goes on with what it
// has begun with, though points come and go meanwhile.
func TestInsightIsOfOneRevision(t *testing.T) {
	t.Parallel()
	st := servicetest.MemoryStore(t)
	insightCompany(t, st)
	pages := 0
	svc := servicetest.Open(t, publishingStore{st, func() {
		if pages++; pages == 1 {
			_, err := st.Apply(context.Background(), 1, store.Change{ChangeSet: competency.ChangeSet{Put: competency.Records{Catalog: competency.Catalog{
				KnowledgePoints: []competency.KnowledgePoint{{Code: "A0", Name: "新"}},
			}}}})

			require.NoError(t, err)
		}
	}}, &servicetest.Clock{})
	i, err := svc.Analysis.Insight(servicetest.Request(), nil)
	require.NoError(t, err)
	require.Equal(t, 3, pages)
	require.Equal(t, 1, i.Revision())
	all, err := i.Points(servicetest.Request(), 20)
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(all, func(p analysis.PointInsight) bool { return p.KnowledgePoint().Code() == "A" && p.People == 449 }))
}

// publishingStore is a store in which another instance publishes after a page.
type publishingStore struct {
	store.Store
	after func()
}

func (p publishingStore) Employees(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, error) {
	page, err := p.Store.Employees(ctx, q)
	p.after()
	return page, err
}
