package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The layout of tables about many people, and of CSV.
func TestTablesOfGroups(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh-CN"} {
		sh := newSeededShell(t)
		var session strings.Builder
		for _, line := range []string{
			"team --org-unit ORG-IT",
			"team --org-unit ORG-IT --people --csv",
			"team --org-unit ORG-LC --position POS-SE --tier 0",
			"team --line E001 --tier 0 --csv",
			"team --line E004 --people",
			"team --line E007",
			"candidates POS-DA --first 5",
			"candidates POS-DA --incumbents-of POS-DA --csv",
			"risks --org-unit ORG-IT --first 6",
			"risks --incumbents-of POS-DA --csv",
			"risks --line E007",
			"train POS-DA",
			"train POS-DA --pool all --max-minutes 300",
			"train POS-DA --holders 4 --max-minutes 20",
			"train POS-DA --holders 4 --max-minutes 20 --csv",
		} {
			fmt.Fprintf(&session, "$ zhitu %s\n%s\n", line, sh.mustRun(append(strings.Fields(line), "--at", questionTime, "--lang", lang)...))
		}
		requireGolden(t, "groups."+lang+".txt", strings.ReplaceAll(session.String(), "\ufeff", "(BOM)"))
	}
}

// The JSON of the commands equals the answers of the API.
func TestGroupJSONMatchesAPI(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	s := sh.serve()
	ask := func(question string) map[string]any {
		answer := s.mustQuery(fmt.Sprintf("{ answer: "+question+" }", questionTime))["answer"]
		return answer.(map[string]any)
	}
	run := func(line string) string {
		return sh.mustRun(append(strings.Fields(line), "--json", "--at", questionTime)...)
	}

	cell := "coverage unmet required unassessed"
	common := "at revision columns { competency { code name } } total { people " + cell + " } without"
	requireSameJSON(t, flattenAnswer(ask(`teamGaps(group: { orgUnit: "ORG-IT" }, at: %q) { `+common+` units { orgUnit { code name } cells { people `+cell+` } } }`)),
		run("team --org-unit ORG-IT"))
	requireSameJSON(t, flattenAnswer(ask(`teamGaps(group: { line: "E001" }, position: "POS-DA", tier: 0, at: %q) { `+common+` people { employee { code name } cells { `+cell+` } } }`)),
		run("team --line E001 --position POS-DA --tier 0 --people"))

	candidates := ask(`candidates(position: "POS-DA", group: { orgUnit: "ORG-LC" }, first: 7, at: %q) { at revision totalCount others
		nodes { employee { code name } readiness { held class ready criticalReady coverage minutes unassessed } } }`)
	rename(candidates, "nodes", "candidates")
	candidates["position"] = "POS-DA"
	for _, c := range candidates["candidates"].([]any) {
		c := c.(map[string]any)
		for key, value := range c["readiness"].(map[string]any) {
			c[key] = value
		}
		delete(c, "readiness")
	}
	requireSameJSON(t, flattenAnswer(candidates), run("candidates POS-DA --org-unit ORG-LC --first 7"))

	risks := ask(`risks(group: { orgUnit: "ORG-IT" }, first: 30, at: %q) { at revision totalCount
		nodes { knowledgePoint { code name } level class affected people { nodes { code name } } } }`)
	rename(risks, "nodes", "risks")
	single := 0
	for _, r := range risks["risks"].([]any) {
		r := r.(map[string]any)
		r["holder"] = nil
		for _, e := range r["people"].(map[string]any)["nodes"].([]any) {
			e := e.(map[string]any)
			r["holder"] = map[string]any{"employee": e["code"], "name": e["name"]}
			single++
		}
		delete(r, "people")
		point := r["knowledgePoint"].(map[string]any)
		r["knowledgePoint"], r["name"] = point["code"], point["name"]
	}
	require.NotZero(t, single, "somebody alone holds something")
	requireSameJSON(t, risks, run("risks --org-unit ORG-IT --first 30"))

	training := ask(`trainingSet(position: "POS-DA", holders: 3, pool: ALL, maxMinutes: 30, at: %q) { at revision minutes bound feasible
		plans { employee { code name } minutes goals { code } } missing { knowledgePoint { code name } count } }`)
	training["position"] = "POS-DA"
	require.NotEmpty(t, training["missing"])
	requireSameJSON(t, flattenAnswer(training), run("train POS-DA --holders 3 --pool all --max-minutes 30"))
}

func rename(answer map[string]any, from, to string) {
	answer[to] = answer[from]
	delete(answer, from)
}

// More rows than a page has are read page by page.
func TestRowsBeyondAPage(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	var people strings.Builder
	people.WriteString("code,name,position\n")
	for i := range 450 {
		fmt.Fprintf(&people, "X%03d,'=1+1,POS-DA\n", i)
	}
	sh.writeFile("employees.csv", people.String())
	sh.mustRun("import", "employees.csv")
	for _, c := range []struct{ first, rows int }{{20, 20}, {200, 200}, {450, 450}, {10_000, 490}} {
		out := sh.mustRun("candidates", "POS-DA", "--csv", "--first", fmt.Sprint(c.first))
		require.Equal(t, c.rows+1, strings.Count(out, "\n"))
	}
	require.Contains(t, sh.mustRun("candidates", "POS-DA", "--csv", "--first", "490"), ",'=1+1,", "no text is a formula")
	require.Contains(t, sh.run("team", "--people", "--position", "POS-DA").out, "X449")
}

// What names people is in the audit, by the user of the operating system.
func TestGroupQuestionsAreAudited(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	sh.mustRun("team", "--line", "E004", "--people")
	sh.mustRun("candidates", "POS-DA", "--first", "2")
	sh.mustRun("risks", "--incumbents-of", "POS-DA")
	sh.mustRun("train", "POS-DA")
	entries := sh.mustRun("audit", "export")
	for _, question := range []string{"teamGaps", "candidates", "holders", "trainingSet"} {
		require.Regexp(t, `,LEARNER,read,[E0-9;]+,,`+question+`,`, entries)
	}
	require.NotRegexp(t, `,LEARNER,read,[E0-9;]+,,[a-zA-Z]+,`, newSeededShell(t).mustRun("audit", "export"))
}
