package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFindCodes(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	for _, c := range []struct {
		args []string
		want string // the code that is found, and no other
	}{
		{[]string{"people", "陈晓雨"}, "E007"},
		{[]string{"people", "chenxiaoyu"}, "E007"},
		{[]string{"people", "chenxy"}, "E007"},
		{[]string{"people", "e007", "陳"}, "E007"},
		{[]string{"positions", "数据", "分析"}, "POS-DA"},
		{[]string{"positions", "data analyst"}, "POS-DA"},
		{[]string{"points", "K-SQL-JOIN"}, "K-SQL-JOIN"},
	} {
		var answer struct {
			Total int
			Rows  []struct{ Code, Name string }
		}
		require.NoError(t, json.Unmarshal([]byte(sh.mustRun(append(c.args, "--json")...)), &answer))
		require.Equal(t, 1, answer.Total, "%v: %v", c.args, answer.Rows)
		require.Equal(t, c.want, answer.Rows[0].Code)
		require.Contains(t, sh.mustRun(c.args...), c.want)
	}
	require.Contains(t, sh.mustRun("points", "--first", "3", "--lang", "en"), "more: add words, or give --first")
	require.Contains(t, sh.mustRun("people", "nobody at all", "--lang", "zh"), "没有找到")
	require.Contains(t, sh.mustRun("points", "--competency", "C-DATA-SQL", "join", "--lang", "en"), "K-SQL-JOIN")
	require.NotContains(t, sh.mustRun("people", "--org-unit", "ORG-QP", "--lang", "en"), "E007")
}

// A wrong or unknown code is answered with the one that was probably meant, a name with its
// code.
func TestUnknownCodesAreSuggested(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	for _, c := range []struct{ employee, position, want string }{
		{"E07", "POS-DA", `there is no employee "E07"; did you mean E007 (陈晓雨)?`},
		{"陈晓雨", "POS-DA", `there is no employee "陈晓雨"; did you mean E007 (陈晓雨)?`},
		{"E007", "POS-DAA", `there is no position "POS-DAA"; did you mean POS-DA (数据分析师)?`},
		{"E007", "Data Analyst", `there is no position "Data Analyst"; did you mean POS-DA (数据分析师)?`},
		{"E007", "数据分析师", `there is no position "数据分析师"; did you mean POS-DA (数据分析师)?`},
		{"somebody else", "POS-DA", `there is no employee "somebody else": find its code with zhitu people`},
	} {
		for _, command := range []string{"gap", "path"} {
			r := sh.run(command, "--employee", c.employee, "--position", c.position, "--lang", "en")
			require.Equal(t, exitInvalid, r.code)
			require.Contains(t, r.err, c.want)
		}
	}
	require.Contains(t, sh.run("insight", "--position", "POS-DAA", "--lang", "en").err, "did you mean POS-DA")
}

func TestShellsCompleteCodesAndValues(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"gap", "--employee", "E00"}, "E007\t陈晓雨\n"},
		{[]string{"gap", "--position", "pos-d"}, "POS-DA\t数据分析师\n"},
		{[]string{"path", "--exclude", "K-SQL-JOIN,K-SQL-W"}, "K-SQL-JOIN,K-SQL-WINDOW\t"},
		{[]string{"insight", "--competency", "C-DATA-S"}, "C-DATA-SQL\t"},
		{[]string{"people", "--org-unit", "ORG-Q"}, "ORG-QP\t"},
		{[]string{"team", "--line", "E00"}, "E007\t陈晓雨\n"},
		{[]string{"risks", "--incumbents-of", "pos-d"}, "POS-DA\t数据分析师\n"},
		{[]string{"candidates", "pos-d"}, "POS-DA\t数据分析师\n"},
		{[]string{"train", "POS-DA", "--pool", ""}, "incumbents\n"},
		{[]string{"path", "--objective", ""}, "critical\t"},
		{[]string{"gap", "--lang", ""}, "zh-CN\n"},
		{[]string{"completion", ""}, "zsh\n"},
		{[]string{"po"}, "positions\t"},
	} {
		r := sh.run(append([]string{"__complete"}, c.args...)...)
		require.Contains(t, r.out, c.want, "%v", c.args)
	}
	require.Empty(t, newShell(t).run("__complete", "gap", "--employee", "E", "--store", "sqlite:none.db").out[len(":4\n"):], "no store, no codes")
	for _, name := range shells {
		require.Contains(t, sh.mustRun("completion", name), "zhitu")
	}
}
