package neo4jstore_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// surrogateCodes are in code-point order, which differs from UTF-16 order. In UTF-16,
// surrogate pairs come before U+E000 and above.
var surrogateCodes = []string{"a", "一", "\ue000", "\ue001", "\uf8ff", "ﾊ", "\ufffd", "😀", "😀a", "𠮷", "\U000f0000", "\U0010ffff"}

func TestEmployeePagesAreInCodePointOrder(t *testing.T) {
	require.True(t, slices.IsSorted(surrogateCodes))
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	r := plantRecords()
	r.Employees, r.OrgUnits, r.Mastery = []competency.Employee{{Code: "!boss", Name: "boss"}}, []competency.OrgUnit{{Code: "u", Name: "u"}}, nil
	for _, code := range surrogateCodes {
		r.OrgUnits = append(r.OrgUnits, competency.OrgUnit{Code: code, Name: "n"})
		r.Employees = append(r.Employees, competency.Employee{
			Code: code, Name: "rigger", OrgUnit: "u", Position: "rigger", Targets: []string{"rigger"}, Manager: "!boss",
		})
		r.Mastery = append(r.Mastery, competency.Assessment{Employee: code, KnowledgePoint: "crane", Mastery: 1, AssessedAt: noon})
	}
	slices.Reverse(r.Employees[1:])
	applyRecords(t, s, r)

	everybody := append([]string{"!boss"}, surrogateCodes...)
	for _, c := range []struct {
		name  string
		query store.EmployeeQuery
		want  []string
	}{
		{"everybody", store.EmployeeQuery{}, everybody},
		{"codes", store.EmployeeQuery{Codes: surrogateCodes}, surrogateCodes},
		{"text", store.EmployeeQuery{Text: "RIG"}, surrogateCodes},
		{"unit", store.EmployeeQuery{OrgUnits: []string{"u"}}, surrogateCodes},
		{"position", store.EmployeeQuery{Position: "rigger"}, surrogateCodes},
		{"target", store.EmployeeQuery{Target: "rigger"}, surrogateCodes},
		{"manager", store.EmployeeQuery{Manager: "!boss"}, surrogateCodes},
		{"point", store.EmployeeQuery{KnowledgePoint: "crane"}, surrogateCodes},
		{"all of it", store.EmployeeQuery{OrgUnits: []string{"u"}, Position: "rigger", Text: "rig", KnowledgePoint: "crane"}, surrogateCodes},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, first := range []int{0, 1, 2, 5, len(c.want), 100} {
				require.Equal(t, c.want, readPages(t, s, c.query, first, len(c.want)), "pages of %d", first)
			}
			// A page may begin after any text, also one that is no code.
			for _, after := range append([]string{"", "b", "\ue000x", "\ufffe", "\U0001f601"}, surrogateCodes...) {
				q := c.query
				q.After, q.First = after, 2
				page, err := s.Employees(t.Context(), q)
				require.NoError(t, err)
				rest := slices.DeleteFunc(slices.Clone(c.want), func(code string) bool { return code <= after })
				require.Equal(t, rest[:min(2, len(rest))], pageCodes(page), "after %q", after)
				require.Equal(t, len(rest) > 2, page.More, "after %q", after)
				require.Equal(t, len(c.want), page.Total)
			}
		})
	}

	var streamed, units []string
	for p, err := range s.Profiles(t.Context()) {
		require.NoError(t, err)
		streamed = append(streamed, p.Employee.Code)
	}
	require.Equal(t, everybody, streamed)
	list, err := s.OrgUnits(t.Context())
	require.NoError(t, err)
	for _, u := range list {
		units = append(units, u.Code)
	}
	require.Equal(t, slices.Sorted(slices.Values(append([]string{"u"}, surrogateCodes...))), units)
}

// readPages reads all pages and returns their codes.
func readPages(t *testing.T, s store.Store, q store.EmployeeQuery, first, total int) (codes []string) {
	t.Helper()
	q.First = first
	for {
		page, err := s.Employees(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, total, page.Total)
		require.NotEmpty(t, page.Profiles)
		codes = append(codes, pageCodes(page)...)
		if !page.More {
			return codes
		}
		require.Len(t, page.Profiles, first)
		q.After = codes[len(codes)-1]
	}
}

func pageCodes(page store.EmployeePage) []string {
	codes := []string{}
	for _, p := range page.Profiles {
		codes = append(codes, p.Employee.Code)
	}
	return codes
}
