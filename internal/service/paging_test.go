package service_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// catalogOf25 is a catalog with 25 of everything.
func catalogOf25() (cs competency.ChangeSet) {
	for i := range 25 {
		cs.Put.Positions = append(cs.Put.Positions, competency.Position{Code: servicetest.Code("P", i), Name: "岗"})
		cs.Put.Competencies = append(cs.Put.Competencies, competency.Competency{Code: servicetest.Code("C", i), Name: "组"})
		cs.Put.KnowledgePoints = append(cs.Put.KnowledgePoints, competency.KnowledgePoint{Code: servicetest.Code("K", i), Name: "点"})
		cs.Put.Resources = append(cs.Put.Resources, competency.Resource{Code: servicetest.Code("R", i), Title: "书"})
		cs.Put.OrgUnits = append(cs.Put.OrgUnits, competency.OrgUnit{Code: servicetest.Code("U", i), Name: "部"})
		cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: servicetest.Code("E", i), Name: "人"})
	}
	return cs
}

// allPages takes all pages of a list and returns the codes, in the order of pages.
func allPages[T interface{ Code() string }](t *testing.T, list func(first int, after *string) (page.Page[T], error)) []string {
	t.Helper()
	var codes []string
	var after *string
	for {
		page, err := list(7, after)
		require.NoError(t, err)
		require.Equal(t, 25, page.TotalCount)
		require.Equal(t, after != nil, page.PageInfo.HasPreviousPage)
		require.Equal(t, *page.PageInfo.StartCursor, page.Edges()[0].Cursor)
		for _, n := range page.Nodes {
			codes = append(codes, n.Code())
		}
		if after = page.PageInfo.EndCursor; !page.PageInfo.HasNextPage {
			break
		}
	}
	end, err := list(7, after)
	require.NoError(t, err)
	require.Empty(t, end.Nodes)
	require.NotNil(t, end.Nodes, "an empty list is no null")
	require.Nil(t, end.PageInfo.EndCursor)
	none, err := list(0, nil)
	require.NoError(t, err)
	require.Empty(t, none.Nodes)
	require.True(t, none.PageInfo.HasNextPage)
	require.Equal(t, 25, none.TotalCount)
	for _, first := range []int{-1, page.MaxSize + 1} {
		_, err = list(first, nil)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	}
	for _, cursor := range []string{"", "x", "!", "UG9zaXRpb246UDE"} {
		_, err = list(7, &cursor)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), cursor)
	}
	return codes
}

func TestPaging(t *testing.T) {
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	servicetest.Import(t, svc, catalogOf25())
	ctx := servicetest.Request()
	all := func(prefix string) (codes []string) {
		for i := range 25 {
			codes = append(codes, servicetest.Code(prefix, i))
		}
		return codes
	}
	t.Run("positions", func(t *testing.T) {
		require.Equal(t, all("P"), allPages(t, func(n int, after *string) (page.Page[catalog.Position], error) {
			return svc.Catalog.Positions(ctx, n, after, nil)
		}))
	})
	t.Run("competencies", func(t *testing.T) {
		require.Equal(t, all("C"), allPages(t, func(n int, after *string) (page.Page[catalog.Competency], error) {
			return svc.Catalog.Competencies(ctx, n, after, nil)
		}))
	})
	t.Run("points", func(t *testing.T) {
		require.Equal(t, all("K"), allPages(t, func(n int, after *string) (page.Page[catalog.KnowledgePoint], error) {
			return svc.Catalog.KnowledgePoints(ctx, n, after, nil)
		}))
	})
	t.Run("resources", func(t *testing.T) {
		require.Equal(t, all("R"), allPages(t, func(n int, after *string) (page.Page[catalog.Resource], error) {
			return svc.Catalog.Resources(ctx, n, after, nil)
		}))
	})
	t.Run("departments", func(t *testing.T) {
		require.Equal(t, all("U"), allPages(t, func(n int, after *string) (page.Page[people.OrgUnit], error) {
			return svc.People.OrgUnits(ctx, n, after)
		}))
	})
	t.Run("employees", func(t *testing.T) {
		require.Equal(t, all("E"), allPages(t, func(n int, after *string) (page.Page[people.Employee], error) {
			return svc.People.Employees(ctx, n, after, nil, false)
		}))
	})
}
