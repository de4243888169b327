package people

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// managedSource is a store that holds people with managers, and counts its reads.
type managedSource struct {
	emptySource
	manager map[string]string
	reads   *int
}

func (s managedSource) Employees(_ context.Context, q store.EmployeeQuery) (page store.EmployeePage, err error) {
	*s.reads++
	for code, manager := range s.manager {
		if q.Codes != nil && !slices.Contains(q.Codes, code) {
			continue
		}
		p := store.Profile{Employee: competency.Employee{Code: code, Manager: manager}}
		if above, ok := s.manager[manager]; ok {
			p.Manager = &competency.Employee{Code: manager, Manager: above}
		}
		page.Profiles = append(page.Profiles, p)
	}
	slices.SortFunc(page.Profiles, func(a, b store.Profile) int { return strings.Compare(a.Employee.Code, b.Employee.Code) })
	return page, nil
}

// ringsOf checks edits written as "E1>E2" (E2 becomes the manager of E1; "E1>" clears it).
func ringsOf(t require.TestingT, manager map[string]string, edits ...string) (rings []string, reads int) {
	var cs competency.ChangeSet
	for _, edit := range edits {
		code, above, _ := strings.Cut(edit, ">")
		e := competency.Employee{Code: code, Name: "n", Manager: above}
		if above == "" {
			e.Clear = competency.FieldManager
		}
		cs.Put.Employees = append(cs.Put.Employees, e)
	}
	problems, err := References{source: managedSource{manager: manager, reads: &reads}}.CheckReferences(context.Background(), cs)
	require.NoError(t, err)
	for _, p := range problems {
		if p.Code == fault.Cycle {
			require.Equal(t, "manager", p.Field)
			rings = append(rings, fmt.Sprintf("%d %s", p.Index, strings.TrimPrefix(p.Text.EN, "managers form a ring: ")))
		}
	}
	return rings, reads
}

func TestRingsOfManagersAreRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		stored map[string]string
		edits  []string
		want   []string // the place of the edit, and the ring from there upwards
	}{
		{"two in one import", nil, []string{"E1>E2", "E2>E1"}, []string{"0 E1, E2"}},
		{"closed over what is stored", map[string]string{"E1": "E2", "E2": "E3", "E3": ""}, []string{"E3>E1"}, []string{"0 E3, E1, E2"}},
		{"below a new ring", map[string]string{"E1": ""}, []string{"E3>E1", "E1>E2", "E2>E1"}, []string{"1 E1, E2"}},
		{"opened by another edit of the same import", map[string]string{"E1": "E2", "E2": ""}, []string{"E2>E1", "E1>"}, nil},
		{"turned round", map[string]string{"E1": "E2", "E2": ""}, []string{"E2>E1", "E1>E3", "E3>"}, nil},
		{"stored and given again as it is", map[string]string{"E1": "E2", "E2": "E1"}, []string{"E1>E2", "E2>E1"}, nil},
		{"stored, with another edit below it", map[string]string{"E1": "E2", "E2": "E1", "E3": ""}, []string{"E3>E1"}, nil},
		{"stored, and a new one", map[string]string{"E1": "E2", "E2": "E1", "E3": "E4", "E4": ""}, []string{"E1>E2", "E4>E3"}, []string{"1 E4, E3"}},
		{"two rings", nil, []string{"E1>E2", "E2>E1", "E3>E4", "E4>E5", "E5>E3"}, []string{"0 E1, E2", "2 E3, E4, E5"}},
		{"none", map[string]string{"E1": ""}, []string{"E2>E1", "E3>E2"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			rings, _ := ringsOf(t, c.stored, c.edits...)
			require.Equal(t, c.want, rings)
		})
	}
}

// Whatever is stored and edited, an import is refused exactly where an edited person comes
// back to themselves by a manager whom the import changes.
func TestRingsOfManagersByWalkingUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom([]string{"A", "B", "C", "D", "E", "F"})
		stored := rapid.MapOf(code, rapid.OneOf(code, rapid.Just(""))).Draw(t, "stored")
		for _, above := range stored {
			if _, ok := stored[above]; !ok && above != "" {
				stored[above] = ""
			}
		}
		given := rapid.MapOf(code, rapid.OneOf(code, rapid.Just(""))).Draw(t, "given")
		var edits []string
		after := map[string]string{}
		for c, m := range stored {
			after[c] = m
		}
		for c, m := range given {
			edits, after[c] = append(edits, c+">"+m), m
		}
		slices.Sort(edits)
		want := false
		for c, m := range given {
			if m == "" || m == stored[c] || m == c {
				continue
			}
			at := m
			for range len(after) {
				if at == c {
					want = true
				}
				at = after[at]
			}
		}
		rings, _ := ringsOf(t, stored, edits...)
		require.Equal(t, want, len(rings) > 0, "stored %v, given %v: %v", stored, given, rings)
	})
}

func TestManagersAreReadInFewRoundTrips(t *testing.T) {
	stored := map[string]string{"E0000": ""}
	for i := 1; i < 2000; i++ {
		stored[fmt.Sprintf("E%04d", i)] = fmt.Sprintf("E%04d", i-1)
	}
	rings, reads := ringsOf(t, stored, "E0000>E1999")
	require.Len(t, rings, 1)
	require.LessOrEqual(t, reads, maxRounds+3)
	_, reads = ringsOf(t, stored, "E0006>E0005")
	require.LessOrEqual(t, reads, 6)
}

// Codes of earlier versions stay; nobody new gets one.
func TestInvisibleCharactersInNewCodesOfPeople(t *testing.T) {
	var cs competency.ChangeSet
	cs.Put.Employees = []competency.Employee{{Code: "E1\u200b", Name: "n"}, {Code: "E2\u200b", Name: "n"}}
	cs.Put.OrgUnits = []competency.OrgUnit{{Code: "U1\u200b", Name: "n"}, {Code: "U2\u200b", Name: "n"}}
	require.Empty(t, competency.Catalog{}.Check(cs), "the store is to be asked")
	source := staticSource{units: []competency.OrgUnit{{Code: "U1\u200b", Name: "n"}}, employees: []string{"E1\u200b"}}
	problems, err := References{source: source}.CheckReferences(t.Context(), cs)
	require.NoError(t, err)
	require.Len(t, problems, 2)
	for _, p := range problems {
		require.Equal(t, 1, p.Index)
		require.Contains(t, p.Text.EN, "U+200B")
	}
}
