package fault_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
)

func TestTextIsInBothLanguages(t *testing.T) {
	what := fault.T("position", "岗位")
	text := fault.T("there is no %s %q", "不存在%s %q", what, "P1")
	require.Equal(t, `there is no position "P1"`, text.In(fault.English))
	require.Equal(t, `不存在岗位 "P1"`, text.In(fault.Chinese))
	require.Equal(t, text.EN, text.In("fr"), "English where the language is unknown")
	require.Equal(t, "100%", fault.T("100%", "100%").EN, "without arguments nothing is formatted")
}

func TestAcceptLanguage(t *testing.T) {
	for header, want := range map[string]fault.Lang{
		"": fault.English, "zh-CN,zh;q=0.9,en;q=0.8": fault.Chinese, "zh": fault.Chinese, "zh-Hant-TW": fault.Chinese,
		"en-GB": fault.English, "en;q=0.5, zh;q=0.9": fault.Chinese, "fr": fault.English, "fr, zh;q=0.1": fault.Chinese, "*;;q=x": fault.English,
	} {
		require.Equal(t, want, fault.AcceptLanguage(header), header)
	}
}

func TestFromEnvironment(t *testing.T) {
	for _, c := range []struct {
		vars map[string]string
		want fault.Lang
	}{
		{nil, fault.English},
		{map[string]string{"LANG": "zh_CN.UTF-8"}, fault.Chinese},
		{map[string]string{"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, fault.English},
		{map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, fault.Chinese},
	} {
		require.Equal(t, c.want, fault.FromEnvironment(func(name string) string { return c.vars[name] }), c.vars)
	}
}

func TestRefuseReturnsAllProblems(t *testing.T) {
	require.NoError(t, fault.FromProblems(nil))

	one := fault.Problem{Code: fault.Cycle, Text: fault.T("a cycle", "环")}
	err := fmt.Errorf("import: %w", fault.FromProblems([]fault.Problem{one}))
	require.Equal(t, fault.Cycle, fault.CodeOf(err))
	require.Equal(t, []fault.Problem{one}, fault.ProblemsOf(err))

	two := fault.Problem{Code: fault.NotFound, Text: fault.T("nothing", "无")}
	var refused *fault.Error
	require.ErrorAs(t, fault.FromProblems([]fault.Problem{two, one}), &refused)
	require.Equal(t, "共 2 个问题，第一个：无", refused.Text.In(fault.Chinese))
}

func TestCodeOf(t *testing.T) {
	require.Empty(t, fault.CodeOf(nil))
	require.Equal(t, fault.Internal, fault.CodeOf(io.EOF))
	cause := errors.New("secret")
	err := fault.Wrap(cause, fault.Unavailable, "try again", "请重试")
	require.ErrorIs(t, err, cause)
	require.NotContains(t, err.Text.EN+err.Text.ZH, "secret", "a cause is for the log")
}
