package people

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// newSubject returns what a decision needs to know of a person.
func newSubject(code string, lines store.Lines) *access.Person {
	return &access.Person{Code: code, Units: lines.Units, Managers: lines.Managers, ReportUnits: lines.ReportUnits}
}

// subjects are the people whom a request names, as decisions need them.
type subjects struct {
	byCode map[string]*access.Person
	anyone bool // the decisions depend on no person, so nobody has been read
}

// of returns the person with a code, nil for an unknown one.
func (s subjects) of(code string) *access.Person {
	if s.anyone {
		return &access.Person{Code: code}
	}
	return s.byCode[code]
}

// readSubjects reads people by their codes, in one round trip at most; none for a viewer
// whose rights depend on no person.
func (p *People) readSubjects(ctx context.Context, v *access.Viewer, codes []string) (subjects, error) {
	s := subjects{byCode: map[string]*access.Person{}, anyone: !v.DependsOnLines()}
	if s.anyone {
		return s, nil
	}
	return s, p.addSubjects(ctx, s, codes)
}

// addSubjects reads those of some people who have not been read.
func (p *People) addSubjects(ctx context.Context, s subjects, codes []string) error {
	codes = slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return code == "" || s.of(code) != nil })
	slices.Sort(codes)
	if codes = slices.Compact(codes); len(codes) == 0 { // no codes at all would select everybody
		return nil
	}
	page, err := p.store.Employees(ctx, store.EmployeeQuery{Codes: codes, Lines: true})
	if err != nil {
		return catalog.StoreFault(err)
	}
	for _, read := range page.Profiles {
		s.byCode[read.Employee.Code] = newSubject(read.Employee.Code, read.Lines)
	}
	return nil
}

// readSubject reads one person, nil for an unknown one.
func (p *People) readSubject(ctx context.Context, v *access.Viewer, code string) (*access.Person, error) {
	s, err := p.readSubjects(ctx, v, []string{code})
	return s.of(code), err
}

// readVerb is what the audit calls a read.
const readVerb = "read"

// checkPerson asks for permission about a person, and notes in the audit what is done or
// refused. What people read of themselves is not noted.
func checkPerson(ctx context.Context, a access.Action, verb string, who *access.Person, notFound error) error {
	err := access.CheckPerson(ctx, a, who, notFound)
	v, _ := access.FromContext(ctx)
	readsSelf := err == nil && verb == readVerb && who != nil && v.Self() == who.Code
	if who != nil && !readsSelf {
		audit.Note(ctx, audit.Event{Action: a, Verb: verb, Subjects: []string{who.Code}, Outcome: fault.CodeOf(err)})
	}
	return err
}

// checkEveryone refuses an action on everybody at once to whoever may not do it about each.
func checkEveryone(ctx context.Context, a access.Action) error {
	v, err := access.FromContext(ctx)
	if err != nil {
		return err
	}
	byKind := a == access.Record && v.DependsOnLines() // whoever has a role may not record every kind
	if byKind || !v.Reach(a).Everyone() || v.DecidePerson(a, &access.Person{}) != access.Allowed {
		return v.Refusal(access.Denied, a, nil)
	}
	return nil
}

// Stand returns what decisions need to know of an employee, in one round trip. NOT_FOUND
// where there is none. It asks no permission: what it says is for decisions alone.
func (p *People) Stand(ctx context.Context, employee string) (access.Person, error) {
	code := competency.NormalizeCode(employee)
	page, err := p.store.Employees(ctx, store.EmployeeQuery{Codes: []string{code}, Lines: true})
	switch {
	case err != nil:
		return access.Person{}, catalog.StoreFault(err)
	case len(page.Profiles) == 0:
		return access.Person{}, unknownEmployee(employee)
	}
	return *newSubject(page.Profiles[0].Employee.Code, page.Profiles[0].Lines), nil
}

// HasOrgUnit reports whether there is a department, in one round trip. It asks no
// permission, as Stand does not.
func (p *People) HasOrgUnit(ctx context.Context, code string) (bool, error) {
	units, err := p.store.OrgUnits(ctx)
	if err != nil {
		return false, catalog.StoreFault(err)
	}
	code = competency.NormalizeCode(code)
	return slices.ContainsFunc(units, func(u competency.OrgUnit) bool { return u.Code == code }), nil
}

// unknownEmployee is the error for an employee who does not exist. Whom the viewer may not
// see gets the same.
func unknownEmployee(code string) error { return catalog.NotFound("employee", "员工", code) }
