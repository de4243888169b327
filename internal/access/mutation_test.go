package access

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// workedCase is a viewer of a company, with what it may do.
type workedCase struct {
	company *company
	viewer  *Viewer
	answers caseAnswers
	fields  map[string]map[string]string // class → person → outcome; "" for what is about no person
	list    []string                     // nil where it is denied
}

func readWorkedCases(t *testing.T) (all []workedCase) {
	folders, err := filepath.Glob("testdata/company-*")
	require.NoError(t, err)
	for _, folder := range folders {
		c := readCompany(t, folder)
		var viewers []caseViewer
		answers := map[string]caseAnswers{}
		readJSON(t, filepath.Join(folder, "viewers.json"), &viewers)
		readJSON(t, filepath.Join(folder, "answers.json"), &answers)
		for _, given := range viewers {
			w := workedCase{company: c, viewer: c.viewer(given), answers: answers[given.ID], fields: map[string]map[string]string{}}
			for class, raw := range w.answers.Fields {
				var one string
				if json.Unmarshal(raw, &one) == nil {
					w.fields[class] = map[string]string{"": one}
					continue
				}
				each := map[string]string{}
				require.NoError(t, json.Unmarshal(raw, &each))
				w.fields[class] = each
			}
			_ = json.Unmarshal(w.answers.List, &w.list)
			all = append(all, w)
		}
	}
	require.NotEmpty(t, all)
	return all
}

// agrees reports whether an action is decided as worked out.
func (w workedCase) agrees(t *testing.T, a Action) bool {
	if hasOwnFunction(a) {
		return len(differences(t, w.company, w.viewer, w.answers)) == 0
	}
	if a == PeopleList {
		for _, code := range w.company.codes {
			if (w.viewer.DecidePerson(a, w.company.people[code]) == Allowed) != slices.Contains(w.list, code) {
				return false
			}
		}
		return true
	}
	class := a.String()
	if a == History {
		class = Catalog.String() // which it goes with
	}
	for code, want := range w.fields[class] {
		got := w.viewer.Decide(a)
		if code != "" {
			got = w.viewer.DecidePerson(a, w.company.people[code])
		}
		if outcomeNames[got] != want {
			return false
		}
	}
	return true
}

// hasOwnFunction reports whether the roles of an action are decided by functions of their
// own, and its cells only say so.
func hasOwnFunction(a Action) bool {
	return a == Aggregate || a == EditPeople || a == EditOrg || a == Record || a == Retract
}

// changesNothing reports whether nobody can do more or less by a change of a cell: every
// linked account has the employee column, and without a link, EXPERT and ADMIN alone count.
func changesNothing(a Action, column string) bool {
	switch column {
	case "manager", "trainer", "hr", "auditor":
		return a == AdministerOwn || rules[a].employee == everyone
	case "employee", "expert", "admin":
		return a == AdministerOwn // every account has it
	}
	return false
}

// columns are the roles of the table.
var columns = map[string]func(*rule) *reach{
	"employee": func(r *rule) *reach { return &r.employee },
	"manager":  func(r *rule) *reach { return &r.manager },
	"trainer":  func(r *rule) *reach { return &r.trainer },
	"expert":   func(r *rule) *reach { return &r.expert },
	"hr":       func(r *rule) *reach { return &r.hr },
	"auditor":  func(r *rule) *reach { return &r.auditor },
	"admin":    func(r *rule) *reach { return &r.admin },
}

// The worked cases notice every change of the table that changes what anyone may do
// (mutation testing). The table in the documentation notices the others.
func TestWorkedCasesNoticeEveryCell(t *testing.T) {
	cases := readWorkedCases(t)
	noticed := func(a Action) bool {
		return slices.ContainsFunc(cases, func(w workedCase) bool { return !w.agrees(t, a) })
	}
	for a := range Actions() {
		if a == EditOrg || a == Import {
			continue // no worked case is about departments, or imports as a whole: see TestImportIsForWhoeverMayEdit
		}
		require.False(t, noticed(a), a)
		mutate := func(what string, change func(*rule)) {
			was, matrix := rules[a], docsMatrix()
			defer func() { rules[a] = was }()
			change(&rules[a])
			if what != "guard" {
				require.NotEqual(t, matrix, docsMatrix(), "%s %s", a, what)
			}
			if !changesNothing(a, what) && (!hasOwnFunction(a) || what == "scope") {
				require.True(t, noticed(a), "%s %s", a, what)
			}
		}
		for name, of := range columns {
			mutate(name, func(r *rule) {
				if *of(r) == none {
					*of(r) = everyone
				} else {
					*of(r) = none
				}
			})
		}
		mutate("scope", func(r *rule) {
			if r.scope = ^r.scope; a == Learner {
				require.NotEmpty(t, wrongMemberCases(), "%s scope", a)
			}
		})
		if rules[a].guarded && !hasOwnFunction(a) {
			mutate("guard", func(r *rule) { r.guarded = false })
		}
	}
}
