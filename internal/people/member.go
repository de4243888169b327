package people

import (
	"context"
	"strings"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/page"
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
		profiles[i] = stands.profile(m)
	}
	members := make([]Employee, len(list))
	for i, who := range p.newReadGroupOf(profiles, false) {
		members[i] = Employee{p, s, who}
	}
	return members
}

// MembersPage returns a page of the views of people in columns, by code.
func (p *People) MembersPage(s *catalog.Snapshot, v *workforce.View, members workforce.Set, r page.Request) EmployeeConnection {
	list := v.InCodeOrder(members)
	from := 0
	for r.After != "" && from < len(list) && strings.Compare(v.Employee(list[from]).Code, r.After) <= 0 {
		from++
	}
	to := min(len(list), from+r.First)
	return page.New(p.Members(s, v, list[from:to]), len(list), r, to < len(list), Employee.Code)
}

// Listed returns what selects those of a view whom the viewer may find in a list.
func Listed(ctx context.Context) (func(*workforce.View) workforce.Set, error) {
	viewer, err := access.ScopedViewer(ctx, access.PeopleList)
	if err != nil {
		return nil, err
	}
	return func(v *workforce.View) workforce.Set { return v.Reach(viewer.Reach(access.PeopleList)) }, nil
}

// NoteMembers notes in the audit that an answer tells what some people master, or who of them
// does.
func NoteMembers(ctx context.Context, list []Employee, question string) {
	codes := make([]string, len(list))
	for i, e := range list {
		codes[i] = e.Code()
	}
	if len(codes) > 0 {
		audit.Note(ctx, audit.Event{Action: access.Learner, Verb: readVerb, Subjects: codes, Filter: question})
	}
}

// OrgUnitIn returns the view of a department of a tree, nil where it has none with the code.
func OrgUnitIn(tree *competency.OrgTree, code string) *OrgUnit {
	return newOrgUnit(tree.Above(code), nil)
}

// standings finds where people stand, each once.
type standings struct {
	view  *workforce.View
	known map[string]store.Lines // by code
}

func (s standings) profile(p workforce.Person) store.Profile {
	e := *s.view.Employee(p)
	profile := store.Profile{Employee: e, Units: s.view.Tree().Above(e.OrgUnit), Lines: s.of(p)}
	if m, ok := s.view.Find(e.Manager); ok {
		manager := *s.view.Employee(m)
		profile.Manager, profile.ManagerLines = &manager, s.of(m)
	}
	return profile
}

func (s standings) of(p workforce.Person) store.Lines {
	code := s.view.Employee(p).Code
	lines, ok := s.known[code]
	if !ok {
		lines.Units, lines.Managers, lines.ReportUnits = s.view.Lines(p)
		s.known[code] = lines
	}
	return lines
}
