package people

import (
	"context"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/access"
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
// in what it deletes, and whether the viewer may make its edits of people and departments.
// It is the catalog's PeopleChecker.
type References struct {
	source    referenceSource
	documents store.Documents
}

// NewReferences returns the checks of edits against the people of a store.
func NewReferences(st Store) References { return References{st, st} }

// CheckReferences returns the problems that only the store can tell: unknown
// departments, managers and employees, cycles of departments and of managers, new codes with
// invisible characters, new assessments of the future (after the set's At), and deletions of
// what people refer to. References that give a code with its name become the code, in place.
// It costs reads of the departments, of the people named, and of those above them; of all
// people where one is not found.
func (r References) CheckReferences(ctx context.Context, cs competency.ChangeSet) ([]fault.Problem, error) {
	c := referenceCheck{referenceSource: r.source, cs: cs}
	c.viewer, _ = access.FromContext(ctx) // without one, the check is of no store
	for _, step := range []func(context.Context) error{c.checkOrgUnits, c.checkEmployees, c.checkManagers, c.checkMoments, c.checkDeletions} {
		if err := step(ctx); err != nil {
			return nil, catalog.StoreFault(err)
		}
	}
	return c.problems, nil
}

// CheckOwnReferences checks departments and employees that have to stand by
// themselves, as if they were imported into an empty store.
func CheckOwnReferences(ctx context.Context, cs competency.ChangeSet) ([]fault.Problem, error) {
	return References{source: emptySource{}}.CheckReferences(ctx, cs)
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
	viewer    *access.Viewer // whom messages may name depends on it; nil for whoever holds the files
	problems  []fault.Problem
	suggester competency.Suggester

	putEmployees map[string]competency.Employee // those of the set by code, once asked for
}

var (
	departmentNoun = fault.T("department", "部门")
	employeeNoun   = fault.T("employee", "员工")
)

func (c *referenceCheck) add(at fault.Place, code fault.Code, text fault.Text) {
	c.problems = append(c.problems, fault.Problem{Place: at, Code: code, Text: text})
}

// addUnknown reports a reference to nothing, and what is probably meant.
func (c *referenceCheck) addUnknown(at fault.Place, noun fault.Text, code string, known *competency.Referents) {
	c.add(at, fault.NotFound, c.suggester.Unknown(at, noun, code, func() *competency.Referents { return known }))
}

// nobody is where no suggestion is made.
var nobody = &competency.Referents{}

// checkNewCode reports a new code that is malformed. Of most codes the catalog's check
// has told before; it leaves out those that an earlier version may have stored.
func (c *referenceCheck) checkNewCode(at fault.Place, code string) {
	if competency.RemoveInvisible(code) == code {
		return
	}
	if problem, ok := competency.CheckCode(code); !ok {
		c.problems = append(c.problems, fault.Problem{Place: at, Code: fault.InvalidArgument, Text: problem, NewRule: competency.IsOlderCode(code)})
	}
}

// checkOrgUnits checks departments and the references to them.
func (c *referenceCheck) checkOrgUnits(ctx context.Context) error {
	if len(c.cs.Put.OrgUnits) == 0 && !slices.ContainsFunc(c.cs.Put.Employees, func(e competency.Employee) bool { return e.OrgUnit != "" }) {
		return nil
	}
	stored, _, err := readableUnits(ctx, c)
	if err != nil {
		return err
	}
	storedParent := make(map[string]string, len(stored))
	for _, u := range stored {
		storedParent[u.Code] = u.Parent
	}
	for i, u := range c.cs.Put.OrgUnits {
		if _, isStored := storedParent[u.Code]; isStored {
			continue
		}
		c.checkNewCode(fault.Place{Record: competency.OrgUnits, Index: i, Field: "code"}, u.Code)
		if u.Name == "" {
			c.add(fault.Place{Record: competency.OrgUnits, Index: i, Field: "name"}, fault.InvalidArgument, fault.T("a new record needs a name", "新记录必须填写 name"))
		}
	}
	tree := competency.NewOrgTree(slices.Concat(stored, c.cs.Put.OrgUnits))
	units := &competency.Referents{}
	sorted := slices.Clone(tree.Units())
	slices.SortFunc(sorted, func(a, b competency.OrgUnit) int { return strings.Compare(a.Code, b.Code) })
	for _, u := range sorted {
		units.Add(u.Code, u.Name)
	}
	read := false
	for i, u := range c.cs.Put.OrgUnits {
		if code := units.ReadNamed(u.Parent); code != "" {
			c.cs.Put.OrgUnits[i].Parent, read = code, true
		}
	}
	if read {
		tree = competency.NewOrgTree(slices.Concat(stored, c.cs.Put.OrgUnits))
	}
	rings := newRingReport(tree.Hierarchy, func(code string) bool {
		u, _ := tree.Unit(code)
		return u.Parent != storedParent[code]
	})
	for i, u := range c.cs.Put.OrgUnits {
		at := fault.Place{Record: competency.OrgUnits, Index: i, Field: "parent"}
		if _, known := tree.Unit(u.Parent); u.Parent != "" && !known {
			c.addUnknown(at, departmentNoun, u.Parent, units)
		}
		if ring := rings.closedBy(u.Code); ring != nil {
			c.add(at, fault.Cycle, fault.T("departments form a ring: %s", "部门形成环：%s", competency.ListReferences(ring)))
		}
	}
	for i, e := range c.cs.Put.Employees {
		if code := units.ReadNamed(e.OrgUnit); code != "" {
			c.cs.Put.Employees[i].OrgUnit = code
			continue
		}
		if _, known := tree.Unit(e.OrgUnit); e.OrgUnit != "" && !known {
			c.addUnknown(fault.Place{Record: competency.Employees, Index: i, Field: "org_unit"}, departmentNoun, e.OrgUnit, units)
		}
	}
	return nil
}

// checkEmployees checks the references to people, and that new ones have a name.
func (c *referenceCheck) checkEmployees(ctx context.Context) error {
	put := map[string]bool{} // new ones without a name too: that is what is wrong with them
	for _, e := range c.cs.Put.Employees {
		put[e.Code] = true
	}
	var named []string // whom the store has to know, or may
	for _, e := range c.cs.Put.Employees {
		if e.Name == "" || !competency.ValidCode(e.Code) {
			named = append(named, e.Code)
		}
		if e.Manager != "" && !put[e.Manager] {
			named = append(named, e.Manager)
		}
	}
	for i, m := range c.cs.Put.Mastery {
		if !put[m.Employee] && (i == 0 || m.Employee != c.cs.Put.Mastery[i-1].Employee) {
			named = append(named, m.Employee)
		}
	}
	slices.Sort(named)
	if named = slices.Compact(named); len(named) == 0 {
		return nil
	}
	known, err := employeeCodes(ctx, c, store.EmployeeQuery{Codes: named})
	if err != nil || len(known) == len(named) {
		return err
	}
	people, err := everybody(ctx, c, c.cs.Put.Employees)
	if err != nil {
		return err
	}
	isStored := func(code string) bool {
		_, found := slices.BinarySearch(known, code)
		return found
	}
	// check reports a reference to nobody, or reads one by code and name in place.
	check := func(at fault.Place, code *string) {
		switch read := people.ReadNamed(*code); {
		case *code == "" || put[*code] || isStored(*code):
		case read != "":
			*code = read
		default:
			c.addUnknown(at, employeeNoun, *code, people)
		}
	}
	for i := range c.cs.Put.Employees {
		e, at := &c.cs.Put.Employees[i], fault.Place{Record: competency.Employees, Index: i, Field: "code"}
		if !competency.ValidCode(e.Code) && !isStored(e.Code) {
			c.checkNewCode(at, e.Code)
		}
		if at.Field = "name"; e.Name == "" && !isStored(e.Code) {
			c.add(at, fault.InvalidArgument, fault.T("a new record needs a name", "新记录必须填写 name"))
		}
		at.Field = "manager"
		check(at, &e.Manager)
	}
	for i := range c.cs.Put.Mastery {
		check(fault.Place{Record: competency.MasteryStates, Index: i, Field: "employee"}, &c.cs.Put.Mastery[i].Employee)
	}
	return nil
}

// everybody returns all whom a reference may name: those of the store whom the viewer may
// see in lists, and those who arrive.
func everybody(ctx context.Context, from interface {
	Employees(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, error)
}, arriving []competency.Employee,
) (*competency.Referents, error) {
	var q store.EmployeeQuery
	if viewer, err := access.FromContext(ctx); err == nil && !viewer.IsSystem() {
		q.Reaches = []competency.Reach{viewer.Reach(access.PeopleList)}
	}
	page, err := from.Employees(ctx, q)
	if err != nil {
		return nil, err
	}
	r := &competency.Referents{}
	for _, p := range page.Profiles {
		r.Add(p.Employee.Code, p.Employee.Name)
	}
	for _, e := range arriving {
		r.Add(e.Code, e.Name)
	}
	return r, nil
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
		if err := c.checkPositionDeletion(ctx, i, r.Code); err != nil {
			return err
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
			c.addUnknown(fault.Place{Record: competency.Employees, Index: i, Field: "code"}, employeeNoun, r.Code, nobody)
		}
	}
	for i, r := range del.OrgUnits {
		if err := c.refuseDeletion(ctx, competency.OrgUnits, i, r.Code, store.EmployeeQuery{OrgUnits: []string{r.Code}}); err != nil {
			return err
		}
	}
	return c.checkOrgUnitDeletions(ctx)
}

// checkPositionDeletion reports the employees who hold or target a position, but for those
// whom the set has let go of it.
func (c *referenceCheck) checkPositionDeletion(ctx context.Context, i int, code string) error {
	for _, q := range []store.EmployeeQuery{{Position: code}, {Target: code}} {
		if err := c.refuseDeletion(ctx, competency.Positions, i, code, q); err != nil {
			return err
		}
	}
	return nil
}

// letsGo reports whether the set takes a position from an employee whom a query selects by it.
func (c *referenceCheck) letsGo(e competency.Employee, q store.EmployeeQuery) bool {
	if q.Position == "" && q.Target == "" {
		return false
	}
	if c.putEmployees == nil {
		c.putEmployees = make(map[string]competency.Employee, len(c.cs.Put.Employees))
		for _, put := range c.cs.Put.Employees {
			c.putEmployees[put.Code] = put
		}
	}
	put, edited := c.putEmployees[e.Code]
	if !edited {
		return false
	}
	after := put.CompletedFrom(e)
	return (q.Position == "" || after.Position != q.Position) && (q.Target == "" || !slices.Contains(after.Targets, q.Target))
}

// refuseDeletion reports the employees that a query selects, who refer to a record.
func (c *referenceCheck) refuseDeletion(ctx context.Context, record string, i int, code string, q store.EmployeeQuery) error {
	users, err := c.selectPeople(ctx, q)
	if err == nil && len(users.codes)+users.hidden > 0 {
		c.add(fault.Place{Record: record, Index: i, Field: "code"}, fault.Conflict,
			fault.T("%s cannot be deleted while employees refer to it: %s", "%s 仍被员工引用，不能删除：%s", competency.Quote(code), users.text()))
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
	var employees []string
	for _, e := range evidence {
		employees = append(employees, e.Employee)
	}
	users, err := c.nameable(ctx, employees)
	if err != nil {
		return err
	}
	pieces := 0
	for _, e := range evidence {
		if slices.Contains(users.codes, e.Employee) {
			pieces++
		}
	}
	text := fault.T("%s cannot be deleted while evidence about it is stored, including retracted evidence: %s, of %s",
		"%s 仍有相关证据（包括已撤回的），不能删除：共 %s 条，涉及 %s", competency.Quote(code), fault.Count(pieces, "piece", "pieces"), users.text())
	if users.hidden > 0 { // how much there is of whom the viewer may not see is not told
		text = fault.T("%s cannot be deleted while evidence about it is stored, including retracted evidence, of %s",
			"%s 仍有相关证据（包括已撤回的），不能删除：涉及 %s", competency.Quote(code), users.text())
	}
	c.add(fault.Place{Record: competency.KnowledgePoints, Index: i, Field: "code"}, fault.Conflict, text)
	return nil
}

// checkOrgUnitDeletions reports unknown departments, and those with others below them.
func (c *referenceCheck) checkOrgUnitDeletions(ctx context.Context) error {
	if len(c.cs.Delete.OrgUnits) == 0 {
		return nil
	}
	units, _, err := readableUnits(ctx, c)
	if err != nil {
		return err
	}
	tree := competency.NewOrgTree(units)
	for i, r := range c.cs.Delete.OrgUnits {
		at := fault.Place{Record: competency.OrgUnits, Index: i, Field: "code"}
		if _, known := tree.Unit(r.Code); !known {
			c.addUnknown(at, departmentNoun, r.Code, nobody)
		}
		var below []string
		for _, u := range tree.Children(r.Code) {
			below = append(below, u.Code)
		}
		if len(below) > 0 {
			c.add(at, fault.Conflict, fault.T("%s cannot be deleted while departments are below it: %s", "%s 仍有下级部门，不能删除：%s", competency.Quote(r.Code), competency.ListReferences(below)))
		}
	}
	return nil
}
