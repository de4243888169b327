package competency

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/fault"
)

func TestNearest(t *testing.T) {
	known := []string{"POWER-OFF", "VERIFY", "GROUND", "停电操作", "验电操作", "B"}
	for word, want := range map[string]string{
		"POWER-OF": "POWER-OFF", "power-off": "POWER-OFF", "VERIFI": "VERIFY", "GORUND": "GROUND", "停电": "",
		"停电操": "停电操作", "验电操做": "验电操作", "b": "B",
		"": "", "X": "", "something else": "", strings.Repeat("知", 1000): "",
	} {
		require.Equal(t, want, Nearest(word, known), word)
	}
	require.Equal(t, "A1", Nearest("A2", []string{"A1", "A3"}), "the first of equals")
	require.Empty(t, Nearest("A", nil))
}

// Nearest finds what differs by one letter, and skips nothing nearer for its
// length.
func TestNearestIsNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := []rune(rapid.StringOfN(rapid.RuneFrom([]rune("abc知识")), 4, 10, -1).Draw(t, "word"))
		i := rapid.IntRange(0, len(word)-1).Draw(t, "at")
		typo := string(word[:i]) + "x" + string(word[i+rapid.IntRange(0, 1).Draw(t, "replaces"):])
		others := rapid.SliceOfN(rapid.StringOfN(rapid.RuneFrom([]rune("defg")), 1, 12, -1), 0, 5).Draw(t, "others")
		require.Equal(t, string(word), Nearest(typo, append(others, string(word))))
	})
}

func TestCheckSuggestsFew(t *testing.T) {
	var c Catalog
	for i := range 500 {
		c.Prerequisites = append(c.Prerequisites, Prerequisite{Prerequisite: "K1", Dependent: fmt.Sprintf("K1%d", i)})
	}
	problems := storedCatalog.Check(putCatalog(c))
	require.Len(t, problems, 500)
	suggested := slices.DeleteFunc(summaries(problems), func(s string) bool { return !strings.Contains(s, "did you mean") })
	require.Len(t, suggested, MaxSuggestions)
}

func TestSuggesterReadsCandidatesWithinItsBounds(t *testing.T) {
	var few Suggester
	read := 0
	candidates := func() []string { read++; return []string{"KNOWN"} }
	for i := range 4_000 {
		near := few.Suggest("KNOWM", candidates)
		require.Equal(t, i < MaxSuggestions, near == "KNOWN", i)
	}
	require.Equal(t, MaxSuggestions, read)

	var large Suggester
	many := slices.Repeat([]string{"different"}, maxCompared/2)
	require.Empty(t, large.Suggest("K", func() []string { return many }))
	require.Empty(t, large.Suggest("K", func() []string { return many }))
	require.Empty(t, large.Suggest("KNOWM", candidates), "the bound is reached")
	require.Equal(t, MaxSuggestions, read)
}

func TestUnknownReferenceMessageInBothLanguages(t *testing.T) {
	var s Suggester
	position := fault.T("position", "岗位")
	candidates := func() []string { return []string{"P-10"} }
	require.Equal(t, fault.Text{EN: `there is no position "P10"; did you mean P-10?`, ZH: `不存在岗位 "P10"；是否应为 P-10？`}, s.Unknown(position, "P10", candidates))
	require.Equal(t, fault.Text{
		EN: `there is no position "other": correct the code or add the record`, ZH: `不存在岗位 "other"：请更正编码或补上该记录`,
	}, s.Unknown(position, "other", candidates))
}
