package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Every setting is a flag, an environment variable and a key of zhitu.yaml. The store
// that the error names shows which of them won.
func TestPrecedenceOfSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, env, flag, used string }{
		{"", "", "", "zhitu.db"},
		{"file.db", "", "", "file.db"},
		{"file.db", "env.db", "", "env.db"},
		{"file.db", "env.db", "flag.db", "flag.db"},
		{"file.db", "", "flag.db", "flag.db"},
		{"", "env.db", "flag.db", "flag.db"},
	} {
		sh, args := newShell(t), []string{"verify"}
		if c.file != "" {
			sh.writeFile("zhitu.yaml", "store: sqlite:"+c.file+"\nlang: zh-CN\n")
		}
		if c.env != "" {
			sh.env = append(sh.env, "ZHITU_STORE=sqlite:"+c.env, "ZHITU_LANG=en")
		}
		if c.flag != "" {
			args = append(args, "--store", "sqlite:"+c.flag, "--lang", "en")
		}
		says := "there is no store " + c.used
		if c.used == "file.db" {
			says = "存储 file.db 不存在"
		}
		r := sh.run(args...)
		require.Equal(t, exitUnavailable, r.code)
		require.Contains(t, r.err, says)
	}
}

func TestSettingsOfEveryKind(t *testing.T) {
	t.Parallel()
	flags := newSeededShell(t)
	want := flags.mustRun("path", "--employee", "E007", "--position", "POS-DA", "--at", questionTime, "--json",
		"--budget-minutes", "120", "--objective", "critical", "--assume-mastered", "C-DATA-SQL,K-BI-DASH", "--locale", "en")

	file := newSeededShell(t)
	file.writeFile("zhitu.yaml", "employee: E007\nposition: POS-DA\nat: '"+questionTime+"'\njson: true\nbudget-minutes: 120\nobjective: critical\nassume-mastered: [C-DATA-SQL, K-BI-DASH]\nlocale: en\n")
	require.Equal(t, want, file.mustRun("path"))

	env := newSeededShell(t, "ZHITU_EMPLOYEE=E007", "ZHITU_POSITION=POS-DA", "ZHITU_AT="+questionTime, "ZHITU_JSON=true",
		"ZHITU_BUDGET_MINUTES=120", "ZHITU_OBJECTIVE=critical", "ZHITU_ASSUME_MASTERED=C-DATA-SQL,K-BI-DASH", "ZHITU_LOCALE=en")
	require.Equal(t, want, env.mustRun("path"))
}

func TestInvalidSettings(t *testing.T) {
	t.Parallel()
	for file, says := range map[string]string{
		"stor: sqlite:a.db\n":   `zhitu.yaml line 1: there is no setting "stor"; did you mean store?`,
		"store: [a, b]\n":       "zhitu.yaml line 1: store: takes one value, not a list",
		"store: sqlite:a.db: x": "zhitu.yaml: ",
	} {
		sh := newShell(t)
		sh.writeFile("zhitu.yaml", file)
		r := sh.run("verify")
		require.Equal(t, exitUsage, r.code)
		require.Contains(t, r.err, says)
	}
}

// The language of a terminal is in three variables, with the precedence of POSIX.
func TestLanguageOfTheTerminal(t *testing.T) {
	t.Parallel()
	const en, zh = "there is no store", "不存在"
	for _, c := range []struct {
		env  []string
		says string
	}{
		{nil, en},
		{[]string{"LANG=zh_CN.UTF-8"}, zh},
		{[]string{"LANG=zh_CN.UTF-8", "LC_ALL=C"}, en},
		{[]string{"LANG=en_US.UTF-8", "LC_MESSAGES=zh_CN"}, zh},
		{[]string{"LANG=zh_CN.UTF-8", "ZHITU_LANG=en"}, en},
	} {
		require.Contains(t, newShell(t, c.env...).run("verify").err, c.says)
	}
}
