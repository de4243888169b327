package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// commandPaths lists all commands below zhitu, as their help is asked for.
func commandPaths(t *testing.T) (paths [][]string) {
	t.Helper()
	var walk func(cmd *cobra.Command, path []string)
	walk = func(cmd *cobra.Command, path []string) {
		paths = append(paths, path)
		for _, sub := range cmd.Commands() {
			walk(sub, append(path[:len(path):len(path)], sub.Name()))
		}
	}
	walk(new(app).rootCommand(), nil)
	require.Greater(t, len(paths), 15)
	return paths
}

// The help of every command has an example, and is Chinese whole where that is asked for.
func TestHelpIsInTheChosenLanguage(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	inEnglish := regexp.MustCompile(`[A-Za-z]{4,} [a-z]{2,} [a-z]+`)
	for _, path := range commandPaths(t) {
		english := sh.runInProcess(append(path, "--help")...)
		require.Equal(t, exitOK, english.code)
		require.Contains(t, english.out, "Examples:\n  ", path)
		require.NotRegexp(t, `\p{Han}{2}`, strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(english.out, "知图", ""), "陈 晓", ""), "查询", ""), path)

		chinese := sh.runInProcess(append(path, "--help", "--lang", "zh-CN")...)
		require.Contains(t, chinese.out, "用法：", path)
		require.Contains(t, chinese.out, "示例：\n  ", path)
		for line := range strings.Lines(chinese.out) {
			if !strings.Contains(line, "zhitu ") && !regexp.MustCompile(`\p{Han}`).MatchString(line) {
				require.NotRegexp(t, inEnglish, line, path)
			}
		}
	}
}

// Every text of the help has its Chinese, and every command its example.
func TestHelpIsTranslated(t *testing.T) {
	t.Parallel()
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, text := range []string{cmd.Short, cmd.Long} {
			require.True(t, text == "" || translate(text) != text, "no Chinese for %q", text)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), "zhitu"), " ")
		require.NotEmpty(t, examples[name], "no example for %q", name)
		cmd.Flags().VisitAll(func(f *pflag.Flag) { require.NotEqual(t, f.Usage, translate(f.Usage), "no Chinese for --%s", f.Name) })
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(new(app).rootCommand())
}

func TestMisuseIsToldInBothLanguages(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	for _, c := range []struct {
		args   []string
		en, zh string
	}{
		{[]string{"gapp"}, `there is no command "gapp"; did you mean gap?`, `没有命令 "gapp"；是否应为 gap？`},
		{[]string{"gap", "--emplyee", "E1"}, "there is no flag --emplyee; did you mean --employee?", "没有选项 --emplyee；是否应为 --employee？"},
		{[]string{"gap", "--employee"}, "the flag --employee needs a value", "选项 --employee 需要一个值"},
		{[]string{"path", "--budget-minutes", "soon"}, `--budget-minutes: "soon" is not a value of the kind int`, `--budget-minutes："soon" 不是 int 类型的值`},
		{[]string{"export"}, "these arguments do not fit; the form is: zhitu export DIR|FILE.xlsx", "参数不符，格式为：zhitu export DIR|FILE.xlsx"},
		{[]string{"gap"}, "give --employee and --position", "请填写 --employee 和 --position"},
		{[]string{"gap", "--employee", "E", "--position", "P", "--at", "soon"}, "--at", "--at"},
		{[]string{"points", "--first", "0"}, "--first: give a number from 1 to 200", "--first：请填写 1 到 200 的整数"},
		{[]string{"completion", "tcsh"}, "the shell is one of bash", "命令行环境须为以下之一：bash"},
	} {
		for lang, want := range map[string]string{"en": c.en, "zh-CN": c.zh} {
			r := sh.runInProcess(append(c.args, "--lang", lang)...)
			if c.args[len(c.args)-1] == "--employee" { // which would take --lang for its value
				r = shell{t, sh.dir, []string{"ZHITU_LANG=" + lang}}.runInProcess(c.args...)
			}
			require.Equal(t, exitUsage, r.code, "%v: %s", c.args, r.err)
			require.Contains(t, r.err, want)
			require.Empty(t, r.out)
		}
	}
	for lang, code := range map[string]int{"fr": exitUsage, "klingon": exitUsage, "english": exitUsage, "zh": exitOK, "zh_CN.UTF-8": exitOK, "en-GB": exitOK, "zh-Hant": exitOK} {
		require.Equal(t, code, sh.runInProcess("schema", "--lang", lang).code, lang)
	}
	require.Contains(t, sh.runInProcess("schema", "--lang", "fr").err, `there are no messages in "fr": give en or zh-CN`)
}
