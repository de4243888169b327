package people

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// checkEmployeeEdits judges the edits of people.
func (c *permissionCheck) checkEmployeeEdits(ctx context.Context) error {
	if c.mayAll(access.EditPeople) {
		return nil
	}
	for i, e := range c.cs.Delete.Employees {
		if err := c.checkEmployeeDeletion(ctx, fault.Place{Record: competency.Employees, Index: i, Field: "code"}, e.Code); err != nil {
			return err
		}
	}
	for i, e := range c.cs.Put.Employees {
		at := fault.Place{Record: competency.Employees, Index: i, Field: "code"}
		check := c.checkCreation
		if c.edited(e.Code) != nil && !c.cs.NewOnly {
			check = c.checkFields
		}
		if err := check(ctx, at, e); err != nil {
			return err
		}
	}
	return nil
}

func (c *permissionCheck) checkEmployeeDeletion(ctx context.Context, at fault.Place, code string) error {
	p := c.visible(code)
	if p == nil {
		c.addUnknown(at, employeeNoun, code, nobody)
		return nil
	}
	edit := access.PersonEdit{Field: access.WholeRecord}
	if !c.editsFirm() {
		var err error
		if edit.HasGrant, err = c.accounts.HasGrant(ctx, code); err != nil {
			return err
		}
		if edit.Reports, err = c.reports(ctx, code); err != nil {
			return err
		}
	}
	if c.viewer.DecideEdit(edit, p) != access.Allowed {
		c.deny(at, access.EditPeople)
	}
	return nil
}

// reports returns everyone who reports to a person, at any depth.
func (c *permissionCheck) reports(ctx context.Context, code string) (reports []*access.Person, err error) {
	page, err := c.Employees(ctx, store.EmployeeQuery{Reaches: []competency.Reach{{Line: code}}, Lines: true})
	for _, p := range page.Profiles {
		reports = append(reports, newSubject(p.Employee.Code, p.Lines))
	}
	return reports, err
}

// isCreation reports whether an edit of someone who is not there, or must seem so, can
// create them. Only who edits the whole firm may create without a department, so that for
// others a record without one, or without a name, can only be an edit of nobody.
func (c *permissionCheck) isCreation(e competency.Employee) bool {
	return c.cs.NewOnly || e.Name != "" && e.OrgUnit != "" || c.editsFirm()
}

// checkCreation judges an edit of someone who is not there, or must seem so. The right to
// create is judged before the code.
func (c *permissionCheck) checkCreation(ctx context.Context, at fault.Place, e competency.Employee) error {
	switch {
	case !c.isCreation(e):
		c.addUnknown(at, employeeNoun, e.Code, nobody)
		return nil
	case c.viewer.DecideCreate(c.newUnits(e.OrgUnit)) != access.Allowed:
		at.Field = "org_unit"
		c.deny(at, access.EditPeople)
		return nil
	case !c.editsFirm() && c.visible(e.Code) == nil:
		c.taken.created = true
		if _, isStored := c.stored[e.Code]; isStored {
			c.taken.codes = append(c.taken.codes, e.Code)
			c.add(at, fault.Conflict, fault.T("the code %s is taken: choose another one", "编码 %s 已被占用：请换一个编码", competency.Quote(e.Code)))
			return nil
		}
	}
	if e.Manager == "" {
		return nil
	}
	at.Field = "manager"
	return c.checkNewManager(ctx, at, e.Manager)
}

// checkNewManager judges who is newly named as manager: someone whom the viewer may see,
// in a department where the viewer may create people.
func (c *permissionCheck) checkNewManager(ctx context.Context, at fault.Place, reference string) error {
	manager := c.named(reference)
	if manager == nil {
		return c.denyUnknown(ctx, at, reference)
	}
	if c.viewer.DecideCreate(manager.Units) != access.Allowed {
		c.deny(at, access.EditPeople)
	}
	return nil
}

// checkFields judges the edits of a visible person's fields. What is as stored is no edit,
// where the viewer may read the field and what it names.
func (c *permissionCheck) checkFields(ctx context.Context, at fault.Place, e competency.Employee) error {
	p, stored := c.edited(e.Code), c.stored[e.Code].Employee
	e.OrgUnit = c.readUnit(e.OrgUnit)
	now := e.CompletedFrom(stored)
	denied := false
	judge := func(name string, edit access.PersonEdit, changes bool) {
		if changes && c.viewer.DecideEdit(edit, p) != access.Allowed {
			at.Field, denied = name, true
			c.deny(at, access.EditPeople)
		}
	}
	given := func(list int, field competency.FieldSet) bool { return list > 0 || e.Clear.Has(field) }
	hidesPreferences := c.viewer.DecidePerson(access.Learner, p) != access.Allowed
	judge("name", access.PersonEdit{Field: access.Name}, now.Name != stored.Name)
	judge("org_unit", access.PersonEdit{Field: access.Department, Units: c.movedTo(now.OrgUnit, p)}, now.OrgUnit != stored.OrgUnit)
	judge("position", access.PersonEdit{Field: access.HeldPosition}, now.Position != stored.Position)
	judge("targets", access.PersonEdit{Field: access.Preferences},
		given(len(e.Targets), competency.FieldTargets) && (hidesPreferences || !sameItems(now.Targets, stored.Targets)))
	judge("modalities", access.PersonEdit{Field: access.Preferences},
		given(len(e.Modalities), competency.FieldModalities) && (hidesPreferences || !slices.Equal(now.Modalities, stored.Modalities)))
	edits, err := c.editsManager(ctx, e, p, stored.Manager)
	if err != nil || edits == nil {
		return err
	}
	judge("manager", *edits, true)
	if at.Field = "manager"; denied || e.Manager == "" {
		return nil
	}
	return c.checkNewManager(ctx, at, e.Manager)
}

// movedTo returns the chain of the department that a person moves to. Of one that is not
// there the right to move the person away is judged alone: the check of references refuses it.
func (c *permissionCheck) movedTo(code string, p *access.Person) []string {
	if _, known := c.after.Unit(code); !known && code != "" {
		return p.Units
	}
	return unitCodes(c.after, code)
}

func sameItems(a, b []string) bool {
	return slices.Equal(slices.Compact(slices.Sorted(slices.Values(a))), slices.Compact(slices.Sorted(slices.Values(b))))
}

// editsManager returns the edit of a person's manager; nil where it is none. To clear where
// there is nobody is none for whoever would see any manager of the person: for others the
// answer would tell whether there is one.
func (c *permissionCheck) editsManager(ctx context.Context, e competency.Employee, p *access.Person, stored string) (*access.PersonEdit, error) {
	switch {
	case e.Manager != "":
		if cutReference(e.Manager) == stored && c.named(e.Manager) != nil {
			return nil, nil
		}
	case !e.Clear.Has(competency.FieldManager), stored == "" && c.seesAnyManager(e.Code):
		return nil, nil
	}
	edit := access.PersonEdit{Field: access.ManagedBy}
	if c.editsFirm() || c.viewer.DecideEdit(edit, p) != access.Allowed { // whoever reports to them makes no difference
		return &edit, nil
	}
	var err error
	edit.Reports, err = c.reports(ctx, e.Code)
	return &edit, err
}

// seesAnyManager reports whether the viewer would see whoever managed a person: of the own
// employee, and where nobody is invisible.
func (c *permissionCheck) seesAnyManager(code string) bool {
	people := c.viewer.Reach(access.PeopleList)
	return people.Everyone() || people.Within == nil && people.Employee == code
}
