package exchange

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// The cases of testdata/cases-plan were worked by two programs that know the contract
// alone. This test reads base and given, and compares what the rows do.
func TestWorkedPlans(t *testing.T) {
	folders, err := filepath.Glob("testdata/cases-plan/case-*")
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(folder, "answers.json"))
			require.NoError(t, err)
			var answers map[string]struct {
				Plan     []json.RawMessage
				Problems []json.RawMessage
			}
			require.NoError(t, json.Unmarshal(text, &answers))
			stored, err := Read(filepath.Join(folder, "base"))
			require.NoError(t, err)
			require.Empty(t, stored.Problems)
			base := competency.Records{Catalog: competency.Catalog{}.Apply(competency.Catalog{}.Resolve(stored.Changes)), People: stored.Changes.Put.People}
			slices.SortFunc(base.OrgUnits, func(a, b competency.OrgUnit) int { return strings.Compare(a.Code, b.Code) })
			slices.SortFunc(base.Employees, func(a, b competency.Employee) int { return strings.Compare(a.Code, b.Code) })

			for _, flags := range []string{"", "replace", "prune", "replace prune"} {
				o := Options{Replace: strings.Contains(flags, "replace"), Prune: strings.Contains(flags, "prune")}
				given, err := o.Read(filepath.Join(folder, "given"))
				require.NoError(t, err)
				require.Empty(t, given.Problems)
				match := base.MatchEdges(given.Changes.Put.Prerequisites, given.EmptiedEdges)
				edits := given.Changes.WithEdges(match)
				problems := slices.Concat(match.Problems, base.Check(edits))
				sound := edits.WithoutRefused(match, given.Refused(problems))
				if o.Prune {
					pruning := base.Prune(base.Ungiven(edits, match), edits, sound, nil)
					sound = sound.WithDeletions(pruning.Delete)
					require.Empty(t, base.Check(sound))
					problems = append(problems, pruning.Problems...)
				}
				requireJSON(t, answers[flags].Plan, planOf(t, base.Changes(base.Resolve(sound))), "%q", flags)
				requireJSON(t, answers[flags].Problems, problemsOf(t, edits, problems), "%q", flags)
			}
		})
	}
}

func requireJSON(t *testing.T, want, got []json.RawMessage, message string, args ...any) {
	t.Helper()
	lines := func(list []json.RawMessage) (all []string) {
		for _, raw := range list {
			var v any
			require.NoError(t, json.Unmarshal(raw, &v))
			line, err := json.Marshal(v)
			require.NoError(t, err)
			all = append(all, string(line))
		}
		return all
	}
	require.Equal(t, strings.Join(lines(want), "\n"), strings.Join(lines(got), "\n"), append([]any{message}, args...)...)
}

// planOf writes changes as the answers have them: table, key, kind, fields.
func planOf(t *testing.T, changes []competency.RecordChange) (rows []json.RawMessage) {
	for _, c := range changes {
		row, err := json.Marshal([]any{c.Table, c.Key, c.Kind, c.Fields})
		require.NoError(t, err)
		rows = append(rows, row)
	}
	return rows
}

// problemsOf writes problems as the answers have them: table, key, what.
func problemsOf(t *testing.T, edits competency.ChangeSet, problems []fault.Problem) (rows []json.RawMessage) {
	tables := []string{
		competency.Competencies, competency.KnowledgePoints, competency.Prerequisites, competency.RelatedPairs, competency.Positions,
		competency.Requirements, competency.Resources, competency.OrgUnits, competency.Employees,
	}
	var all [][3]string
	for _, p := range problems {
		key := map[string]func() string{
			competency.Competencies:    func() string { return edits.Put.Competencies[p.Index].Code },
			competency.KnowledgePoints: func() string { return edits.Put.KnowledgePoints[p.Index].Code },
			competency.Positions:       func() string { return edits.Put.Positions[p.Index].Code },
			competency.Resources:       func() string { return edits.Put.Resources[p.Index].Code },
			competency.OrgUnits:        func() string { return edits.Put.OrgUnits[p.Index].Code },
			competency.Employees:       func() string { return edits.Put.Employees[p.Index].Code },
		}[p.Record]
		require.NotNil(t, key, "%v", p)
		what, code := "other", p.Key
		if code == "" {
			code = key()
		}
		if strings.Contains(p.Text.EN, "while it is referred to") {
			what = "still referred to"
		}
		if strings.Contains(p.Text.EN, "every record needs it") || strings.Contains(p.Text.EN, "a new record needs") {
			what = "required"
		}
		all = append(all, [3]string{p.Record, code, what})
	}
	slices.SortFunc(all, func(a, b [3]string) int {
		if order := slices.Index(tables, a[0]) - slices.Index(tables, b[0]); order != 0 {
			return order
		}
		return strings.Compare(a[1], b[1])
	})
	for _, p := range all {
		row, err := json.Marshal(p)
		require.NoError(t, err)
		rows = append(rows, row)
	}
	return rows
}
