package people_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// A circle of managers, which only edits by other means can close, has no reports; who reports
// into it has it above.
func TestHasReportsInCircle(t *testing.T) {
	st := servicetest.MemoryStore(t)
	svc := servicetest.Open(t, st, &servicetest.Clock{})
	servicetest.ApplyDirectly(t, st, func(cs *competency.ChangeSet) {
		cs.Put.Employees = []competency.Employee{
			{Code: "A", Name: "A", Manager: "B"},
			{Code: "B", Name: "B", Manager: "A"}, // below B: C
			{Code: "C", Name: "C", Manager: "B"},
			{Code: "D", Name: "D", Manager: "E"},
			{Code: "E", Name: "E", Manager: "D"},
			{Code: "F", Name: "F", Manager: "F"},
		}
	})
	for code, want := range map[string]bool{"A": true, "B": true, "C": false, "D": false, "E": false, "F": false} {
		t.Run(code, func(t *testing.T) {
			who, err := svc.People.Stand(servicetest.Request(), code)
			require.NoError(t, err)
			ctx := servicetest.As(access.Account(access.Identity{Account: code}, who, nil))
			has, err := svc.People.HasReports(ctx)
			require.NoError(t, err)
			require.Equal(t, want, has)
			own, err := svc.People.Self(ctx)
			require.NoError(t, err)
			require.Equal(t, code, own.Code())
		})
	}
	for name, v := range map[string]*access.Viewer{
		"without a link":       access.Account(access.Identity{Account: "x"}, access.Person{}, nil),
		"whose person is gone": access.Account(access.Identity{Account: "x"}, access.Person{Code: "GONE"}, nil),
	} {
		t.Run(name, func(t *testing.T) {
			own, err := svc.People.Self(servicetest.As(v))
			require.NoError(t, err)
			require.Nil(t, own)
			has, err := svc.People.HasReports(servicetest.As(v))
			require.NoError(t, err)
			require.False(t, has)
		})
	}
}
