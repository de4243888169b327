package people

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// maxCodes is how many people are read in one round trip.
const maxCodes = 1000

// CheckPermissions refuses the edits of people, masteries and departments that the viewer
// of the context may not make, with a problem for each. The set is normalized. It reads
// the people whom the set names, the departments where it names one, and for each person
// whose manager changes or who is deleted those who report to them; nothing for the system
// and for a service that no departments bind.
func (r References) CheckPermissions(ctx context.Context, cs competency.ChangeSet, accounts catalog.Accounts) error {
	v, err := access.FromContext(ctx)
	if err != nil || v.IsSystem() {
		return err
	}
	c := permissionCheck{
		referenceCheck: referenceCheck{referenceSource: r.source, cs: cs, viewer: v},
		accounts:       accounts, taken: takenCodes{documents: r.documents, account: v.Account, at: cs.At},
	}
	for _, step := range []func(context.Context) error{c.checkScopes, c.read, c.checkOrgUnitEdits, c.checkEmployeeEdits, c.checkAssessments, c.chargeTaken} {
		if err := step(ctx); err != nil {
			return catalog.StoreFault(err)
		}
	}
	err = fault.FromProblems(c.problems)
	c.noteRefusal(ctx, err)
	return err
}

// noteRefusal notes in the audit whom refused edits were about.
func (c *permissionCheck) noteRefusal(ctx context.Context, err error) {
	outcome := fault.CodeOf(err)
	if outcome == "" {
		return
	}
	for a, codes := range c.subjects() {
		codes = slices.DeleteFunc(codes, func(code string) bool {
			_, isStored := c.stored[code]
			return !isStored
		})
		if len(codes) > 0 {
			audit.Note(ctx, audit.Event{Action: a, Verb: "edit", Subjects: codes, Outcome: outcome})
		}
	}
}

// subjects returns the codes of the people whom the edits are about, by what they take.
func (c *permissionCheck) subjects() map[access.Action][]string {
	s := map[access.Action][]string{}
	for _, list := range [][]competency.Employee{c.cs.Put.Employees, c.cs.Delete.Employees} {
		for _, e := range list {
			s[access.EditPeople] = append(s[access.EditPeople], e.Code)
		}
	}
	for _, list := range [][]competency.Assessment{c.cs.Put.Mastery, c.cs.Delete.Mastery} {
		for _, a := range list {
			s[access.Assess] = append(s[access.Assess], a.Employee)
		}
	}
	return s
}

// permissionCheck judges the edits of one change set. Each edit is judged in this order,
// and the first failure answers: the person, the right to the field, what is newly named.
type permissionCheck struct {
	referenceCheck
	accounts      catalog.Accounts
	taken         takenCodes
	before, after *competency.OrgTree
	stored        map[string]store.Profile  // the people whom the set names, by code
	created       map[string]*access.Person // whom the viewer may create
	deleted       map[string]bool
	everybody     *competency.Referents // for suggestions, read once
}

// edits counts the edits of the set by what they take.
func (c *permissionCheck) edits() map[access.Action]int {
	put, del := c.cs.Put, c.cs.Delete
	return map[access.Action]int{
		access.EditOrg:    len(put.OrgUnits) + len(del.OrgUnits),
		access.EditPeople: len(put.Employees) + len(del.Employees),
		access.Assess:     len(put.Mastery) + len(del.Mastery),
	}
}

// checkScopes refuses a token without a scope that the edits take, before any code is
// looked up.
func (c *permissionCheck) checkScopes(ctx context.Context) error {
	edits := c.edits()
	for _, a := range []access.Action{access.EditOrg, access.EditPeople, access.Assess} {
		if edits[a] > 0 {
			if err := access.CheckScope(ctx, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// mayAll reports whether the viewer may make every edit of a kind, whoever and whatever it
// is about: there is nothing to read then. Only who is nobody's colleague may.
func (c *permissionCheck) mayAll(a access.Action) bool {
	switch a {
	case access.EditOrg:
		return c.viewer.DecideOrg(access.OrgEdit{Moves: true}) == access.Allowed
	case access.EditPeople:
		return c.viewer.Self() == "" && c.editsFirm()
	}
	return c.viewer.Self() == "" && c.viewer.DecidePerson(a, &access.Person{}) == access.Allowed
}

// editsFirm reports whether the viewer edits the people of the whole firm. Nobody is
// invisible then.
func (c *permissionCheck) editsFirm() bool { return c.viewer.DecideCreate(nil) == access.Allowed }

// read reads what the decisions depend on.
func (c *permissionCheck) read(ctx context.Context) error {
	put, del := c.cs.Put, c.cs.Delete
	readsUnits := len(put.OrgUnits)+len(del.OrgUnits) > 0 && !c.mayAll(access.EditOrg)
	var codes []string
	if !c.mayAll(access.EditPeople) {
		for _, e := range put.Employees {
			codes = append(codes, e.Code, cutReference(e.Manager))
			readsUnits = readsUnits || e.OrgUnit != ""
		}
		for _, e := range del.Employees {
			codes = append(codes, e.Code)
		}
	}
	if !c.mayAll(access.Assess) {
		for _, a := range slices.Concat(put.Mastery, del.Mastery) {
			codes = append(codes, cutReference(a.Employee))
		}
	}
	var units []competency.OrgUnit
	if readsUnits {
		var err error
		if units, err = c.OrgUnits(ctx); err != nil && len(fault.ProblemsOf(err)) == 0 { // what is wrong with a department is told by verify
			return err
		}
	}
	c.before, c.after = competency.NewOrgTree(units), competency.NewOrgTree(slices.Concat(units, put.OrgUnits))
	c.stored, c.created, c.deleted = map[string]store.Profile{}, map[string]*access.Person{}, map[string]bool{}
	for _, e := range del.Employees {
		c.deleted[e.Code] = true
	}
	slices.Sort(codes)
	codes = slices.DeleteFunc(slices.Compact(codes), func(code string) bool { return code == "" })
	for chunk := range slices.Chunk(codes, maxCodes) {
		page, err := c.Employees(ctx, store.EmployeeQuery{Codes: chunk, Lines: true})
		if err != nil {
			return err
		}
		for _, p := range page.Profiles {
			c.stored[p.Employee.Code] = p
		}
	}
	for _, e := range put.Employees {
		if units := c.newUnits(e.OrgUnit); c.edited(e.Code) == nil && c.isCreation(e) && c.viewer.DecideCreate(units) == access.Allowed {
			c.created[e.Code] = &access.Person{Code: e.Code, Units: units}
		}
	}
	return nil
}

// cutReference returns the code of a reference that may give it with a name.
func cutReference(reference string) string {
	if at := strings.IndexFunc(reference, unicode.IsSpace); at > 0 {
		return reference[:at]
	}
	return reference
}

// visible returns the person with a code whom the viewer may see; nil for nobody.
func (c *permissionCheck) visible(code string) *access.Person {
	profile, isStored := c.stored[code]
	if !isStored {
		return nil
	}
	if p := newSubject(code, profile.Lines); c.viewer.DecidePerson(access.Card, p) == access.Allowed {
		return p
	}
	return nil
}

// edited returns the visible person whom an edit of a code is about; nil where it creates
// one, or seems to.
func (c *permissionCheck) edited(code string) *access.Person {
	if c.deleted[code] {
		return nil
	}
	return c.visible(code)
}

// named returns the person whom a reference names: a visible one, or one whom the set
// creates; nil for nobody.
func (c *permissionCheck) named(reference string) *access.Person {
	code := cutReference(reference)
	p := c.edited(code)
	switch {
	case p == nil:
		return c.created[reference]
	case code != reference && !sameName(c.stored[code].Employee, reference):
		return nil
	}
	return p
}

// sameName reports whether a reference gives the code of an employee with the name.
func sameName(e competency.Employee, reference string) bool {
	var r competency.Referents
	r.Add(e.Code, e.Name)
	return r.ReadNamed(reference) != ""
}

// newUnits returns the codes of a department and those above it, as they are after the
// edits.
func (c *permissionCheck) newUnits(reference string) []string {
	return unitCodes(c.after, c.readUnit(reference))
}

// readUnit returns the code of a department that is given by code, or code and name.
func (c *permissionCheck) readUnit(reference string) string {
	if _, known := c.after.Unit(reference); !known {
		if u, cut := c.after.Unit(cutReference(reference)); cut {
			var r competency.Referents
			r.Add(u.Code, u.Name)
			return r.ReadNamed(reference)
		}
	}
	return reference
}

func unitCodes(tree *competency.OrgTree, code string) (codes []string) {
	for _, u := range tree.Above(code) {
		codes = append(codes, u.Code)
	}
	return codes
}

// deny reports that the viewer has no right.
func (c *permissionCheck) deny(at fault.Place, a access.Action) {
	if refusal, ok := errors.AsType[*fault.Error](c.viewer.Refusal(access.Denied, a, nil)); ok {
		c.add(at, refusal.Code, refusal.Text)
	}
}

// denyUnknown reports a reference to nobody, or to someone who must seem not to exist. What
// is probably meant is suggested only to whoever sees everyone: for others the message would
// depend on who is near.
func (c *permissionCheck) denyUnknown(ctx context.Context, at fault.Place, reference string) error {
	known := nobody
	if c.seesEveryone() {
		if c.everybody == nil {
			var err error
			if c.everybody, err = everybody(ctx, c, c.cs.Put.Employees); err != nil {
				return err
			}
		}
		known = c.everybody
	}
	c.addUnknown(at, employeeNoun, reference, known)
	return nil
}

// checkOrgUnitEdits judges the edits of departments. These are known to everyone. Who edits
// none is refused even what is as stored.
func (c *permissionCheck) checkOrgUnitEdits(context.Context) error {
	if c.mayAll(access.EditOrg) {
		return nil
	}
	editsAny := slices.ContainsFunc(c.before.Units(), func(u competency.OrgUnit) bool {
		return c.viewer.DecideOrg(access.OrgEdit{Units: unitCodes(c.before, u.Code)}) == access.Allowed
	})
	judge := func(i int, field string, edit access.OrgEdit) {
		if !editsAny || c.viewer.DecideOrg(edit) != access.Allowed {
			c.deny(fault.Place{Record: competency.OrgUnits, Index: i, Field: field}, access.EditOrg)
		}
	}
	for i, u := range c.cs.Delete.OrgUnits {
		judge(i, "code", access.OrgEdit{Deletes: true, Units: unitCodes(c.before, u.Code)})
	}
	for i, u := range c.cs.Put.OrgUnits {
		stored, isStored := c.before.Unit(u.Code)
		now, units := u.CompletedFrom(stored), unitCodes(c.before, u.Code)
		_, parentIsKnown := c.after.Unit(now.Parent)
		switch {
		case !editsAny:
			judge(i, "code", access.OrgEdit{})
			continue
		case now.Parent != "" && !parentIsKnown: // the check of references refuses it
			continue
		case !isStored || now.Parent != stored.Parent:
			judge(i, "parent", access.OrgEdit{Moves: true, Units: units, Parent: unitCodes(c.after, now.Parent)})
		}
		if isStored && now.Name != stored.Name {
			judge(i, "name", access.OrgEdit{Units: units})
		}
	}
	return nil
}

// checkAssessments judges who is assessed.
func (c *permissionCheck) checkAssessments(ctx context.Context) error {
	if c.mayAll(access.Assess) {
		return nil
	}
	for _, list := range [][]competency.Assessment{c.cs.Put.Mastery, c.cs.Delete.Mastery} {
		for i, a := range list {
			at := fault.Place{Record: competency.MasteryStates, Index: i, Field: "employee"}
			switch c.viewer.DecidePerson(access.Assess, c.named(a.Employee)) {
			case access.Denied:
				c.deny(at, access.Assess)
			case access.NotFound:
				if err := c.denyUnknown(ctx, at, a.Employee); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
