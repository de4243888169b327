package service

import (
	"context"
	"errors"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// explain says why the store refused a change set for its references, as it says
// itself where we cannot know.
func (s *Service) explain(ctx context.Context, cs competency.ChangeSet, refusal error) error {
	problems, err := s.checkPeople(ctx, cs)
	if err != nil {
		return err
	}
	var told *fault.Error
	if len(problems) == 0 && errors.As(refusal, &told) {
		return fault.Refuse([]fault.Problem{{Code: told.Code, Text: told.Text}})
	}
	if len(problems) == 0 { // mended by somebody else between the two looks
		return fault.New(fault.Conflict, "what the change refers to has just changed: repeat it", "变更所引用的内容刚刚发生变化：请重试")
	}
	return fault.Refuse(problems)
}

// checkPeople returns the problems of a change set that only the store can
// tell: unknown departments, managers and employees, rings of departments, and
// deletions of what people refer to. It reads, and costs what the departments
// and the people named cost.
func (s *Service) checkPeople(ctx context.Context, cs competency.ChangeSet) ([]fault.Problem, error) {
	c := peopleCheck{Service: s, cs: cs}
	for _, step := range []func(context.Context) error{c.units, c.employees, c.deletions} {
		if err := step(ctx); err != nil {
			return nil, unavailable(err)
		}
	}
	return c.problems, nil
}

type peopleCheck struct {
	*Service
	cs       competency.ChangeSet
	problems []fault.Problem
}

func (c *peopleCheck) add(at fault.Place, code fault.Code, en, zh string, args ...any) {
	c.problems = append(c.problems, fault.Problem{Place: at, Code: code, Text: fault.T(en, zh, args...)})
}

// missing reports a reference to nothing, with the nearest that there is.
func (c *peopleCheck) missing(at fault.Place, en, zh, code string, known []string) {
	if near := competency.Nearest(code, known); near != "" {
		c.add(at, fault.NotFound, "there is no "+en+" %q; did you mean %s?", "不存在"+zh+" %q；是否应为 %s？", brief(code), near)
		return
	}
	c.add(at, fault.NotFound, "there is no "+en+" %q: correct the code or add the record", "不存在"+zh+" %q：请更正编码或补上该记录", brief(code))
}

// units checks departments and the references to them.
func (c *peopleCheck) units(ctx context.Context) error {
	if len(c.cs.Put.OrgUnits) == 0 && !slices.ContainsFunc(c.cs.Put.Employees, func(e competency.Employee) bool { return e.OrgUnit != "" }) {
		return nil
	}
	stored, err := c.store.OrgUnits(ctx)
	if err != nil {
		return err
	}
	parent := map[string]string{}
	for _, u := range stored {
		parent[u.Code] = u.Parent
	}
	for i, u := range c.cs.Put.OrgUnits {
		if _, known := parent[u.Code]; !known && u.Name == "" {
			c.add(fault.Place{Record: competency.OrgUnits, Index: i, Field: "name"}, fault.InvalidArgument, "a new record needs a name", "新记录必须填写 name")
		}
	}
	for _, u := range c.cs.Put.OrgUnits {
		if _, known := parent[u.Code]; !known || u.Parent != "" {
			parent[u.Code] = u.Parent
		}
	}
	codes := make([]string, 0, len(parent))
	for code := range parent {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	told := map[string]bool{} // the departments of rings that have been reported
	for i, u := range c.cs.Put.OrgUnits {
		at := fault.Place{Record: competency.OrgUnits, Index: i, Field: "parent"}
		if _, known := parent[u.Parent]; u.Parent != "" && !known {
			c.missing(at, "department", "部门", u.Parent, codes)
		}
		if ring := ring(u.Code, parent); len(ring) > 1 && !told[u.Code] { // one of its own is Check's to report
			for _, code := range ring {
				told[code] = true
			}
			c.add(at, fault.Cycle, "departments form a ring: %s", "部门形成环：%s", competency.References(ring))
		}
	}
	for i, e := range c.cs.Put.Employees {
		if _, known := parent[e.OrgUnit]; e.OrgUnit != "" && !known {
			c.missing(fault.Place{Record: competency.Employees, Index: i, Field: "org_unit"}, "department", "部门", e.OrgUnit, codes)
		}
	}
	return nil
}

// ring returns the departments above one, if they lead back to it.
func ring(code string, parent map[string]string) []string {
	ring := []string{code}
	for up := parent[code]; up != "" && len(ring) <= len(parent); up = parent[up] {
		if up == code {
			return ring
		}
		ring = append(ring, up)
	}
	return nil
}

// employees checks the references to people, and that new ones have a name.
func (c *peopleCheck) employees(ctx context.Context) error {
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
	known, err := c.employeeCodes(ctx, store.EmployeeQuery{Codes: named})
	if err != nil || len(known) == len(named) {
		return err
	}
	all, err := c.employeeCodes(ctx, store.EmployeeQuery{})
	if err != nil {
		return err
	}
	absent := func(code string) bool {
		_, ok := slices.BinarySearch(known, code)
		return !ok && !put[code]
	}
	for i, e := range c.cs.Put.Employees {
		if e.Name == "" && absent(e.Code) {
			c.missing(fault.Place{Record: competency.Employees, Index: i, Field: "code"}, "employee", "员工", e.Code, all)
		}
		if e.Manager != "" && absent(e.Manager) {
			c.missing(fault.Place{Record: competency.Employees, Index: i, Field: "manager"}, "employee", "员工", e.Manager, all)
		}
	}
	for i, m := range c.cs.Put.Mastery {
		if absent(m.Employee) {
			c.missing(fault.Place{Record: competency.MasteryStates, Index: i, Field: "employee"}, "employee", "员工", m.Employee, all)
		}
	}
	return nil
}

// employeeCodes returns the codes of the employees that a query selects, sorted.
func (s *Service) employeeCodes(ctx context.Context, q store.EmployeeQuery) ([]string, error) {
	page, err := s.store.Employees(ctx, q)
	codes := make([]string, len(page.Profiles))
	for i, p := range page.Profiles {
		codes[i] = p.Employee.Code
	}
	return codes, err
}

// deletions names the people who refer to what would be deleted.
func (c *peopleCheck) deletions(ctx context.Context) error {
	refuse := func(record string, i int, code string, q store.EmployeeQuery) error {
		users, err := c.employeeCodes(ctx, q)
		if len(users) > 0 {
			c.add(fault.Place{Record: record, Index: i, Field: "code"}, fault.Conflict,
				"%q cannot be deleted while employees refer to it: %s", "%q 仍被员工引用，不能删除：%s", code, competency.References(users))
		}
		return err
	}
	del := c.cs.Delete
	for i, r := range del.Positions {
		for _, q := range []store.EmployeeQuery{{Position: r.Code}, {Target: r.Code}} {
			if err := refuse(competency.Positions, i, r.Code, q); err != nil {
				return err
			}
		}
	}
	for i, r := range del.KnowledgePoints {
		if err := refuse(competency.KnowledgePoints, i, r.Code, store.EmployeeQuery{KnowledgePoint: r.Code}); err != nil {
			return err
		}
	}
	for i, r := range del.Employees {
		if known, err := c.employeeCodes(ctx, store.EmployeeQuery{Codes: []string{r.Code}}); err != nil {
			return err
		} else if len(known) == 0 {
			c.missing(fault.Place{Record: competency.Employees, Index: i, Field: "code"}, "employee", "员工", r.Code, nil)
		}
		if err := refuse(competency.Employees, i, r.Code, store.EmployeeQuery{Manager: r.Code}); err != nil {
			return err
		}
	}
	for i, r := range del.OrgUnits {
		if err := refuse(competency.OrgUnits, i, r.Code, store.EmployeeQuery{OrgUnits: []string{r.Code}}); err != nil {
			return err
		}
	}
	if len(del.OrgUnits) == 0 {
		return nil
	}
	units, err := c.store.OrgUnits(ctx)
	for i, r := range del.OrgUnits {
		var below []string
		if !slices.ContainsFunc(units, func(u competency.OrgUnit) bool { return u.Code == r.Code }) {
			c.missing(fault.Place{Record: competency.OrgUnits, Index: i, Field: "code"}, "department", "部门", r.Code, nil)
		}
		for _, u := range units {
			if u.Parent == r.Code {
				below = append(below, u.Code)
			}
		}
		if len(below) > 0 {
			c.add(fault.Place{Record: competency.OrgUnits, Index: i, Field: "code"}, fault.Conflict,
				"%q cannot be deleted while departments are below it: %s", "%q 仍有下级部门，不能删除：%s", r.Code, competency.References(below))
		}
	}
	return err
}
