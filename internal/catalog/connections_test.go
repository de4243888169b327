package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// many is a catalog with 25 of everything.
func many() (cs competency.ChangeSet) {
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

// walk takes all pages of a list and returns the codes, in the order of pages.
func walk[T interface{ Code() string }](t *testing.T, list func(first int, after *string) (page.Page[T], error)) []string {
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

func TestPagesLeadThroughEverything(t *testing.T) {
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	servicetest.Import(t, svc, many())
	ctx := servicetest.Request()
	all := func(prefix string) (codes []string) {
		for i := range 25 {
			codes = append(codes, servicetest.Code(prefix, i))
		}
		return codes
	}
	t.Run("positions", func(t *testing.T) {
		require.Equal(t, all("P"), walk(t, func(n int, after *string) (page.Page[catalog.Position], error) {
			return svc.Catalog.Positions(ctx, n, after, nil)
		}))
	})
	t.Run("competencies", func(t *testing.T) {
		require.Equal(t, all("C"), walk(t, func(n int, after *string) (page.Page[catalog.Competency], error) {
			return svc.Catalog.Competencies(ctx, n, after, nil)
		}))
	})
	t.Run("points", func(t *testing.T) {
		require.Equal(t, all("K"), walk(t, func(n int, after *string) (page.Page[catalog.KnowledgePoint], error) {
			return svc.Catalog.KnowledgePoints(ctx, n, after, nil)
		}))
	})
	t.Run("resources", func(t *testing.T) {
		require.Equal(t, all("R"), walk(t, func(n int, after *string) (page.Page[catalog.Resource], error) {
			return svc.Catalog.Resources(ctx, n, after, nil)
		}))
	})
	t.Run("departments", func(t *testing.T) {
		require.Equal(t, all("U"), walk(t, func(n int, after *string) (page.Page[people.OrgUnit], error) {
			return svc.People.OrgUnitPage(ctx, n, after)
		}))
	})
	t.Run("employees", func(t *testing.T) {
		require.Equal(t, all("E"), walk(t, func(n int, after *string) (page.Page[people.Employee], error) {
			return svc.People.Employees(ctx, n, after, nil, false)
		}))
	})
}

func TestIDsLeadBackToWhatTheyName(t *testing.T) {
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	cs := many()
	cs.Put.Positions = append(cs.Put.Positions, competency.Position{Code: "岗:一", Name: "冒号"})
	servicetest.Import(t, svc, cs)
	ctx := servicetest.Request()
	var ids []string
	follow := func(id string, err error) {
		t.Helper()
		require.NoError(t, err)
		node, err := svc.Node(ctx, id)
		require.NoError(t, err)
		again, ok := node.(interface{ ID() string })
		require.True(t, ok, "%T", node)
		require.Equal(t, id, again.ID())
		require.NotContains(t, ids, id)
		ids = append(ids, id)
	}
	position, err := svc.Catalog.Position(ctx, "岗:一")
	follow(position.ID(), err)
	group, err := svc.Catalog.Competency(ctx, "C00001")
	follow(group.ID(), err)
	point, err := svc.Catalog.KnowledgePoint(ctx, "K00001")
	follow(point.ID(), err)
	resource, err := svc.Catalog.Resource(ctx, "R00001")
	follow(resource.ID(), err)
	unit, err := svc.People.OrgUnit(ctx, "U00001")
	follow(unit.ID(), err)
	person, err := svc.People.Employee(ctx, "E00001")
	follow(person.ID(), err)

	_, err = svc.Delete(ctx, competency.Employees, service.DeleteInput{Code: "E00001"})
	require.NoError(t, err)
	node, err := svc.Node(ctx, person.ID())
	require.NoError(t, err)
	require.Nil(t, node, "what is gone is null and no error")
	for _, id := range []string{"", "x", "????", "UG9zaXRpb24", "TG9nOjE"} {
		_, err := svc.Node(ctx, id)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), id)
	}
}

func TestSearches(t *testing.T) {
	var cs competency.ChangeSet
	cs.Put.Competencies = []competency.Competency{{Code: "C1", Name: "数据分析", NameEN: "Data Analysis"}, {Code: "C2", Name: "数据清洗", Parent: "C1"}}
	cs.Put.KnowledgePoints = []competency.KnowledgePoint{
		{Code: "K-SQL-JOIN", Name: "多表连接查询", NameEN: "Joining Tables", Competency: "C2", Kind: competency.Skill, Tags: []string{"SQL", "数据库"}},
		{Code: "K-停电", Name: "停电操作", NameEN: "\u00c9cole", Competency: "C1", Nature: competency.Creative},
		{Code: "K-3", Name: "验电"},
	}
	cs.Put.Positions = []competency.Position{{Code: "P1", Name: "数据分析师", Family: "数据序列", Grade: "P5"}, {Code: "P2", Name: "操作员", Family: "操作序列", Grade: "P5"}}
	cs.Put.Resources = []competency.Resource{{Code: "R1", Title: "数据入门", Modality: competency.Video, Language: "zh-CN"}, {Code: "R2", Title: "SQL Basics", Language: "en"}}
	cs.Put.OrgUnits = []competency.OrgUnit{{Code: "HQ", Name: "总部"}}
	cs.Put.Employees = []competency.Employee{{Code: "E1", Name: "陈晓雨", Position: "P1", OrgUnit: "HQ"}, {Code: "E2", Name: "Ann Chen", Manager: "E1", Targets: []string{"P1"}}}
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	servicetest.Import(t, svc, cs)
	points := func(f catalog.KnowledgePointFilter) (page.Page[catalog.KnowledgePoint], error) {
		return svc.Catalog.KnowledgePoints(servicetest.Request(), 50, nil, &f)
	}
	employees := func(f people.EmployeeFilter) (page.Page[people.Employee], error) {
		return svc.People.Employees(servicetest.Request(), 50, nil, &f, false)
	}
	for _, c := range []struct {
		say   string
		found string
		want  string
	}{
		{"two Chinese characters within a name", found(points(catalog.KnowledgePointFilter{Text: new("连接")})), "K-SQL-JOIN"},
		{"two that do not stand together", found(points(catalog.KnowledgePointFilter{Text: new("多连")})), ""},
		{"part of a code in another case", found(points(catalog.KnowledgePointFilter{Text: new("k-sql")})), "K-SQL-JOIN"},
		{"part of an English name in another case", found(points(catalog.KnowledgePointFilter{Text: new("JOINING t")})), "K-SQL-JOIN"},
		{"another normal form and case", found(points(catalog.KnowledgePointFilter{Text: new("e\u0301COLE")})), "K-停电"},
		{"white space around", found(points(catalog.KnowledgePointFilter{Text: new(" 电 ")})), "K-3 K-停电"},
		{"nothing but white space selects all", found(points(catalog.KnowledgePointFilter{Text: new("  ")})), "K-3 K-SQL-JOIN K-停电"},
		{"no match across two texts of a record", found(points(catalog.KnowledgePointFilter{Text: new("JOIN多")})), ""},
		{"points at any depth of a competency", found(points(catalog.KnowledgePointFilter{Competency: new("C1")})), "K-SQL-JOIN K-停电"},
		{"a tag in another case", found(points(catalog.KnowledgePointFilter{Tag: new("sql")})), "K-SQL-JOIN"},
		{"a part of a tag is none", found(points(catalog.KnowledgePointFilter{Tag: new("数据")})), ""},
		{"a kind", found(points(catalog.KnowledgePointFilter{Kind: new(competency.Skill)})), "K-SQL-JOIN"},
		{"a nature and a text", found(points(catalog.KnowledgePointFilter{Nature: new(competency.Creative), Text: new("验")})), ""},
		{"competencies by text", found(svc.Catalog.Competencies(servicetest.Request(), 50, nil, &catalog.CompetencyFilter{Text: new("清洗")})), "C2"},
		{"competencies at the top", found(svc.Catalog.Competencies(servicetest.Request(), 50, nil, &catalog.CompetencyFilter{Parent: new("")})), "C1"},
		{"competencies below one", found(svc.Catalog.Competencies(servicetest.Request(), 50, nil, &catalog.CompetencyFilter{Parent: new("C1")})), "C2"},
		{"positions by grade", found(svc.Catalog.Positions(servicetest.Request(), 50, nil, &catalog.PositionFilter{Grade: new("P5")})), "P1 P2"},
		{"positions by family and text", found(svc.Catalog.Positions(servicetest.Request(), 50, nil, &catalog.PositionFilter{Family: new("数据序列"), Text: new("p1")})), "P1"},
		{"resources by form", found(svc.Catalog.Resources(servicetest.Request(), 50, nil, &catalog.ResourceFilter{Modality: new(competency.Video)})), "R1"},
		{"resources by language and title", found(svc.Catalog.Resources(servicetest.Request(), 50, nil, &catalog.ResourceFilter{Language: new("en"), Text: new("sql")})), "R2"},
		{"people by two characters", found(employees(people.EmployeeFilter{Text: new("晓雨")})), "E1"},
		{"people in another case, with white space around", found(employees(people.EmployeeFilter{Text: new(" ANN ")})), "E2"},
		{"people whose search is empty", found(employees(people.EmployeeFilter{Text: new(" \u3000")})), "E1 E2"},
		{"people by department, position", found(employees(people.EmployeeFilter{OrgUnit: new("HQ"), Position: new("P1")})), "E1"},
		{"people by target and manager", found(employees(people.EmployeeFilter{Target: new("P1"), Manager: new("E1")})), "E2"},
	} {
		t.Run(c.say, func(t *testing.T) { require.Equal(t, c.want, c.found) })
	}
}

func found[T interface{ Code() string }](page page.Page[T], err error) string {
	if err != nil {
		return err.Error()
	}
	codes := make([]string, len(page.Nodes))
	for i, n := range page.Nodes {
		codes[i] = n.Code()
	}
	return strings.Join(codes, " ")
}
