package people

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// referenceSource is what a check of references reads of a store.
type referenceSource interface {
	OrgUnits(ctx context.Context) ([]competency.OrgUnit, error)
	Employees(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, error)
	Evidence(ctx context.Context, q store.EvidenceQuery) ([]competency.Evidence, error)
}

// References checks what a change set refers to among people, and what people refer to
// in what it deletes. It is the catalog's ReferenceChecker.
type References struct{ source referenceSource }

// NewReferences returns the check of references to the people of a store.
func NewReferences(st Store) References { return References{st} }

// CheckReferences returns the problems that only the store can tell: unknown
// departments, managers and employees, cycles of departments, assessments of the future
// (after the set's At) that are not stored like that, and deletions of what people refer
// to. It costs reads of the departments and of the people named.
func (r References) CheckReferences(ctx context.Context, cs competency.ChangeSet) ([]fault.Problem, error) {
	c := referenceCheck{referenceSource: r.source, cs: cs}
	for _, step := range []func(context.Context) error{c.checkOrgUnits, c.checkEmployees, c.checkMoments, c.checkDeletions} {
		if err := step(ctx); err != nil {
			return nil, catalog.StoreFault(err)
		}
	}
	return c.problems, nil
}

// CheckOwnReferences checks departments and employees that have to stand by
// themselves, as if they were imported into an empty store.
func CheckOwnReferences(ctx context.Context, cs competency.ChangeSet) ([]fault.Problem, error) {
	return References{emptySource{}}.CheckReferences(ctx, cs)
}

// emptySource is a store without people.
type emptySource struct{}

func (emptySource) OrgUnits(context.Context) ([]competency.OrgUnit, error) { return nil, nil }

func (emptySource) Employees(context.Context, store.EmployeeQuery) (store.EmployeePage, error) {
	return store.EmployeePage{}, nil
}

func (emptySource) Evidence(context.Context, store.EvidenceQuery) ([]competency.Evidence, error) {
	return nil, nil
}

// referenceCheck collects the problems of one change set.
type referenceCheck struct {
	referenceSource
	cs        competency.ChangeSet
	problems  []fault.Problem
	suggester competency.Suggester
}

var (
	departmentNoun = fault.T("department", "部门")
	employeeNoun   = fault.T("employee", "员工")
)

func (c *referenceCheck) add(at fault.Place, code fault.Code, text fault.Text) {
	c.problems = append(c.problems, fault.Problem{Place: at, Code: code, Text: text})
}

// addUnknown reports a reference to nothing, with the nearest code that there is.
func (c *referenceCheck) addUnknown(at fault.Place, noun fault.Text, code string, known func() []string) {
	c.add(at, fault.NotFound, c.suggester.Unknown(noun, code, known))
}

func noCodes() []string { return nil }

// checkOrgUnits checks departments and the references to them.
func (c *referenceCheck) checkOrgUnits(ctx context.Context) error {
	if len(c.cs.Put.OrgUnits) == 0 && !slices.ContainsFunc(c.cs.Put.Employees, func(e competency.Employee) bool { return e.OrgUnit != "" }) {
		return nil
	}
	stored, err := c.OrgUnits(ctx)
	if err != nil {
		return err
	}
	isStored := make(map[string]bool, len(stored))
	for _, u := range stored {
		isStored[u.Code] = true
	}
	for i, u := range c.cs.Put.OrgUnits {
		if !isStored[u.Code] && u.Name == "" {
			c.add(fault.Place{Record: competency.OrgUnits, Index: i, Field: "name"}, fault.InvalidArgument, fault.T("a new record needs a name", "新记录必须填写 name"))
		}
	}
	tree := competency.NewOrgTree(slices.Concat(stored, c.cs.Put.OrgUnits))
	codes := func() []string {
		codes := make([]string, len(tree.Units()))
		for i, u := range tree.Units() {
			codes[i] = u.Code
		}
		slices.Sort(codes)
		return codes
	}
	reported := map[string]bool{} // the departments of cycles that have been reported
	for i, u := range c.cs.Put.OrgUnits {
		at := fault.Place{Record: competency.OrgUnits, Index: i, Field: "parent"}
		if _, known := tree.Unit(u.Parent); u.Parent != "" && !known {
			c.addUnknown(at, departmentNoun, u.Parent, codes)
		}
		if reported[u.Code] {
			continue
		}
		if cycle := tree.Cycle(u.Code); len(cycle) > 1 { // one of its own is Check's to report
			for _, code := range cycle {
				reported[code] = true
			}
			c.add(at, fault.Cycle, fault.T("departments form a ring: %s", "部门形成环：%s", competency.ListReferences(cycle)))
		}
	}
	for i, e := range c.cs.Put.Employees {
		if _, known := tree.Unit(e.OrgUnit); e.OrgUnit != "" && !known {
			c.addUnknown(fault.Place{Record: competency.Employees, Index: i, Field: "org_unit"}, departmentNoun, e.OrgUnit, codes)
		}
	}
	return nil
}

// checkEmployees checks the references to people, and that new ones have a name.
func (c *referenceCheck) checkEmployees(ctx context.Context) error {
	put := map[string]bool{}
	var named []string
	for _, e := range c.cs.Put.Employees {
		if e.Name != "" {
			put[e.Code] = true
		} else {
			named = append(named, e.Code)
		}
		if e.Manager != "" {
			named = append(named, e.Manager)
		}
	}
	for _, m := range c.cs.Put.Mastery {
		named = append(named, m.Employee)
	}
	slices.Sort(named)
	named = slices.DeleteFunc(slices.Compact(named), func(code string) bool { return put[code] })
	if len(named) == 0 {
		return nil
	}
	known, err := employeeCodes(ctx, c, store.EmployeeQuery{Codes: named})
	if err != nil || len(known) == len(named) {
		return err
	}
	all, err := employeeCodes(ctx, c, store.EmployeeQuery{})
	if err != nil {
		return err
	}
	codes := func() []string { return all }
	absent := func(code string) bool {
		_, found := slices.BinarySearch(known, code)
		return !found && !put[code]
	}
	for i, e := range c.cs.Put.Employees {
		if e.Name == "" && absent(e.Code) {
			c.addUnknown(fault.Place{Record: competency.Employees, Index: i, Field: "code"}, employeeNoun, e.Code, codes)
		}
		if e.Manager != "" && absent(e.Manager) {
			c.addUnknown(fault.Place{Record: competency.Employees, Index: i, Field: "manager"}, employeeNoun, e.Manager, codes)
		}
	}
	for i, m := range c.cs.Put.Mastery {
		if absent(m.Employee) {
			c.addUnknown(fault.Place{Record: competency.MasteryStates, Index: i, Field: "employee"}, employeeNoun, m.Employee, codes)
		}
	}
	return nil
}

// employeeCodes returns the codes of the employees that a query selects, sorted.
func employeeCodes(ctx context.Context, from interface {
	Employees(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, error)
}, q store.EmployeeQuery,
) ([]string, error) {
	page, err := from.Employees(ctx, q)
	codes := make([]string, len(page.Profiles))
	for i, p := range page.Profiles {
		codes[i] = p.Employee.Code
	}
	return codes, err
}

// checkDeletions names the people who refer to what would be deleted.
func (c *referenceCheck) checkDeletions(ctx context.Context) error {
	del := c.cs.Delete
	for i, r := range del.Positions {
		for _, q := range []store.EmployeeQuery{{Position: r.Code}, {Target: r.Code}} {
			if err := c.refuseDeletion(ctx, competency.Positions, i, r.Code, q); err != nil {
				return err
			}
		}
	}
	for i, r := range del.KnowledgePoints {
		if err := c.checkPointDeletion(ctx, i, r.Code); err != nil {
			return err
		}
	}
	for i, r := range del.Employees {
		if known, err := employeeCodes(ctx, c, store.EmployeeQuery{Codes: []string{r.Code}}); err != nil {
			return err
		} else if len(known) == 0 {
			c.addUnknown(fault.Place{Record: competency.Employees, Index: i, Field: "code"}, employeeNoun, r.Code, noCodes)
		}
		if err := c.refuseDeletion(ctx, competency.Employees, i, r.Code, store.EmployeeQuery{Manager: r.Code}); err != nil {
			return err
		}
	}
	for i, r := range del.OrgUnits {
		if err := c.refuseDeletion(ctx, competency.OrgUnits, i, r.Code, store.EmployeeQuery{OrgUnits: []string{r.Code}}); err != nil {
			return err
		}
	}
	return c.checkOrgUnitDeletions(ctx)
}

// refuseDeletion reports the employees that a query selects, who refer to a record.
func (c *referenceCheck) refuseDeletion(ctx context.Context, record string, i int, code string, q store.EmployeeQuery) error {
	users, err := employeeCodes(ctx, c, q)
	if len(users) > 0 {
		c.add(fault.Place{Record: record, Index: i, Field: "code"}, fault.Conflict,
			fault.T("%q cannot be deleted while employees refer to it: %s", "%q 仍被员工引用，不能删除：%s", code, competency.ListReferences(users)))
	}
	return err
}

// checkPointDeletion reports the employees with states or evidence on a point. Evidence
// that was retracted is kept, and so refers to its points as well.
func (c *referenceCheck) checkPointDeletion(ctx context.Context, i int, code string) error {
	reported := len(c.problems)
	if err := c.refuseDeletion(ctx, competency.KnowledgePoints, i, code, store.EmployeeQuery{KnowledgePoint: code}); err != nil || len(c.problems) > reported {
		return err
	}
	evidence, err := c.Evidence(ctx, store.EvidenceQuery{KnowledgePoint: code})
	if err != nil || len(evidence) == 0 {
		return err
	}
	employees := make([]string, len(evidence))
	for i, e := range evidence {
		employees[i] = e.Employee
	}
	slices.Sort(employees)
	employees = slices.Compact(employees)
	c.add(fault.Place{Record: competency.KnowledgePoints, Index: i, Field: "code"}, fault.Conflict, fault.T(
		"%q cannot be deleted while evidence about it is stored, including retracted evidence: %d pieces, of %s",
		"%q 仍有相关证据（包括已撤回的），不能删除：共 %d 条，涉及 %s", code, len(evidence), competency.ListReferences(employees)))
	return nil
}

// checkOrgUnitDeletions reports unknown departments, and those with others below them.
func (c *referenceCheck) checkOrgUnitDeletions(ctx context.Context) error {
	if len(c.cs.Delete.OrgUnits) == 0 {
		return nil
	}
	units, err := c.OrgUnits(ctx)
	if err != nil {
		return err
	}
	tree := competency.NewOrgTree(units)
	for i, r := range c.cs.Delete.OrgUnits {
		at := fault.Place{Record: competency.OrgUnits, Index: i, Field: "code"}
		if _, known := tree.Unit(r.Code); !known {
			c.addUnknown(at, departmentNoun, r.Code, noCodes)
		}
		var below []string
		for _, u := range tree.Children(r.Code) {
			below = append(below, u.Code)
		}
		if len(below) > 0 {
			c.add(at, fault.Conflict, fault.T("%q cannot be deleted while departments are below it: %s", "%q 仍有下级部门，不能删除：%s", r.Code, competency.ListReferences(below)))
		}
	}
	return nil
}
