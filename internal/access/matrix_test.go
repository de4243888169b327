package access

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write golden files")

// classMeanings says for people what each class is about, and what a role reaches beyond
// what the table can say.
var classMeanings = [actions]string{
	Catalog: "points, competencies, positions, resources, the scale", Org: "departments", History: "publications of the catalog",
	PeopleList: "the list of employees", Card: "code, name, department, position, manager",
	Learner:     "states, evidence, targets, forms of learning, gap, path, updates",
	Aggregate:   "what many people come to",
	EditCatalog: "points, competencies, edges, the scale", EditResource: "resources", EditPosition: "positions and requirements",
	EditPeople: "employees", EditOrg: "departments", Assess: "enter or delete a mastery", Place: "ask and answer a placement",
	Record: "record evidence", Retract: "retract evidence", Import: "own imports by upload; what is in one is judged record by record",
	Unmapped: "unmapped statements: their number, time and reason", UnmappedContent: "unmapped statements: read, retry, discard",
	OwnData: "export, objection, who looked at me", Erase: "erase a person", Audit: "the audit log", Metrics: "metrics", Schema: "the schema and the version",
	Administer: "accounts, grants, service tokens", Approve: "the second yes", AdministerOwn: "own sessions, password, tokens",
}

var reachWords = map[reach]string{
	none: "–", self: "oneself", selfAndUp: "oneself, own managers", line: "line", unit: "unit",
	unitAndUp: "unit, its direct managers", firm: "whole firm", everyone: "✓", decidedByCode: "[see below](#%s)",
}

// specialRules names the headings of docs/access.md that say what a cell cannot.
var specialRules = map[Action]string{EditPeople: "editing-people", Record: "evidence", Retract: "evidence", Aggregate: "aggregates"}

// docsMatrix writes the table of rules as docs/access.md has it.
func docsMatrix() string {
	var b strings.Builder
	b.WriteString("| class | employee | MANAGER | TRAINER | EXPERT | HR | AUDITOR | ADMIN | scope of a token |\n|---|---|---|---|---|---|---|---|---|\n")
	for a, r := range rules {
		fmt.Fprintf(&b, "| **%s**: %s |", r.name, classMeanings[a])
		for _, of := range []reach{r.employee, r.manager, r.trainer, r.expert, r.hr, r.auditor, r.admin} {
			word := reachWords[of]
			if strings.Contains(word, "%") {
				word = fmt.Sprintf(word, specialRules[Action(a)])
			}
			fmt.Fprintf(&b, " %s |", word)
		}
		switch r.scope {
		case 0:
			b.WriteString(" – |\n")
		case anyScope:
			b.WriteString(" any |\n")
		default:
			fmt.Fprintf(&b, " `%s` |\n", strings.Join(r.scope.Names(), "` or `"))
		}
	}
	return b.String()
}

// The documentation has the table of rules, whole and as it is.
func TestDocumentationHasTheMatrix(t *testing.T) {
	const page, begin, end = "../../docs/access.md", "<!-- matrix -->\n", "<!-- end of matrix -->\n"
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), begin)
	require.True(t, found)
	matrix, after, found := strings.Cut(rest, end)
	require.True(t, found)
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(before+begin+docsMatrix()+end+after), 0o644))
		return
	}
	require.Equal(t, matrix, docsMatrix())
}
