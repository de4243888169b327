package competency

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestValidCode(t *testing.T) {
	for _, good := range []string{
		"K", "K-1.2_x", "停电", "点/一", "=1", "é", "😀", "a,b", `"`, "http://data.europa.eu/esco/skill/00a5ed0d-b0b6-4d2a-8d7e-4d0c4e7d7b6a",
		"\u0600\u0661", // an Arabic number sign, which is drawn
		strings.Repeat("知", MaxCode),
	} {
		require.True(t, ValidCode(good), good)
	}
	for _, bad := range []string{
		"", " ", "K 1", "K\u30001", "K\u00a0", "\ufeffK", "K\n", "a\tb", "a\x00b", "a\x7fb", "a;b", "a；b", "a、b",
		"\xff", strings.Repeat("知", MaxCode+1), strings.Repeat("K", 200),
	} {
		require.False(t, ValidCode(bad), "%q", bad)
	}
}

// What two codes may differ by without looking different is named, and removed on request.
func TestInvisibleCharactersInCodes(t *testing.T) {
	for code, name := range map[string]string{
		"K1\u200b": "U+200B", "K\u200d1": "U+200D", "\u200eK1": "U+200E", "K1\u200f": "U+200F", "K\u202d1\u202c": "U+202D", "K\u20661": "U+2066",
		"K\u00ad1": "U+00AD", "K\u20601": "U+2060", "K1\ufeff": "U+FEFF", "K1\ufe0f": "U+FE0F", "葛\U000e0100": "U+E0100", "K\u034f1": "U+034F",
		"K\u31641": "U+3164", "K\u28001": "U+2800", "K\U000e00411": "U+E0041", "K\u180e": "U+180E",
	} {
		problem, ok := CheckCode(code)
		require.False(t, ok, "%q", code)
		require.Contains(t, problem.EN, "the invisible character "+name)
		require.Contains(t, problem.ZH, "不可见字符 "+name)
		require.True(t, ValidCode(RemoveInvisible(code)), "%q", code)
	}
	problem, _ := CheckCode("K\u202f1")
	require.Contains(t, problem.EN, "white space (U+202F)")
	problem, _ = CheckCode("K\a")
	require.Contains(t, problem.EN, "the control character U+0007")
	problem, _ = CheckCode("A；B")
	require.Contains(t, problem.ZH, "列表分隔符 ；")
}

func TestMessagesSayHowLongAValueIs(t *testing.T) {
	for length, want := range map[int]string{64: strings.Repeat("知", 64) + `"`, 65: strings.Repeat("知", 64) + `…" (65 characters)`, 300: `…" (300 characters)`} {
		require.True(t, strings.HasSuffix(Quote(strings.Repeat("知", length)).EN, want), length)
	}
	require.Contains(t, Quote(strings.Repeat("知", 70)).ZH, "（共 70 个字符）")
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "value")
		problem, ok := CheckCode(s)
		require.Equal(t, ValidCode(s), ok)
		require.Equal(t, ok, problem.EN == "")
		require.LessOrEqual(t, utf8.RuneCountInString(Truncate(s, MaxQuoted)), MaxQuoted+1)
		require.NotContains(t, RemoveInvisible(s), "\u200b")
	})
}
