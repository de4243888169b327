package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The insight into made-up evidence: people pass filters of SQL without passing
// columns, which contradicts a prerequisite.
func TestInsight(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	files, err := filepath.Glob(filepath.Join(seedFolder(t), "*.csv"))
	require.NoError(t, err)
	files = slices.DeleteFunc(files, func(file string) bool { return filepath.Base(file) == "evidence.csv" })
	sh.mustRun(append([]string{"import"}, files...)...)
	require.Contains(t, sh.mustRun("insight", "--lang", "en"), "0 people, 0 pieces of evidence")
	s := sh.serve()
	var list []string
	for i := 1; i <= 24; i++ {
		score := func(of bool) float64 {
			if of {
				return 1
			}
			return 0.2
		}
		who := fmt.Sprintf("E%03d", i)
		list = append(list, evidenceInput(who+"a", who, "K-SQL-SELECT", score(i%3 == 0), 3), evidenceInput(who+"b", who, "K-SQL-WHERE", score(i%6 != 0), 6))
		if i%4 == 0 {
			list = append(list, evidenceInput(who+"c", who, "K-SQL-SELECT", 1, 9), evidenceInput(who+"d", who, "K-SQL-ORDER", score(i%8 == 0), 9))
		}
	}
	require.NotContains(t, fmt.Sprint(s.mustQuery(recordMutation(list...))), "REFUSED")

	api := s.mustQuery(`{ answer: insight(filter: { position: "POS-DA", competency: "C-DATA-SQL", orgUnit: "ORG-LC" }) { revision people evidenceCount
		points(first: 2) { knowledgePoint { code name } people evidenceCount errorRate firstAttemptRate correctionRate growth meanMastery }
		suspectPrerequisites(first: 2, minPeople: 3) {
			prerequisites { prerequisite { ... on KnowledgePoint { code } } dependent { ... on KnowledgePoint { code } } clause }
			people contradicting share lowerBound expected contradiction } } }`)
	requireSameJSON(t, flattenAnswer(api["answer"]), sh.mustRun("insight", "--position", "POS-DA", "--competency", "C-DATA-SQL", "--org-unit", "ORG-LC",
		"--first", "2", "--min-people", "3", "--json"))

	for _, lang := range []string{"en", "zh-CN"} {
		var session strings.Builder
		for _, line := range []string{
			"insight",
			"insight --position POS-DA --org-unit ORG-MF --first 2 --min-people 2",
			"insight --competency C-DATA-LIT",
		} {
			fmt.Fprintf(&session, "$ zhitu %s\n%s\n", line, sh.mustRun(append(strings.Fields(line), "--lang", lang)...))
		}
		requireGolden(t, "insight."+lang+".txt", session.String())
	}
}
