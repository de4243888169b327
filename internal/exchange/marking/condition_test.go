package marking

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestConditions(t *testing.T) {
	at := place{column: 3, row: 7}
	long := strings.Repeat("电", 300)
	for _, c := range []struct {
		v    cellValue
		want string
	}{
		{cellValue{isEmpty: true}, `LEN(D7)=0`},
		{cellValue{kind: "n", text: "3.50"}, `ISNUMBER(D7),D7=3.5`},
		{cellValue{kind: "n", text: "1.10101E+17"}, `ISNUMBER(D7),D7=1.10101E+17`},
		{cellValue{kind: "n", text: "-0"}, `ISNUMBER(D7),D7=-0`},
		{cellValue{kind: "n", text: "nonsense"}, `LEN(D7)>0`},
		{cellValue{kind: "d", text: "2024-03-05"}, `ISNUMBER(D7),D7=45356`},
		{cellValue{kind: "d", text: "2024-03-05T12:00:00"}, `ISNUMBER(D7),D7=45356.5`},
		{cellValue{kind: "b", text: "1"}, `ISLOGICAL(D7),D7=TRUE`},
		{cellValue{kind: "b", text: "0"}, `ISLOGICAL(D7),D7=FALSE`},
		{cellValue{kind: "e", text: "#REF!"}, `ISERROR(D7)`},
		{cellValue{kind: "inlineStr", text: `A "b"`}, `ISTEXT(D7),EXACT(D7,"A ""b""")`},
		{cellValue{kind: "str", text: "KP-001\nKP-002"}, "ISTEXT(D7),EXACT(D7,\"KP-001\nKP-002\")"},
		{cellValue{kind: "s", text: long}, `ISTEXT(D7),LEN(D7)=300,EXACT(LEFT(D7,255),"` + long[:255*3] + `"),EXACT(RIGHT(D7,255),"` + long[:255*3] + `")`},
		{cellValue{kind: "s", text: "a😀bc"}, `ISTEXT(D7),EXACT(LEFT(D7,1),"a"),EXACT(RIGHT(D7,2),"bc")`},
		{cellValue{kind: "s", text: "a\tb"}, `ISTEXT(D7),LEN(D7)=3,EXACT(LEFT(D7,1),"a"),EXACT(RIGHT(D7,1),"b")`},
		{cellValue{kind: "s", text: "😀"}, `ISTEXT(D7),LEN(D7)>0`},
		{cellValue{kind: "s", text: "_x0041_"}, `ISTEXT(D7),LEN(D7)=7`},
	} {
		require.Equal(t, `AND("zhitu"="zhitu",`+c.want+`)`, condition(at, c.v, false), c.v)
	}
	require.Contains(t, condition(at, cellValue{kind: "d", text: "1904-01-02"}, true), "D7=1)")
}

// A literal holds at most 255 characters, and nothing that formulas count in two ways.
func TestLiteralsFitIntoFormulas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune(`a"'&<_xé电😀`+"\n\t\uFFFD")), 0, 600, -1).Draw(t, "text")
		first, last := safePrefix(text), safeSuffix(text)
		require.True(t, strings.HasPrefix(text, first) && strings.HasSuffix(text, last))
		for _, s := range []string{first, last} {
			require.LessOrEqual(t, utf8.RuneCountInString(literal(s))-2, maxLiteral)
			require.Equal(t, -1, strings.IndexFunc(s, isUnsafe))
		}
		require.Less(t, len([]rune(comparison("XFD1048576", cellValue{kind: "s", text: text}, false))), 8192)
	})
}

func TestPlaces(t *testing.T) {
	for s, want := range map[string]place{"A1": {0, 1}, "$D$7": {3, 7}, "xfd1048576": {16383, 1048576}, "AA10": {26, 10}} {
		at, ok := parsePlace(s)
		require.True(t, ok, s)
		require.Equal(t, want, at)
		require.Equal(t, strings.ToUpper(strings.ReplaceAll(s, "$", "")), at.String())
	}
	for _, s := range []string{"", "A", "7", "A0", "XFE1", "A1048577", "A1:B2", "AAAA1", "R1C1", "-1"} {
		_, ok := parsePlace(s)
		require.False(t, ok, s)
	}
}
