package graph_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// A search finds the people whom its viewer may list, and nobody else.
func TestSearchFindsWhomItsViewerMayList(t *testing.T) {
	c := readWorkedCompany(t, "company-2")
	a := newWorkedAPI(t, c)
	for _, v := range c.viewers {
		t.Run(v.name, func(t *testing.T) {
			as := &api{Handler: actAs(a, v.Viewer)}
			if v.expect(t, "CATALOG", "") != "allow" {
				require.Equal(t, []fault.Code{fault.PermissionDenied}, as.execute(t, `{ search(text: "e0") { employees { code } } }`, nil).codes())
				return
			}
			var data struct {
				Search struct {
					Employees, Positions []struct{ Code string }
				}
			}
			const document = `{ search(text: "E0", first: 50) { employees { code } positions { code } } }`
			if _, err := access.ScopedViewer(access.WithViewer(t.Context(), v.Viewer), access.PeopleList); err != nil {
				r := as.execute(t, document, nil)
				require.Equal(t, []fault.Code{fault.PermissionDenied}, r.codes())
				require.Contains(t, r.body, "people:read")
				require.JSONEq(t, `{"search":{"employees":null,"positions":[]}}`, string(r.Data))
				return
			}
			as.answer(t, document, &data)
			found := []string{}
			for _, e := range data.Search.Employees {
				found = append(found, e.Code)
			}
			require.Equal(t, append([]string{}, v.list...), found)
			require.Empty(t, data.Search.Positions)
		})
	}
}

// Who has reports is told so, and who they are oneself.
func TestMeTellsOwnEmployeeAndReports(t *testing.T) {
	for _, name := range []string{"company-1", "company-2"} {
		c := readWorkedCompany(t, name)
		a := newWorkedAPI(t, c)
		for _, v := range c.viewers {
			if v.expect(t, "ADMINISTER_OWN", "") != "allow" {
				continue
			}
			var data struct {
				Me struct {
					Employee *struct{ Code string }
					Reports  bool
				}
			}
			(&api{Handler: actAs(a, v.Viewer)}).answer(t, `{ me { employee { code } reports } }`, &data)
			isReport := func(code string) bool {
				return v.employee != "" && code != v.employee && slices.Contains(c.persons[code].Managers, v.employee) && !slices.Contains(c.persons[v.employee].Managers, code)
			}
			require.Equal(t, slices.ContainsFunc(c.codes, isReport), data.Me.Reports, v.name)
			require.Equal(t, v.employee != "", data.Me.Employee != nil, v.name)
			if v.employee != "" {
				require.Equal(t, v.employee, data.Me.Employee.Code)
			}
		}
	}
}

func TestMeOnOpenLoopback(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	var data struct {
		Me struct {
			AccountID string
			Employee  *struct{ Code string }
			Reports   bool
			Grants    []struct{ Role string }
			Classes   []string
		}
	}
	(&api{Handler: actAs(a, account.OpenViewer())}).answer(t, `{ me { accountId name login employeeCode employee { code } reports grants { role } classes } }`, &data)
	require.Equal(t, account.OpenAccount, data.Me.AccountID)
	require.Nil(t, data.Me.Employee)
	require.False(t, data.Me.Reports)
	require.Empty(t, data.Me.Grants)
	require.Contains(t, data.Me.Classes, "LEARNER")
	r := (&api{Handler: actAs(a, account.ConfiguredTokenViewer())}).execute(t, `{ me { accountId } }`, nil)
	require.Equal(t, []fault.Code{fault.PermissionDenied}, r.codes())
}

func TestSearchRefusesWrongLength(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	for first, want := range map[int][]fault.Code{-1: {fault.InvalidArgument}, 51: {fault.InvalidArgument}, 0: {}, 50: {}} {
		r := a.execute(t, fmt.Sprintf(`{ search(text: "e", first: %d) { employees { code } } }`, first), nil)
		require.Equal(t, want, r.codes(), r.body)
	}
}

// The whole tree of a large catalog is one answer.
func TestTreeOfLargeCatalogIsBelowLimits(t *testing.T) {
	var world competency.ChangeSet
	for i := range 5_000 {
		group := competency.Competency{Code: servicetest.Code("C", i), Name: "能力项"}
		if i > 0 {
			group.Parent = servicetest.Code("C", i-1-(i-1)%10)
		}
		world.Put.Competencies = append(world.Put.Competencies, group)
	}
	a := newAPI(t, world, nil, graph.Config{})
	var data struct {
		CompetencyTree []struct {
			Competency struct {
				Code   string
				Parent *struct{ Code string }
			}
			Depth int
		}
	}
	(&api{Handler: actAs(a, access.System())}).answer(t, `{ competencyTree { depth competency { code name nameEn pointCount parent { code } } } }`, &data)
	require.Len(t, data.CompetencyTree, 5_000)
	var above []string // the codes on the way to where the walk is
	for _, n := range data.CompetencyTree {
		require.LessOrEqual(t, n.Depth, len(above))
		above = append(above[:n.Depth], n.Competency.Code)
		if n.Depth == 0 {
			require.Nil(t, n.Competency.Parent)
			continue
		}
		require.Equal(t, above[n.Depth-1], n.Competency.Parent.Code)
	}
}
