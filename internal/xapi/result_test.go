package xapi_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/xapi"
)

func TestRawScoresWithAMaximum(t *testing.T) {
	rule := func(id string, most float64) xapi.Rule { return xapi.Rule{Identifier: id, Max: &most} }
	raw := `{"score": {"raw": 80}, "completion": true}`
	for name, c := range map[string]struct {
		rule   xapi.Rule
		result string
		want   float64
		wrong  string
	}{
		"of the activity":      {rule("K1", 100), raw, 0.8, ""},
		"with the verb":        {rule("http://adlnet.gov/expapi/verbs/answered", 100), raw, 0.8, ""},
		"of the home page":     {rule("https://lms.example/|*", 160), raw, 0.5, ""},
		"own maximum wins":     {rule("K1", 100), `{"score": {"raw": 80, "max": 160}}`, 0.5, ""},
		"scaled wins":          {rule("K1", 100), `{"score": {"raw": 80, "scaled": 0.9}}`, 0.9, ""},
		"before success":       {rule("K1", 100), `{"score": {"raw": 80}, "success": true}`, 0.8, ""},
		"with a minimum":       {rule("K1", 100), `{"score": {"raw": 80, "min": 60}}`, 0.5, ""},
		"above the maximum":    {rule("K1", 50), raw, 0, "score.raw 80 is not between 0 and 50: correct max in the mapping file"},
		"nothing says":         {rule("K2", 100), raw, 0, "give max in the mapping file, such as 100 for SCORM 1.2"},
		"a negative raw score": {rule("K1", 50), `{"score": {"raw": -1}}`, 0, "score.raw -1 is not between 0 and 50"},
	} {
		t.Run(name, func(t *testing.T) {
			e, hasResult, problem := mustParse(t, statementJSON("result", c.result)).Evidence(xapi.NewMapping([]xapi.Rule{c.rule}, ""), known)
			require.True(t, hasResult)
			require.Contains(t, problem.EN, c.wrong)
			require.Equal(t, c.wrong == "", problem.EN == "")
			require.InDelta(t, c.want, e.Score, 1e-12)
		})
	}
}

func TestWaivedIsNoEvidence(t *testing.T) {
	for _, result := range []string{"", `{"success": true, "completion": true}`, `{"score": {"scaled": 1}}`} {
		_, hasResult, _ := mustParse(t, statementJSON("verb", `{"id": "https://w3id.org/xapi/adl/verbs/waived"}`, "result", result)).Evidence(mapping, known)
		require.False(t, hasResult)
	}
}

func TestCompetencyIsNoPoint(t *testing.T) {
	mapped := xapi.NewMapping([]xapi.Rule{{Identifier: "quiz", KnowledgePoints: []string{"K1", "C1"}}}, "")
	for _, parts := range [][]string{
		{"object", `{"id": "https://lms.example/C1"}`},
		{"object", `{"id": "https://lms.example/quiz"}`},
		{"context", `{"extensions": {"` + xapi.PointsExtension + `": ["C1"]}}`},
	} {
		_, _, problem := mustParse(t, statementJSON(parts...)).Evidence(mapped, known)
		require.Equal(t, "C1 is a competency: name its points, in the mapping file or in the statement", problem.EN)
		require.Equal(t, "C1 是能力项：请在映射文件或语句中列出其知识点", problem.ZH)
	}
}

func TestStatementHash(t *testing.T) {
	hash := func(text string) string {
		st := mustParse(t, text)
		require.NoError(t, st.AssignID(someID))
		return st.Hash()
	}
	usual := hash(statementJSON())
	for name, same := range map[string]string{
		"what a receiver adds": statementJSON("stored", `"2026-11-20T08:00:01Z"`, "authority", `{"mbox": "mailto:a@b.example"}`, "version", `"1.0.3"`),
		"another order":        strings.Replace(statementJSON("timestamp", ""), "{", `{"timestamp": "2026-11-20T08:00:00.123456Z", `, 1),
		"white space":          "\n" + strings.ReplaceAll(statementJSON(), `":`, "\" :\t"),
		"the id in the URL":    statementJSON("id", ""),
		"the id in upper case": statementJSON("id", `"`+strings.ToUpper(someID)+`"`),
	} {
		require.Equal(t, usual, hash(same), name)
	}
	for name, other := range map[string]string{
		"a score": statementJSON("result", `{"score": {"scaled": 0.76}, "success": true}`),
		"a verb":  statementJSON("verb", verbJSON("passed")),
		"less":    statementJSON("result", ""),
	} {
		require.NotEqual(t, usual, hash(other), name)
	}
}

func TestLenientParsing(t *testing.T) {
	survey := statementJSON("id", "", "result", `{"score": {"min": 0, "max": 0, "raw": 0}, "completion": true}`)
	list, array, err := xapi.ParseLenient([]byte("[" + statementJSON() + "," + survey + `, 7, {"id": "` + strings.ToUpper(someID) + `"}, ` + statementJSON() + "]"))
	require.NoError(t, err)
	require.True(t, array)
	require.Len(t, list, 5)
	_, malformed := list[0].Malformed()
	require.False(t, malformed)
	for i, want := range []string{"result.score.min is 0, not below max, 0", "statement is not an object", "actor is missing", "it has the same id " + someID + " as statement 1"} {
		reason, malformed := list[i+1].Malformed()
		require.True(t, malformed)
		require.Equal(t, want, reason.EN)
		require.NotEmpty(t, reason.ZH)
		require.Len(t, list[i+1].ID, 36)
	}
	require.Equal(t, someID, list[3].ID)
	for _, body := range []string{"{", "", "[1", "\xff"} {
		_, _, err := xapi.ParseLenient([]byte(body))
		require.Error(t, err)
	}
}
