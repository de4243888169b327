package server

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
)

func parsed(t *testing.T, text string) (value any) {
	t.Helper()
	require.NoError(t, decodeJSON(text, &value))
	return value
}

func TestCells(t *testing.T) {
	row := parsed(t, `{"code":"E1","name":"=1+1","n":-0.50,"big":12345678901234567890,"yes":true,"no":null,"at":"2026-11-20T08:00:00Z",
		"status":"BELOW","unit":{"name":"销售","parent":null},"list":["a","b",null,"c"],"grants":[{"role":"HR","n":1},{"role":"-x","n":2}],"empty":[]}`)
	texts := map[string]string{"BELOW": "未达标", "true": "是", "HR": "人力资源", "a": "@a"}
	for path, want := range map[string]string{
		"code": "E1", "name": "'=1+1", "n": "-0.50", "big": "12345678901234567890", "yes": "是", "no": "", "at": "2026-11-20T08:00:00Z",
		"status": "未达标", "unit.name": "销售", "unit.parent.name": "", "unit": `{"name":"销售","parent":null}`, "list": "'@a; b; c",
		"grants.role": "人力资源; -x", "grants.n": "1; 2", "grants.1.n": "2", "grants.2.n": "", "grants.-1.n": "", "list.2": "", "list.3": "c", "empty": "", "missing": "", "code.x": "", "": "",
	} {
		require.Equal(t, want, csvColumn{Path: path, Texts: texts}.cell(row), path)
	}
	require.Equal(t, "true", csvColumn{Path: "yes"}.cell(row))
	require.Equal(t, "'-1; 2", csvColumn{Path: "n"}.cell(parsed(t, `[{"n":-1},{"n":2}]`)), "several numbers are a text")
	require.Equal(t, "'-", csvColumn{Path: "n", Texts: map[string]string{"0": "-"}}.cell(parsed(t, `{"n":0}`)), "a text in place of a number")
	require.Empty(t, csvColumn{Path: "x"}.cell(nil))
}

func TestRowsOfAnswers(t *testing.T) {
	const more = `"pageInfo":{"hasNextPage":true,"endCursor":"c1"}`
	for _, c := range []struct {
		answer, path string
		rows         int
		next         string
	}{
		{`{"people":{"nodes":[1,2],` + more + `}}`, "people.nodes", 2, "c1"},
		{`{"people":{"edges":[{"node":1}],` + more + `}}`, "people.edges", 1, "c1"},
		{`{"people":{"nodes":[1,2],` + more + `}}`, "people", 2, "c1"},
		{`{"people":{"nodes":[1],"pageInfo":{"hasNextPage":false,"endCursor":"c1"}}}`, "people.nodes", 1, ""},
		{`{"gaps":{"people":[1,2,3]}}`, "gaps.people", 3, ""},
		{`{"gaps":{"people":[1,2,3],` + more + `}}`, "gaps.people", 3, "c1"},
		{`{"gaps":{"people":[]}}`, "gaps.people", 0, ""},
		{`{"gaps":{"people":null}}`, "gaps.people", 0, ""},
		{`{"gaps":null}`, "gaps.people", 0, ""},
		{`{"people":null}`, "people.nodes", 0, ""},
		{`{"list":[1]}`, "list", 1, ""},
		{`{"coverage":{"people":1}}`, "coverage", 1, ""},
	} {
		page, err := findRows(parsed(t, c.answer), c.path)
		require.NoError(t, err, c)
		require.Len(t, page.rows, c.rows, c)
		require.Equal(t, c.next, page.next, c)
	}
	for _, c := range [][2]string{
		{`{"people":{"nodes":[1]}}`, "people.nodes"},
		{`{"people":{"nodes":[1]}}`, "people"},
		{`{"people":{"nodes":[1],"pageInfo":{"hasNextPage":true}}}`, "people.nodes"},
		{`{"people":{"nodes":[1],"pageInfo":{"endCursor":"x"}}}`, "people.nodes"},
		{`{"people":[{"a":[1]}]}`, "people.a"},
		{`{"people":{"a":1}}`, "people.a"},
		{`{"people":{"a":"x"}}`, "people.a.b"},
		{`{"people":[]}`, "missing"},
		{`{"people":[]}`, strings.Repeat("x", 1_000)},
		{`null`, "people"},
		{`[]`, "people"},
	} {
		_, err := findRows(parsed(t, c[0]), c[1])
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), c)
		require.Less(t, len(err.Error()), 200)
	}
}

func TestRowsOfSeveralLists(t *testing.T) {
	answer := parsed(t, `{"a":{"list":[{"p":{"code":"K1"},"n":1},{"p":{"code":"K2"},"n":2}]},"b":[{"p":{"code":"K3"},"n":4},{"p":{"code":"K2"},"n":3}],"none":null}`)
	cells := func(form csvForm, paths ...string) (rows [][]string) {
		page, err := form.findPage(answer)
		require.NoError(t, err)
		for _, row := range page.rows {
			var cells []string
			for _, path := range paths {
				cells = append(cells, csvColumn{Path: path}.cell(row))
			}
			rows = append(rows, cells)
		}
		return rows
	}
	require.Equal(t, [][]string{{"K1", "1"}, {"K2", "2"}, {"K3", "4"}, {"K2", "3"}}, cells(csvForm{rows: "a.list,b,none"}, "p.code", "n"))
	require.Equal(t, [][]string{{"K1", "1", ""}, {"K2", "2", "3"}, {"K3", "", "4"}}, cells(csvForm{rows: "a.list,b", key: "p.code"}, "0.p.code", "1.n", "2.n"))
	require.Equal(t, [][]string{{"K3", "", "", "4"}, {"K2", "", "", "3"}}, cells(csvForm{rows: "none,none,b", key: "p.code"}, "0.p.code", "1.n", "2.n", "3.n"))
	require.Equal(t, [][]string{{"1; 2", ""}, {"", "4"}, {"", "3"}}, cells(csvForm{rows: "a,b"}, "list.n", "n"), "an object is a row")
	for _, form := range []csvForm{{rows: "a.list,missing"}, {rows: "a.list,b", key: "missing"}, {rows: "a.list,", key: "n"}} {
		_, err := form.findPage(answer)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), form)
	}
	_, err := csvForm{rows: "a,a"}.findPage(parsed(t, `{"a":{"nodes":[1],"pageInfo":{"hasNextPage":true,"endCursor":"c"}}}`))
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
}

func TestFileNames(t *testing.T) {
	for name, want := range map[string]string{
		"": "zhitu.csv", "员工": "员工.csv", "people.csv": "people.csv", "a/b\\c:d\"e": "a-b-c-d-e.csv", "../..": "-.csv", "a\r\nb\x00": "ab.csv", "...": "zhitu.csv",
		"evil\u202evsc.exe": "evilvsc.exe.csv", strings.Repeat("长", 500): strings.Repeat("长", 100) + ".csv",
	} {
		require.Equal(t, want, fileName(name))
	}
}
