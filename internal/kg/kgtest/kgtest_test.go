package kgtest_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// The text has every feature of the notation, in the form that Format
// would choose.
const everything = `C1 { A 45m B C2 { D } }
E { }
乙 30m 甲
B <- A@0.85 E
B <- x: A | C1@0.5
甲 <~ B 乙
A -- B
P: B=0.7*2! C1=0.5 甲
R VIDEO 20m zh-CN => A B
@ A=0.8
@ B=0.4/400d
`

func TestParse(t *testing.T) {
	w := kgtest.MustParse(t, everything)
	require.Equal(t, []competency.Competency{
		{Code: "C1", Name: "名C1"}, {Code: "C2", Name: "名C2", Parent: "C1"}, {Code: "E", Name: "名E"},
	}, w.Competencies)
	require.Equal(t, []competency.KnowledgePoint{
		{Code: "A", Name: "名A", Competency: "C1", Minutes: new(45)},
		{Code: "B", Name: "名B", Competency: "C1"},
		{Code: "D", Name: "名D", Competency: "C2"},
		{Code: "乙", Name: "名乙", Minutes: new(30)},
		{Code: "甲", Name: "名甲"},
	}, w.KnowledgePoints)
	require.ElementsMatch(t, []competency.Prerequisite{
		{Prerequisite: "A", Dependent: "B", Strength: competency.Hard, Level: new(0.85)},
		{Prerequisite: "E", Dependent: "B", Strength: competency.Hard},
		{Prerequisite: "A", Dependent: "B", Strength: competency.Hard, Clause: "x"},
		{Prerequisite: "C1", Dependent: "B", Strength: competency.Hard, Clause: "x", Level: new(0.5)},
		{Prerequisite: "B", Dependent: "甲", Strength: competency.Soft},
		{Prerequisite: "乙", Dependent: "甲", Strength: competency.Soft},
	}, w.Prerequisites)
	require.Equal(t, []competency.Related{{A: "A", B: "B"}}, w.Related)
	require.Equal(t, []competency.Requirement{
		{Position: "P", Target: "B", Level: new(0.7), Weight: new(2.0), Critical: new(true)},
		{Position: "P", Target: "C1", Level: new(0.5)},
		{Position: "P", Target: "甲"},
	}, w.Requirements)
	require.Equal(t, []competency.Resource{
		{Code: "R", Title: "名R", Modality: competency.Video, Minutes: new(20), Language: "zh-CN", Teaches: []string{"A", "B"}},
	}, w.Resources)
	require.Equal(t, []competency.Assessment{
		{KnowledgePoint: "A", Mastery: 0.8, AssessedAt: kgtest.Now},
		{KnowledgePoint: "B", Mastery: 0.4, AssessedAt: kgtest.Now.Add(-400 * kgtest.Day)},
	}, w.Mastery)
}

func TestFormatIsCanonical(t *testing.T) {
	require.Equal(t, everything, kgtest.MustParse(t, everything).Format())
	require.Equal(t, "A B\nB <- A\n", kgtest.MustParse(t, "\n B  <-  A # said once\n").Format(), "points need no declaration")
	loop := "C1 { C2 { C1 { } } }\n"
	require.Equal(t, loop, kgtest.MustParse(t, loop).Format(), "a faulty catalog can be written too")
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"C {":         "{ without }",
		"C { A } }":   "} without {",
		"{ A }":       "needs a code before {",
		"C { A { } }": "", // A is a competency then
		"A <-":        "a prerequisite is missing",
		"A <- B@high": "not a number",
		"P: A=x":      "not a number",
		"P: A*x":      "not a number",
		"@ A":         "no mastery",
		"@ A=1/soon":  "not a number",
		"=> A":        "needs a code before =>",
		"A\nA { B }":  "A is both a point and a competency",
	} {
		_, err := kgtest.Parse(text)
		if want == "" {
			require.NoError(t, err, text)
		} else {
			require.ErrorContains(t, err, want, text)
		}
	}
}

// shapes covers worlds of every kind, those with hardly anything in them too.
func shapes(t *rapid.T) kgtest.Shape {
	share := rapid.SampledFrom([]float64{0, 0.3, 1})
	return kgtest.Shape{
		Points: rapid.IntRange(1, 40).Draw(t, "points"), Layers: rapid.IntRange(0, 8).Draw(t, "layers"),
		PerPoint: rapid.Float64Range(0, 4).Draw(t, "per point"), Near: rapid.IntRange(0, 5).Draw(t, "near"),
		Groups: rapid.IntRange(0, 12).Draw(t, "groups"), Alternatives: share.Draw(t, "alternatives"),
		Soft: share.Draw(t, "soft"), Junctions: share.Draw(t, "junctions"), Positions: rapid.IntRange(0, 2).Draw(t, "positions"),
		Required: rapid.IntRange(0, 5).Draw(t, "required"), Mastered: share.Draw(t, "mastered"), Resources: rapid.IntRange(0, 5).Draw(t, "resources"),
	}
}

// Random worlds are catalogs that an expert could have entered, the same for
// the same seed, and come back whole from their text.
func TestRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, shape := rapid.Uint64().Draw(t, "seed"), shapes(t)
		w := kgtest.RandomWorld(seed, shape)
		require.Equal(t, w, kgtest.RandomWorld(seed, shape))
		require.Equal(t, w, kgtest.MustParse(t, w.Format()))
		require.Len(t, w.KnowledgePoints, shape.Points)
		require.NoError(t, fault.FromProblems(competency.Catalog{}.Check(competency.ChangeSet{Put: competency.Records{Catalog: w.Catalog}})))
		w.Compile(t)
	})
}

// The worlds that other tests rest on are as rich as they claim.
func TestShapes(t *testing.T) {
	var clauses, soft, from, into int
	for seed := range uint64(20) {
		w := kgtest.RandomWorld(seed, kgtest.RichShape(24))
		isGroup := map[string]bool{}
		for _, c := range w.Competencies {
			isGroup[c.Code] = true
		}
		for _, e := range w.Prerequisites {
			switch {
			case e.Strength == competency.Soft:
				soft++
			case e.Clause != "":
				clauses++
			}
			if isGroup[e.Prerequisite] {
				from++
			}
			if isGroup[e.Dependent] {
				into++
			}
		}
	}
	for what, n := range map[string]int{"clauses": clauses, "soft": soft, "from competencies": from, "into competencies": into} {
		require.Greater(t, n, 60, what)
	}

	w := kgtest.RandomWorld(1, kgtest.BenchShape(10_000))
	require.InDelta(t, 31_000, len(w.Prerequisites), 1000)
	g := w.Compile(t)
	depth := int32(0)
	for p := range w.KnowledgePoints {
		depth = max(depth, g.Depth(g.PointAt(p)))
	}
	require.Equal(t, int32(11), depth, "12 layers")
}
