package people_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// What decisions depend on comes with what is read anyway.
func TestPermissionsTakeNoRoundTrip(t *testing.T) {
	var calls servicetest.StoreCalls
	svc := servicetest.Open(t, calls.Watch(servicetest.MemoryStore(t)), &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	manager := viewerOf(t, svc, "E2", access.Grant{Role: access.Trainer, Unit: "DEV"})
	list := func(f people.EmployeeFilter, total int) func(context.Context) error {
		return func(ctx context.Context) error {
			page, err := svc.People.Employees(ctx, 9, nil, &f, true)
			if err != nil {
				return err
			}
			require.Equal(t, total, page.TotalCount)
			for _, e := range page.Nodes {
				_, err = e.States(ctx)
				require.NoError(t, err)
				_, err = e.Manager(ctx)
				require.NoError(t, err)
			}
			return err
		}
	}
	record := func(by *access.Viewer, id string) func(context.Context) error {
		return func(context.Context) error {
			p, err := svc.RecordEvidence(servicetest.As(by), service.RecordEvidenceInput{Evidence: []service.EvidenceInput{servicetest.Exam(id, "E1", "B", 1)}})
			require.Empty(t, p.UserErrors)
			return err
		}
	}
	unbound := access.Service(access.Identity{Account: "lms"}, access.EvidenceWrite, nil)
	for name, c := range map[string]struct {
		do   func(context.Context) error
		want []string
	}{
		"the line":   {list(people.EmployeeFilter{}, 2), []string{"Employees"}},
		"by target":  {list(people.EmployeeFilter{Target: new("P")}, 0), []string{"Employees"}},
		"by manager": {list(people.EmployeeFilter{Manager: new("E2")}, 1), []string{"Employees"}},
		"a person":   {func(ctx context.Context) error { _, err := svc.People.Employee(ctx, "E1"); return err }, []string{"Profile"}},
		"a gap": {func(ctx context.Context) error {
			_, err := svc.Analysis.GapAnalysis(ctx, "E1", "P", nil, nil)
			return err
		}, []string{"Profile"}},
		"a placement": {func(ctx context.Context) error { _, err := svc.Analysis.PlacementNext(ctx, "E1", "P", nil); return err }, []string{"Profile", "Evidence"}},
		"a group":     {func(ctx context.Context) error { _, err := svc.Analysis.Insight(ctx, nil); return err }, []string{"Employees"}},
		"a search": {func(ctx context.Context) error {
			found, err := svc.People.Search(ctx, "e", 9)
			require.Len(t, found, 2)
			return err
		}, []string{"Employees"}},
		"people by code and name": {func(ctx context.Context) error {
			found, err := svc.People.EmployeesCalled(ctx, []string{"E1", "E2", "E3", "none"})
			require.Len(t, found, 2, "of the line alone")
			return err
		}, []string{"Employees"}},
		"people by nothing":    {func(ctx context.Context) error { _, err := svc.People.EmployeesCalled(ctx, nil); return err }, nil},
		"a search for nothing": {func(ctx context.Context) error { _, err := svc.People.Search(ctx, " ", 9); return err }, nil},
		"a search by a token that may list nobody": {func(context.Context) error {
			_, err := svc.People.Search(servicetest.As(access.Service(access.Identity{Account: "a"}, access.CatalogRead, nil)), "e", 9)
			require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
			return nil
		}, nil},
		"reports": {func(ctx context.Context) error {
			has, err := svc.People.HasReports(ctx)
			require.True(t, has)
			return err
		}, []string{"Employees"}},
		"a batch":           {record(manager, "1"), []string{"Employees", "Record"}},
		"a batch of a tool": {record(unbound, "2"), []string{"Record"}},
	} {
		calls.Take()
		require.NoError(t, c.do(servicetest.As(manager)), name)
		require.Equal(t, c.want, calls.Take(), name)
	}
}
