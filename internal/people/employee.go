package people

import (
	"cmp"
	"context"
	"strings"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/store"
)

// Employee is a person as one read of the store shows them. Where a part was edited by other
// means so that it cannot be read, a field that may be null is an error, and another shows
// what can be read.
type Employee struct {
	people   *People
	snapshot *catalog.Snapshot
	*person
}

// EmployeeFilter selects employees; all that is given must hold. OrgUnit selects members of
// a department and of those beneath it, unless Directly says of the department alone.
// Codes, at most as many as a page may have, are those of whom it may select.
type EmployeeFilter struct {
	Codes                                    []string
	Text, OrgUnit, Position, Target, Manager *string
	Directly                                 bool
}

// Employee returns the employee with a code, in one round trip.
func (p *People) Employee(ctx context.Context, code string) (*Employee, error) {
	profile, err := p.LoadProfile(ctx, access.Card, code)
	if err != nil {
		return nil, err
	}
	return new(profile.Employee()), nil
}

// Employees returns a page of the employees whom the viewer may find in a list, by code, in
// one round trip; a department takes one more. It brings their states where the caller is
// going to read them. Somebody whose filtered field the viewer may not read does not match.
func (p *People) Employees(ctx context.Context, first int, after *string, f *EmployeeFilter, states bool) (none EmployeeConnection, err error) {
	v, err := access.ScopedViewer(ctx, access.PeopleList)
	if err != nil {
		return none, err
	}
	r, err := page.NewRequest(first, after)
	if err != nil {
		return none, err
	}
	if f == nil {
		f = &EmployeeFilter{}
	}
	codes, empty, err := f.codes()
	if err != nil || empty {
		return page.New([]Employee{}, 0, r, false, Employee.Code), err
	}
	units, err := p.departments(ctx, competency.NormalizeCode(optional.Value(f.OrgUnit)), f.Directly)
	if err != nil {
		return none, err
	}
	q := store.EmployeeQuery{
		Codes: codes,
		Text:  strings.TrimSpace(optional.Value(f.Text)), OrgUnits: units, Position: competency.NormalizeCode(optional.Value(f.Position)),
		Target: competency.NormalizeCode(optional.Value(f.Target)), Manager: competency.NormalizeCode(optional.Value(f.Manager)),
		After: r.After, First: max(1, r.First), States: states, Lines: v.DependsOnLines(), Reaches: reaches(v, access.PeopleList),
	}
	if q.Target != "" {
		q.Reaches = append(q.Reaches, reaches(v, access.Learner)...)
	}
	list, err := p.store.Employees(ctx, q)
	if err != nil {
		return none, catalog.StoreFault(err)
	}
	if shown, err := p.showsManager(ctx, v, q.Manager, list); err != nil {
		return none, err
	} else if !shown {
		list = store.EmployeePage{Revision: list.Revision}
	}
	s, err := p.catalog.SnapshotAt(ctx, list.Revision)
	if err != nil {
		return none, err
	}
	if r.First == 0 { // a store's 0 means all
		list.More, list.Profiles = len(list.Profiles) > 0, nil
	}
	nodes := make([]Employee, len(list.Profiles))
	for i, who := range p.newReadGroupOf(list.Profiles, states) {
		nodes[i] = Employee{p, s, who}
	}
	return page.New(nodes, list.Total, r, list.More, Employee.Code), nil
}

// codes returns the codes that a filter names, and whether these are none at all.
func (f *EmployeeFilter) codes() (codes []string, empty bool, err error) {
	if len(f.Codes) > page.MaxSize {
		return nil, false, fault.New(fault.LimitExceeded, "codes may name %d people at most, not %d", "codes 最多可列 %d 人，而不是 %d", page.MaxSize, len(f.Codes))
	}
	for _, code := range f.Codes {
		codes = append(codes, competency.NormalizeCode(code))
	}
	return codes, f.Codes != nil && len(codes) == 0, nil
}

// reaches returns what restricts a query to the people about whom a viewer may do something:
// nothing where that is everyone.
func reaches(v *access.Viewer, a access.Action) []competency.Reach {
	if reach := v.Reach(a); !reach.Everyone() {
		return []competency.Reach{reach}
	}
	return nil
}

// showsManager reports whether a list of those who report to somebody may be shown: where
// the viewer may see who that is. It comes with the people of the list.
func (p *People) showsManager(ctx context.Context, v *access.Viewer, manager string, list store.EmployeePage) (bool, error) {
	if manager == "" || list.Total == 0 || !v.DependsOnLines() {
		return true, nil
	}
	who := newSubject(manager, store.Lines{})
	if len(list.Profiles) > 0 {
		who.Units, who.Managers, who.ReportUnits = list.Profiles[0].ManagerLines.Units, list.Profiles[0].ManagerLines.Managers, list.Profiles[0].ManagerLines.ReportUnits
	} else if read, err := p.readSubject(ctx, v, manager); err != nil {
		return false, err
	} else if read != nil {
		who = read
	}
	return v.DecidePerson(access.Card, who) == access.Allowed, nil
}

// departments returns the departments whose members a filter selects: none where it names
// none.
func (p *People) departments(ctx context.Context, code string, directly bool) ([]string, error) {
	switch {
	case code == "":
		return nil, nil
	case directly:
		return []string{code}, nil
	}
	units, _, err := readableUnits(ctx, p.store)
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	if below := competency.NewOrgTree(units).Below(code); below != nil {
		return below, nil
	}
	return []string{code}, nil // nobody is a member
}

// ID returns the global id.
func (e Employee) ID() string { return page.GlobalID("Employee", e.Code()) }

// Code returns the business key.
func (e Employee) Code() string { return e.profile.Employee.Code }

// Name returns the name.
func (e Employee) Name() string { return e.profile.Employee.Name }

// Position returns the position held, if any.
func (e Employee) Position() (*catalog.Position, error) {
	if err := e.check("position"); err != nil {
		return nil, err
	}
	held, err := e.snapshot.FindPosition(e.profile.Employee.Position)
	if err != nil {
		return nil, nil
	}
	return held, nil
}

// Targets returns the positions aimed at, in the person's order.
func (e Employee) Targets(ctx context.Context) ([]catalog.Position, error) {
	if err := checkPerson(ctx, access.Learner, readVerb, e.who, nil); err != nil {
		return nil, err
	}
	targets := []catalog.Position{}
	for _, code := range e.profile.Employee.Targets {
		if target, err := e.snapshot.FindPosition(code); err == nil {
			targets = append(targets, *target)
		}
	}
	return targets, nil
}

// Modalities returns the preferred modalities, the most preferred first.
func (e Employee) Modalities(ctx context.Context) ([]competency.Modality, error) {
	if err := checkPerson(ctx, access.Learner, readVerb, e.who, nil); err != nil {
		return nil, err
	}
	return append([]competency.Modality{}, e.profile.Employee.Modalities...), nil // nil would be null
}

// OrgUnit returns the department, if any.
func (e Employee) OrgUnit(ctx context.Context) (*OrgUnit, error) {
	if err := cmp.Or(access.CheckPerson(ctx, access.Card, e.who, nil), e.check("org_unit")); err != nil || e.profile.Employee.OrgUnit == "" {
		return nil, err
	}
	profile := e.profile
	if len(profile.Units) == 0 {
		var err error
		if profile, err = e.load(ctx); err != nil {
			return nil, err
		}
	}
	return newOrgUnit(profile.Units, profile.Problems), nil
}

// Manager returns whom they report to, if anyone whom the viewer may see. More than the manager's own record
// takes one round trip for each manager, however many people report to them.
func (e Employee) Manager(ctx context.Context) (*Employee, error) {
	if err := cmp.Or(access.CheckPerson(ctx, access.Card, e.who, nil), e.check("manager")); err != nil || e.profile.Employee.Manager == "" {
		return nil, err
	}
	profile := e.profile
	if profile.Manager == nil {
		var err error
		if profile, err = e.load(ctx); err != nil || profile.Manager == nil {
			return nil, err
		}
	}
	manager := e.group.manager(e.people, *profile.Manager, profile.ManagerLines, profile.Problems)
	if access.CheckPerson(ctx, access.Card, manager.who, nil) != nil {
		return nil, nil
	}
	return &Employee{e.people, e.snapshot, manager}, nil
}

// Profile returns all that a question about the person needs. What has not been read of the
// people of one list is read together, in one round trip.
func (e Employee) Profile(ctx context.Context) (*Profile, error) {
	if err := checkPerson(ctx, access.Learner, readVerb, e.who, nil); err != nil {
		return nil, err
	}
	profile, err := e.load(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkStates(profile); err != nil {
		return nil, err
	}
	whole := newPerson(e.people, e.group, profile, true)
	whole.who = e.who
	return &Profile{Snapshot: e.snapshot, person: whole, people: e.people, action: access.Learner}, nil
}

// HeldPosition returns the code of the position held, empty for none.
func (e Employee) HeldPosition() string { return e.profile.Employee.Position }

// States returns what is known of the person, by point.
func (e Employee) States(ctx context.Context) ([]MasteryState, error) {
	// A page of a list brings the states with it, and has asked for the list alone.
	if err := checkPerson(ctx, access.Learner, readVerb, e.who, nil); err != nil {
		return nil, err
	}
	profile, err := e.load(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkStates(profile); err != nil {
		return nil, err
	}
	return catalog.ChargeItems(ctx, e.people.masteryStates(e.snapshot, e.person, profile.States))
}
