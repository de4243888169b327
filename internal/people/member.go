package people

import (
	"maps"
	"slices"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/workforce"
)

// Members returns the views of people in columns, as these know them: without a round trip.
// What columns do not hold, such as states in full, is read for all of them together when it is
// first asked for.
func (p *People) Members(s *catalog.Snapshot, v *workforce.View, list []workforce.Person) []Employee {
	stands := standings{v, map[string]store.Lines{}}
	profiles := make([]store.Profile, len(list))
	for i, m := range list {
		profiles[i] = stands.profile(*v.Employee(m))
	}
	members := make([]Employee, len(list))
	for i, who := range p.newReadGroupOf(profiles, false) {
		members[i] = Employee{p, s, who}
	}
	return members
}

// OrgUnitIn returns the view of a department of a tree, nil where it has none with the code.
func OrgUnitIn(tree *competency.OrgTree, code string) *OrgUnit { return newOrgUnit(tree.Above(code), nil) }

// standings finds where people stand, each once.
type standings struct {
	view *workforce.View
	// known are those that have been found, by code.
	known map[string]store.Lines
}

func (s standings) profile(e competency.Employee) store.Profile {
	profile := store.Profile{Employee: e, Units: s.view.Tree().Above(e.OrgUnit), Lines: s.of(e)}
	if m, ok := s.view.Find(e.Manager); ok {
		manager := *s.view.Employee(m)
		profile.Manager, profile.ManagerLines = &manager, s.of(manager)
	}
	return profile
}

// of returns where a person stands. It costs O(line of the person).
func (s standings) of(e competency.Employee) store.Lines {
	lines, ok := s.known[e.Code]
	if ok {
		return lines
	}
	lines.Units = s.unitsAbove(e.OrgUnit)
	for code := e.Manager; code != "" && code != e.Code && !slices.Contains(lines.Managers, code); {
		m, found := s.view.Find(code)
		if !found {
			break
		}
		lines.Managers = append(lines.Managers, code)
		code = s.view.Employee(m).Manager
	}
	departments := map[string]bool{}
	for m := range s.view.Line(e.Code).All() {
		if report := s.view.Employee(m); report.Manager == e.Code && !departments[report.OrgUnit] {
			for _, code := range s.unitsAbove(report.OrgUnit) {
				departments[code] = true
			}
		}
	}
	lines.ReportUnits = slices.Sorted(maps.Keys(departments))
	s.known[e.Code] = lines
	return lines
}

func (s standings) unitsAbove(code string) (codes []string) {
	for _, u := range s.view.Tree().Above(code) {
		codes = append(codes, u.Code)
	}
	return codes
}
