package people

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// staticSource is a store that holds departments and employees. It answers queries for
// codes, and for everyone.
type staticSource struct {
	emptySource
	units     []competency.OrgUnit
	employees []string // sorted
}

func (s staticSource) OrgUnits(context.Context) ([]competency.OrgUnit, error) { return s.units, nil }

func (s staticSource) Employees(_ context.Context, q store.EmployeeQuery) (page store.EmployeePage, err error) {
	for _, code := range s.employees {
		if q.Codes == nil {
			page.Profiles = append(page.Profiles, store.Profile{Employee: competency.Employee{Code: code}})
		} else if _, named := slices.BinarySearch(q.Codes, code); named {
			page.Profiles = append(page.Profiles, store.Profile{Employee: competency.Employee{Code: code}})
		}
	}
	return page, nil
}

// orgChain is a chain of departments, each below the one before.
func orgChain(n int) []competency.OrgUnit {
	units := make([]competency.OrgUnit, n)
	for i := range units {
		units[i] = competency.OrgUnit{Code: fmt.Sprintf("U%06d", i), Name: "部"}
		if i > 0 {
			units[i].Parent = units[i-1].Code
		}
	}
	return units
}

// The sizes of the tests below are such that a check which is quadratic in them takes
// minutes.
const (
	deepChain   = 60_000
	manyPeople  = 50_000
	manyUnknown = 30_000
)

func TestDeepChainOfDepartmentsIsChecked(t *testing.T) {
	t.Parallel()
	var cs competency.ChangeSet
	cs.Put.OrgUnits = orgChain(deepChain)
	problems, err := CheckOwnReferences(t.Context(), cs)
	require.NoError(t, err)
	require.Empty(t, problems)

	cs.Put.OrgUnits[0].Parent = cs.Put.OrgUnits[deepChain-1].Code
	problems, err = CheckOwnReferences(t.Context(), cs)
	require.NoError(t, err)
	require.Len(t, problems, 1, "the cycle, once")
	require.Equal(t, fault.Cycle, problems[0].Code)
	require.Less(t, len(problems[0].Text.EN), 1000, "no message grows with the input")
}

func TestDepartmentsBelowStoredOnesAreChecked(t *testing.T) {
	t.Parallel()
	stored := orgChain(deepChain)
	var cs competency.ChangeSet
	cs.Put.OrgUnits = []competency.OrgUnit{{Code: "U000000", Parent: stored[deepChain-1].Code}}
	for _, u := range stored[:deepChain/2] {
		cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: "E" + u.Code, Name: "人", OrgUnit: u.Code})
	}
	problems, err := References{source: staticSource{units: stored}}.CheckReferences(t.Context(), cs)
	require.NoError(t, err)
	require.Len(t, problems, 1)
	require.Equal(t, fault.Cycle, problems[0].Code)
}

// Of many unknown people and departments few get a suggestion: each costs a comparison
// with everything known.
func TestManyUnknownReferencesAreChecked(t *testing.T) {
	t.Parallel()
	source := staticSource{units: orgChain(manyPeople)}
	for i := range manyPeople {
		source.employees = append(source.employees, fmt.Sprintf("EMP%06d", i))
	}
	var cs competency.ChangeSet
	for i := range manyUnknown {
		unknown := fmt.Sprintf("EMQ%06d", i)
		cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{Employee: unknown, KnowledgePoint: "K", Mastery: 0.5})
		cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: fmt.Sprintf("NEW%06d", i), Name: "新", OrgUnit: fmt.Sprintf("V%06d", i), Manager: unknown})
	}
	problems, err := References{source: source}.CheckReferences(t.Context(), cs)
	require.NoError(t, err)
	require.Len(t, problems, 3*manyUnknown)
	suggested := 0
	for _, p := range problems {
		require.Equal(t, fault.NotFound, p.Code)
		if strings.Contains(p.Text.EN, "did you mean") {
			suggested++
		}
	}
	require.Positive(t, suggested)
	require.LessOrEqual(t, suggested, competency.MaxSuggestions)
}
