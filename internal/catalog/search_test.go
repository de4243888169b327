package catalog_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

func TestSearch(t *testing.T) {
	var cs competency.ChangeSet
	cs.Put.Competencies = []competency.Competency{{Code: "C1", Name: "数据分析", NameEN: "Data Analysis"}, {Code: "C2", Name: "数据清洗", Parent: "C1"}}
	cs.Put.KnowledgePoints = []competency.KnowledgePoint{
		{Code: "K-SQL-JOIN", Name: "多表连接查询", NameEN: "Joining Tables", Competency: "C2", Kind: competency.Skill, Tags: []string{"SQL", "数据库"}},
		{Code: "K-停电", Name: "停电操作", NameEN: "\u00c9cole", Competency: "C1", Nature: competency.Creative},
		{Code: "K-3", Name: "验电"},
		{Code: "K-4", Name: "ＳＱＬ优化", Description: "索引与执行计划"},
		{Code: "K-5", Name: "数据 清洗"},
	}
	cs.Put.Positions = []competency.Position{{Code: "P1", Name: "数据分析师", Family: "数据序列", Grade: "P5"}, {Code: "P2", Name: "操作员", Family: "操作序列", Grade: "P5"}}
	cs.Put.Resources = []competency.Resource{{Code: "R1", Title: "数据入门", Modality: competency.Video, Language: "zh-CN"}, {Code: "R2", Title: "SQL Basics", Language: "en"}}
	cs.Put.OrgUnits = []competency.OrgUnit{{Code: "HQ", Name: "总部"}, {Code: "IT", Name: "信息部", Parent: "HQ"}, {Code: "DEV", Name: "开发组", Parent: "IT"}}
	cs.Put.Employees = []competency.Employee{{Code: "E1", Name: "陈晓雨", Position: "P1", OrgUnit: "HQ"}, {Code: "E2", Name: "Ann Chen", Manager: "E1", Targets: []string{"P1"}, OrgUnit: "DEV"}}
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	servicetest.Import(t, svc, cs)
	points := func(f catalog.KnowledgePointFilter) (page.Page[catalog.KnowledgePoint], error) {
		return svc.Catalog.KnowledgePoints(servicetest.Request(), 50, nil, &f)
	}
	employees := func(f people.EmployeeFilter) (page.Page[people.Employee], error) {
		return svc.People.Employees(servicetest.Request(), 50, nil, &f, false)
	}
	for _, c := range []struct {
		say        string
		foundCodes string
		want       string
	}{
		{"two Chinese characters within a name", foundCodes(points(catalog.KnowledgePointFilter{Text: new("连接")})), "K-SQL-JOIN"},
		{"two that do not stand together", foundCodes(points(catalog.KnowledgePointFilter{Text: new("多连")})), ""},
		{"part of a code in another case", foundCodes(points(catalog.KnowledgePointFilter{Text: new("k-sql")})), "K-SQL-JOIN"},
		{"part of an English name in another case", foundCodes(points(catalog.KnowledgePointFilter{Text: new("JOINING t")})), "K-SQL-JOIN"},
		{"another normal form and case", foundCodes(points(catalog.KnowledgePointFilter{Text: new("e\u0301COLE")})), "K-停电"},
		{"white space around", foundCodes(points(catalog.KnowledgePointFilter{Text: new(" 电 ")})), "K-3 K-停电"},
		{"nothing but white space selects all", foundCodes(points(catalog.KnowledgePointFilter{Text: new("  ")})), "K-3 K-4 K-5 K-SQL-JOIN K-停电"},
		{"no match across two texts of a record", foundCodes(points(catalog.KnowledgePointFilter{Text: new("JOIN多")})), ""},
		{"points at any depth of a competency", foundCodes(points(catalog.KnowledgePointFilter{Competency: new("C1")})), "K-SQL-JOIN K-停电"},
		{"full width", foundCodes(points(catalog.KnowledgePointFilter{Text: new("sql")})), "K-4 K-SQL-JOIN"},
		{"several words in any order", foundCodes(points(catalog.KnowledgePointFilter{Text: new("多表 JOIN")})), "K-SQL-JOIN"},
		{"a space that the name has", foundCodes(points(catalog.KnowledgePointFilter{Text: new("数据清洗")})), "K-5"},
		{"a part of a tag, in traditional characters", foundCodes(points(catalog.KnowledgePointFilter{Text: new("資料庫"), Kind: new(competency.Skill)})), ""},
		{"a tag in traditional characters", foundCodes(points(catalog.KnowledgePointFilter{Text: new("數據庫")})), "K-SQL-JOIN"},
		{"a description", foundCodes(points(catalog.KnowledgePointFilter{Text: new("索引 优化")})), "K-4"},
		{"pinyin", foundCodes(points(catalog.KnowledgePointFilter{Text: new("tingdian")})), "K-停电"},
		{"initials of pinyin", foundCodes(points(catalog.KnowledgePointFilter{Text: new("sjqx")})), "K-5"},
		{"a tag in another case", foundCodes(points(catalog.KnowledgePointFilter{Tag: new("sql")})), "K-SQL-JOIN"},
		{"a part of a tag is none", foundCodes(points(catalog.KnowledgePointFilter{Tag: new("数据")})), ""},
		{"a kind", foundCodes(points(catalog.KnowledgePointFilter{Kind: new(competency.Skill)})), "K-SQL-JOIN"},
		{"a nature and a text", foundCodes(points(catalog.KnowledgePointFilter{Nature: new(competency.Creative), Text: new("验")})), ""},
		{"competencies by text", foundCodes(svc.Catalog.Competencies(servicetest.Request(), 50, nil, &catalog.CompetencyFilter{Text: new("清洗")})), "C2"},
		{"competencies at the top", foundCodes(svc.Catalog.Competencies(servicetest.Request(), 50, nil, &catalog.CompetencyFilter{Parent: new("")})), "C1"},
		{"competencies below one", foundCodes(svc.Catalog.Competencies(servicetest.Request(), 50, nil, &catalog.CompetencyFilter{Parent: new("C1")})), "C2"},
		{"positions by grade", foundCodes(svc.Catalog.Positions(servicetest.Request(), 50, nil, &catalog.PositionFilter{Grade: new("P5")})), "P1 P2"},
		{"positions by family and text", foundCodes(svc.Catalog.Positions(servicetest.Request(), 50, nil, &catalog.PositionFilter{Family: new("数据序列"), Text: new("p1")})), "P1"},
		{"resources by form", foundCodes(svc.Catalog.Resources(servicetest.Request(), 50, nil, &catalog.ResourceFilter{Modality: new(competency.Video)})), "R1"},
		{"resources by language and title", foundCodes(svc.Catalog.Resources(servicetest.Request(), 50, nil, &catalog.ResourceFilter{Language: new("en"), Text: new("sql")})), "R2"},
		{"people by two characters", foundCodes(employees(people.EmployeeFilter{Text: new("晓雨")})), "E1"},
		{"people in another case, with white space around", foundCodes(employees(people.EmployeeFilter{Text: new(" ANN ")})), "E2"},
		{"people whose search is empty", foundCodes(employees(people.EmployeeFilter{Text: new(" \u3000")})), "E1 E2"},
		{"people by pinyin", foundCodes(employees(people.EmployeeFilter{Text: new("chenxiaoyu")})), "E1"},
		{"people of departments beneath", foundCodes(employees(people.EmployeeFilter{OrgUnit: new("HQ")})), "E1 E2"},
		{"people of a department alone", foundCodes(employees(people.EmployeeFilter{OrgUnit: new("HQ"), Directly: true})), "E1"},
		{"people of a department in the middle", foundCodes(employees(people.EmployeeFilter{OrgUnit: new("IT")})), "E2"},
		{"people of no department", foundCodes(employees(people.EmployeeFilter{OrgUnit: new("NONE")})), ""},
		{"people by department, position", foundCodes(employees(people.EmployeeFilter{OrgUnit: new("HQ"), Position: new("P1")})), "E1"},
		{"people by target and manager", foundCodes(employees(people.EmployeeFilter{Target: new("P1"), Manager: new("E1")})), "E2"},
	} {
		t.Run(c.say, func(t *testing.T) { require.Equal(t, c.want, c.foundCodes) })
	}
}

// A search over everything has the best of each kind first, and no more than it was asked for.
func TestSearchPutsTheBestFirst(t *testing.T) {
	var cs competency.ChangeSet
	cs.Put.Competencies = []competency.Competency{{Code: "C1", Name: "数据"}, {Code: "C2", Name: "数据清洗"}}
	cs.Put.KnowledgePoints = []competency.KnowledgePoint{
		{Code: "K1", Name: "报表", Description: "数据"},
		{Code: "K2", Name: "大数据"},
		{Code: "K3", Name: "数据清洗", NameEN: "Cleaning"},
		{Code: "K4", Name: "清洗", NameEN: "Data", Tags: []string{"数据"}},
		{Code: "K5", Name: "数 據"},
		{Code: "数据", Name: "入门"},
	}
	cs.Put.Positions = []competency.Position{{Code: "P1", Name: "大数据工程师"}, {Code: "P2", Name: "数据分析师"}}
	cs.Put.Resources = []competency.Resource{{Code: "R1", Title: "SQL"}, {Code: "R2", Title: "数据"}}
	for i := range 3 {
		cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: servicetest.Code("E", i), Name: "张数据"})
	}
	cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: "E9", Name: "数据"}, competency.Employee{Code: "X", Name: "陈晓雨"})
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	servicetest.Import(t, svc, cs)
	ctx := servicetest.Request()
	search := func(text string, first int) string {
		found, err := svc.Search(ctx, text, first)
		require.NoError(t, err)
		employees, err := found.Employees(ctx)
		require.NoError(t, err)
		lists := []string{listed(employees), listed(found.Positions()), listed(found.KnowledgePoints()), listed(found.Competencies()), listed(found.Resources())}
		return strings.Join(lists, "; ")
	}
	require.Equal(t, "E9 E00000 E00001 E00002; P2 P1; 数据 K5 K3 K1 K2 K4; C1 C2; R2", search("数据", 9))
	require.Equal(t, "E9 E00000; P2 P1; 数据 K5; C1 C2; R2", search(" 數據 ", 2))
	require.Equal(t, "; ; K4; ; ", search("DATA", 9), "an English name")
	require.Equal(t, "; ; K3; C2; ", search("sjqx", 9), "pinyin")
	require.Equal(t, "; ; ; ; ", search("", 9))
	require.Equal(t, "; ; ; ; ", search("\u3000'", 9))
	require.Equal(t, "; ; ; ; ", search("数据", 0))
}

func listed[T interface{ Code() string }](list []T) string {
	return foundCodes(page.Page[T]{Nodes: list}, nil)
}

func foundCodes[T interface{ Code() string }](page page.Page[T], err error) string {
	if err != nil {
		return err.Error()
	}
	codes := make([]string, len(page.Nodes))
	for i, n := range page.Nodes {
		codes[i] = n.Code()
	}
	return strings.Join(codes, " ")
}

// Whoever searches while others publish finds what a snapshot has, and the last names in the end.
func TestSearchWhilePublishing(t *testing.T) {
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	svc.Catalog.BuildSearchIndex()
	rename := func(name string) {
		var cs competency.ChangeSet
		cs.Put.KnowledgePoints = []competency.KnowledgePoint{{Code: "K1", Name: name}, {Code: "K2", Name: "不变"}}
		servicetest.Import(t, svc, cs)
	}
	rename("名0")
	done := make(chan struct{})
	var searching sync.WaitGroup
	for range 2 {
		searching.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					found, err := svc.Catalog.Search(servicetest.Request(), "不变", 5)
					if !assert.NoError(t, err) || !assert.Len(t, found.KnowledgePoints(), 1) {
						return
					}
				}
			}
		})
	}
	for i := 1; i <= 20; i++ {
		rename(fmt.Sprintf("名%d", i))
	}
	close(done)
	searching.Wait()
	found, err := svc.Catalog.Search(servicetest.Request(), "名20", 5)
	require.NoError(t, err)
	require.Len(t, found.KnowledgePoints(), 1)
	found, err = svc.Catalog.Search(servicetest.Request(), "名19", 5)
	require.NoError(t, err)
	require.Empty(t, found.KnowledgePoints())
}
