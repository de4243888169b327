package access

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
)

// contains is what a store's query has to select.
func contains(r competency.Reach, p *Person) bool {
	if r.Employee == p.Code {
		return true
	}
	if r.Within != nil && !intersects(r.Within, p.Units) {
		return false
	}
	return r.Line != "" && r.Line != p.Code && slices.Contains(p.Managers, r.Line) && !slices.Contains(r.LineExcept, p.Code) ||
		(r.Firm || intersects(r.Units, p.Units)) && !slices.Contains(r.UnitsExcept, p.Code)
}

func TestReachSelectsWhomDecisionsAllow(t *testing.T) {
	folders, err := filepath.Glob("testdata/company-*")
	require.NoError(t, err)
	for _, folder := range folders {
		c := readCompany(t, folder)
		var viewers []caseViewer
		readJSON(t, filepath.Join(folder, "viewers.json"), &viewers)
		for _, given := range viewers {
			v := c.viewer(given)
			for _, a := range []Action{PeopleList, Learner, Assess} {
				for _, code := range c.codes {
					p := c.people[code]
					if a == Assess && v.isToken() && v.scopes&LearnerRead == 0 {
						continue // needs both scopes
					}
					require.Equal(t, v.DecidePerson(a, p) == Allowed, contains(v.Reach(a), p), "%s %s %s %+v", given.ID, a, code, v.Reach(a))
				}
			}
		}
	}
}
