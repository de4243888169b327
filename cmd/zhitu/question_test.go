package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// samplePairs are the pairs that seed/README.md describes.
var samplePairs = []struct{ employee, position string }{
	{"E007", "POS-DA"}, {"E012", "POS-DA"}, {"E019", "POS-DA"}, {"E023", "POS-SE"}, {"E031", "POS-OP"},
}

// requireGolden compares with a file of testdata, or updates it with -update.
func requireGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// The layout of tables on a terminal. The contents of gaps and paths are tested by
// seed/testdata.
func TestTables(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh-CN"} {
		sh := newSeededShell(t)
		var session strings.Builder
		for _, line := range []string{
			"gap --employee E007 --position POS-DA",
			"path --employee E007 --position POS-DA",
			"gap --employee E012 --position POS-DA",
			"path --employee E012 --position POS-DA",
			"path --employee E012 --position POS-DA --budget-minutes 30",
			"path --employee E012 --position POS-DA --exclude K-STA-REG",
			"gap --employee E023 --position POS-SE --all",
			"path --employee E023 --position POS-SE --locale en",
			"gap --employee E031 --position POS-OP",
			"path --employee E031 --position POS-OP",
		} {
			fmt.Fprintf(&session, "$ zhitu %s\n%s\n", line, sh.mustRun(append(strings.Fields(line), "--at", questionTime, "--lang", lang)...))
		}
		requireGolden(t, "tables."+lang+".txt", session.String())
	}
}

// The JSON of the command equals the answers of the API.
func TestJSONMatchesAPI(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	s := sh.serve()
	for _, p := range samplePairs {
		who := []string{"--employee", p.employee, "--position", p.position, "--at", questionTime, "--assume-mastered", "K-SQL-JOIN", "--json"}
		gap := s.mustQuery(fmt.Sprintf(`{ answer: gapAnalysis(employee: %q, position: %q, at: %q, assumeMastered: ["K-SQL-JOIN"]) {
			revision employee { code } position { code } coverage ready criticalReady
			gaps { knowledgePoint { code name } required mastery current weight critical status }
			foundations { knowledgePoint { code name } required mastery } } }`, p.employee, p.position, questionTime))
		requireSameJSON(t, flattenAnswer(gap["answer"]), sh.mustRun(append([]string{"gap"}, who...)...))

		path := s.mustQuery(fmt.Sprintf(`{ answer: learningPath(employee: %q, position: %q,
			options: { at: %q, assumeMastered: ["K-SQL-JOIN"], budgetMinutes: 600, objective: CRITICAL, locale: "en" }) {
			revision employee { code } position { code } totalMinutes withinBudget
			steps { order kind knowledgePoint { code name } minutes cumulativeMinutes target mastery unlocks
				resource { code title } waitsFor { code } reasons { message } }
			unreached { knowledgePoint { code name } required mastery current weight critical status } } }`, p.employee, p.position, questionTime))
		requireSameJSON(t, flattenAnswer(path["answer"]), sh.mustRun(append([]string{"path", "--budget-minutes", "600", "--objective", "critical", "--locale", "en"}, who...)...))
	}
}

func requireSameJSON(t *testing.T, want any, got string) {
	t.Helper()
	data, err := json.Marshal(want)
	require.NoError(t, err)
	require.JSONEq(t, string(data), got)
}

// flattenAnswer converts an answer of the API to the flatter JSON of the command:
// objects become their codes, with name or title beside them.
func flattenAnswer(v any) any {
	switch v := v.(type) {
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = flattenAnswer(v[i])
		}
		return all
	case map[string]any:
		if code, ok := v["code"]; ok {
			return code
		}
		out := map[string]any{}
		for key, value := range v {
			out[key] = flattenAnswer(value)
			inner, _ := value.(map[string]any)
			if name, ok := inner["name"]; ok {
				out["name"] = name
			}
			switch key {
			case "resource":
				out["title"] = inner["title"]
			case "reasons":
				delete(out, key)
				out["why"] = value.([]any)[0].(map[string]any)["message"]
			}
		}
		return out
	}
	return v
}
