package service_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/seed"
)

func TestImportIsIdempotent(t *testing.T) {
	t.Parallel()
	var l servicetest.StoreCalls
	svc := servicetest.Open(t, l.Watch(servicetest.MemoryStore(t)), &servicetest.Clock{})
	doc, err := exchange.ReadFS(seed.Files, ".")
	require.NoError(t, err)
	require.Empty(t, doc.Problems)

	t.Run("a dry run reports what would change and writes nothing", func(t *testing.T) {
		l.Take()
		done, err := svc.Import(servicetest.Request(), doc.Changes, true)
		require.NoError(t, err)
		require.NotContains(t, l.Take(), "Apply")
		require.Zero(t, done.Revision)
		require.Zero(t, servicetest.Revision(t, svc))
		require.Equal(t, competency.Competencies, done.Records[0].Record)
		require.Equal(t, done.Records[0].Given, *done.Records[0].Changed)
	})
	t.Run("an import is one transaction", func(t *testing.T) {
		l.Take()
		require.EqualValues(t, 1, servicetest.Import(t, svc, doc.Changes).Revision)
		made := l.Take()
		require.Equal(t, "Apply", made[len(made)-1])
		require.NotContains(t, made[:len(made)-1], "Apply")
	})
	t.Run("a second import changes nothing and raises no revision", func(t *testing.T) {
		done := servicetest.Import(t, svc, doc.Changes)
		require.EqualValues(t, 1, done.Revision)
		for _, tally := range done.Records {
			if tally.Changed != nil {
				require.Zero(t, *tally.Changed, tally.Record)
			}
		}
	})
}

func TestImportReportsAllProblems(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	var cs competency.ChangeSet
	cs.Put.Positions = []competency.Position{{Code: "GOOD", Name: "好"}, {Code: "NAMELESS"}}
	cs.Put.Requirements = []competency.Requirement{{Position: "GOOD", Target: "AA"}, {Position: "GOOD", Target: "A", Level: new(2.0)}}
	cs.Put.OrgUnits = []competency.OrgUnit{{Code: "U1", Name: "一", Parent: "U2"}, {Code: "U2", Name: "二", Parent: "U1"}, {Code: "U3", Name: "三", Parent: "NONE"}}
	cs.Put.Employees = []competency.Employee{{Code: "E9", Name: "新", OrgUnit: "DEW", Manager: "E8", Position: "P"}, {Code: "E7"}}
	cs.Put.Mastery = []competency.Assessment{{Employee: "E6", KnowledgePoint: "A", Mastery: 0.5}, {Employee: "E1", KnowledgePoint: "A", Mastery: -1}}
	want := []fault.Place{
		{Record: competency.Positions, Index: 1, Field: "name"},
		{Record: competency.Requirements, Index: 0, Field: "target"},
		{Record: competency.Requirements, Index: 1, Field: "level"},
		{Record: competency.MasteryStates, Index: 1, Field: "mastery"},
		{Record: competency.OrgUnits, Index: 0, Field: "parent"}, // the ring, once
		{Record: competency.OrgUnits, Index: 2, Field: "parent"},
		{Record: competency.Employees, Index: 0, Field: "org_unit"},
		{Record: competency.Employees, Index: 0, Field: "manager"},
		{Record: competency.Employees, Index: 1, Field: "name"},
		{Record: competency.MasteryStates, Index: 0, Field: "employee"},
	}
	for _, dryRun := range []bool{true, false} {
		_, err := svc.Import(servicetest.Request(), cs, dryRun)
		var places []fault.Place
		for _, p := range fault.ProblemsOf(err) {
			places = append(places, p.Place)
		}
		require.ElementsMatch(t, want, places)
	}
	require.EqualValues(t, 1, servicetest.Revision(t, svc))
	_, err := svc.Catalog.Position(servicetest.Request(), "GOOD")
	require.Equal(t, fault.NotFound, fault.CodeOf(err))

	t.Run("where only people are wrong, too", func(t *testing.T) {
		var cs competency.ChangeSet
		cs.Put.Positions = []competency.Position{{Code: "GOOD", Name: "好"}}
		cs.Put.Employees = []competency.Employee{{Code: "E9", Name: "新", Manager: "E11"}, {Code: "E7"}}
		cs.Put.Mastery = []competency.Assessment{{Employee: "E6", KnowledgePoint: "A", Mastery: 0.5}}
		for _, dryRun := range []bool{true, false} {
			_, err := svc.Import(servicetest.Request(), cs, dryRun)
			require.Len(t, fault.ProblemsOf(err), 3)
			require.Contains(t, fault.ProblemsOf(err)[0].Text.EN, "did you mean E1?")
		}
		_, err := svc.Catalog.Position(servicetest.Request(), "GOOD")
		require.Equal(t, fault.NotFound, fault.CodeOf(err))
	})
	t.Run("one short cycle of each component is reported, where it was put", func(t *testing.T) {
		cs := servicetest.World(t, "K1 <- K2\n K2 <- K1\n L1 <- L2\n L2 <- L3\n L3 <- L1\n M")
		_, err := svc.Import(servicetest.Request(), cs, false)
		require.Equal(t, fault.Cycle, fault.CodeOf(err))
		require.Len(t, fault.ProblemsOf(err), 2)
		for _, p := range fault.ProblemsOf(err) {
			require.Equal(t, competency.Prerequisites, p.Record)
		}
	})
}

func TestImportWarnings(t *testing.T) {
	svc := servicetest.OpenWorld(t, "E { }\n A <- E\n P: E")
	var cs competency.ChangeSet
	cs.Put.Requirements = []competency.Requirement{{Position: "P", Target: "A"}, {Position: "P", Target: "E", Level: new(0.9)}}
	done := servicetest.Import(t, svc, cs)
	require.Len(t, done.Warnings, 1, "the edge was there before")
	require.Equal(t, fault.Place{Record: competency.Requirements, Index: 1, Field: "target"}, done.Warnings[0].Place)
}

func TestImportDeletesNothing(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	before, err := servicetest.Catalog(svc)
	require.NoError(t, err)
	var cs competency.ChangeSet
	cs.Put.Positions = []competency.Position{{Code: "P", Grade: "P5"}}
	cs.Put.Employees = []competency.Employee{{Code: "E1"}}
	servicetest.Import(t, svc, cs)
	after, err := servicetest.Catalog(svc)
	require.NoError(t, err)
	require.Equal(t, before.Len(), after.Len())
	who, err := svc.People.Employee(servicetest.Request(), "E1")
	require.NoError(t, err)
	require.Equal(t, "陈晓雨", who.Name())
}

func TestDepartmentsAreReadByCodeAndName(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	var cs competency.ChangeSet
	cs.Put.OrgUnits = []competency.OrgUnit{{Code: "U8", Name: "八"}, {Code: "U9", Name: "九", Parent: "U8 八"}}
	servicetest.Import(t, svc, cs)
	units, err := svc.People.AllOrgUnits(servicetest.Request())
	require.NoError(t, err)
	require.Contains(t, units, competency.OrgUnit{Code: "U9", Name: "九", Parent: "U8"})

	cs.Put.OrgUnits = []competency.OrgUnit{{Code: "U9", Name: "九", Parent: "U8 七"}}
	_, err = svc.Import(servicetest.Request(), cs, false)
	require.Len(t, fault.ProblemsOf(err), 1, "that is the name of another")
}
