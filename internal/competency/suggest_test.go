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
	require.Equal(t, "POWER-OFF", Nearest("ＰＯＷＥＲ－ＯＦＦ", known))
	require.Equal(t, "0012", Nearest("12", []string{"1", "13", "0012"}), "a number that has lost its zeros")
	require.Equal(t, "12", Nearest("0012", []string{"0013", "12"}))
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

// A reference to nothing is told with what it is instead.
func TestUnknownReferences(t *testing.T) {
	points := &Referents{}
	points.Add("P-10", "停电", "Power off")
	points.Add("P-20", "验电")
	points.Add("P-30", "接地", "Grounding")
	points.Add("P-40", "接地")
	known := func() *Referents { return points }
	what := fault.T("knowledge point", "知识点")
	edge := fault.Place{Record: Prerequisites, Field: "prerequisite"}
	for text, want := range map[string]fault.Text{
		"P10":        {EN: `there is no knowledge point "P10"; did you mean P-10?`, ZH: `不存在知识点 "P10"；是否应为 P-10？`},
		"other":      {EN: `there is no knowledge point "other": correct the code or add the record`, ZH: `不存在知识点 "other"：请更正编码或补上该记录`},
		"停电":         {EN: `"停电" is the name of P-10: write the code P-10`, ZH: `"停电" 是 P-10 的名称：请填写编码 P-10`},
		"ＰＯＷＥＲ  off": {EN: `"ＰＯＷＥＲ  off" is the name of P-10: write the code P-10`, ZH: `"ＰＯＷＥＲ  off" 是 P-10 的名称：请填写编码 P-10`},
		"接地":         {EN: `"接地" is the name of several records (P-30, P-40): write the code of the one that is meant`, ZH: `"接地" 是多条记录的名称（P-30, P-40）：请填写所指记录的编码`},
		"P-10 验电":    {EN: `P-10 is named "停电 / Power off", and not "验电": give the code alone, or correct the name`, ZH: `P-10 的名称是 "停电 / Power off"，而不是 "验电"：请只填编码，或更正名称`},
		"P-10/P-20":  {EN: `"P-10/P-20" are several: give one code in each row; rows with the same clause are alternatives`, ZH: `"P-10/P-20" 是多个编码：每行只填一个编码；条件组相同的各行互为替代`},
	} {
		var s Suggester
		require.Equal(t, want, s.Unknown(edge, what, text, known), text)
		require.Equal(t, want, s.Unknown(edge, what, text, nil), "the same reference gets the same answer")
	}
	for _, list := range []string{"P-10;P-20", "P-10；P-99", "P-10、P-20", "P-10,P-20", "P-10，P-20", "P-10|P-20", "P-10 or P-20", "P-10或P-20", "停电和验电", "P-10 + P-20", "P-10\nP-20", "P-10 P-20", "X;Y"} {
		var s Suggester
		require.Contains(t, s.Unknown(edge, what, list, known).EN, "are several: give one code in each row", list)
	}
	for place, want := range map[fault.Place]string{
		{Record: Resources, Field: "teaches"}:       "give each code as an item of its own; in a file, separate the codes of a list by ; or 、 or a line break",
		{Record: Employees, Field: "position"}:      "give further ones as targets",
		{Record: Competencies, Field: "parent"}:     "give the one that is meant",
		{Record: Prerequisites, Field: "dependent"}: "give one code in each row",
	} {
		var s Suggester
		require.Contains(t, s.Unknown(place, what, "P-10/P-20", known).EN, want)
	}
	long := strings.Repeat("P-10/", 100_000)
	var s Suggester
	require.Less(t, len(s.Unknown(edge, what, long, known).ZH), 400)
}

func TestReadReferences(t *testing.T) {
	base := Catalog{
		Competencies:    []Competency{{Code: "C", Name: "安全"}},
		KnowledgePoints: []KnowledgePoint{{Code: "A，B", Name: "ab"}, {Code: "K1", Name: "停电", NameEN: "Power off"}},
		Positions:       []Position{{Code: "P", Name: "电工"}},
	}
	cs := ChangeSet{Put: Records{Catalog: Catalog{
		KnowledgePoints: []KnowledgePoint{{Code: "K2", Name: "验电", Competency: "C\u3000安全"}},
		Prerequisites:   []Prerequisite{{Prerequisite: "K1 power  OFF", Dependent: "K2 验电"}, {Prerequisite: "K1 验电", Dependent: "C 安全"}},
		Requirements:    []Requirement{{Position: "P 电工", Target: "K1 停电"}},
		Resources: []Resource{
			{Code: "R1", Title: "r", Teaches: []string{"K1，K2 验电"}},
			{Code: "R2", Title: "r", Teaches: []string{"A，B"}},
			{Code: "R3", Title: "r", Teaches: []string{"A，B", "K1 停电"}},
		},
	}, People: People{
		Employees: []Employee{{Code: "E", Name: "e", Position: "P 电工", Targets: []string{"P 焊工"}}},
		Mastery:   []Assessment{{Employee: "E", KnowledgePoint: "K1 停电"}},
	}}}
	base.ReadReferences(&cs)
	put := cs.Put
	require.Equal(t, "C", put.KnowledgePoints[0].Competency)
	require.Equal(t, []Prerequisite{{Prerequisite: "K1", Dependent: "K2"}, {Prerequisite: "K1 验电", Dependent: "C"}}, put.Prerequisites)
	require.Equal(t, []Requirement{{Position: "P", Target: "K1"}}, put.Requirements)
	require.Equal(t, []string{"K1", "K2"}, put.Resources[0].Teaches)
	require.Equal(t, []string{"A，B"}, put.Resources[1].Teaches, "a known code is not divided")
	require.Equal(t, []string{"A，B", "K1"}, put.Resources[2].Teaches)
	require.Equal(t, "P", put.Employees[0].Position)
	require.Equal(t, []string{"P 焊工"}, put.Employees[0].Targets, "another name is told")
	require.Equal(t, "K1", put.Mastery[0].KnowledgePoint)
	problems := base.Check(cs)
	require.Len(t, problems, 2)
	require.Contains(t, problems[0].Text.EN, `K1 is named "停电 / Power off", and not "验电"`)
	require.Contains(t, problems[1].Text.EN, `P is named "电工", and not "焊工"`)
}

func TestReadEvidenceReferences(t *testing.T) {
	base := Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K1", Name: "停电"}, {Code: "K2", Name: "验电"}}}
	list := []Evidence{{KnowledgePoints: []string{"K1 停电", "K2"}}, {KnowledgePoints: []string{"K1，K2"}}, {KnowledgePoints: []string{"K1 验电"}}}
	base.ReadEvidenceReferences(list)
	require.Equal(t, []string{"K1", "K2"}, list[0].KnowledgePoints)
	require.Equal(t, []string{"K1", "K2"}, list[1].KnowledgePoints)
	require.Equal(t, []string{"K1 验电"}, list[2].KnowledgePoints)
}
