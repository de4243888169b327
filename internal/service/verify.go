package service

import (
	"cmp"
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/store"
)

// Contents are all that a store holds.
type Contents struct {
	Records  competency.Records
	Revision store.Revision
	Problems []fault.Problem
}

// Inspect reads everything in a store and checks it as if it were imported into an
// empty one. Data that were edited by other means than ours may break any rule:
// every problem is returned, and an error only where the store does not answer.
func Inspect(ctx context.Context, st store.Store) (*Contents, error) {
	c := &Contents{}
	// note keeps problems, and returns what is none.
	note := func(err error) error {
		found := fault.ProblemsOf(err)
		c.Problems = append(c.Problems, found...)
		if err == nil || len(found) > 0 {
			return nil
		}
		return unavailable(err)
	}
	// What refers is read before what it refers to, which cannot be deleted meanwhile:
	// so that a store that is being written to is not taken for a broken one.
	for p, err := range st.Profiles(ctx) {
		if err := note(err); err != nil {
			return nil, err
		}
		if err == nil {
			c.Records.Employees = append(c.Records.Employees, p.Employee)
			c.Records.Mastery = append(c.Records.Mastery, p.States...)
		}
	}
	var err error
	c.Records.OrgUnits, err = st.OrgUnits(ctx)
	if err := note(err); err != nil {
		return nil, err
	}
	c.Records.Catalog, c.Revision, err = st.Load(ctx)
	if err := note(err); err != nil {
		return nil, err
	}

	all := competency.ChangeSet{Put: c.Records}
	var empty competency.Catalog
	broken := empty.Check(all)
	broken = append(broken, cycleProblems(kg.Cycles(empty.Apply(empty.Resolve(all))), all)...)
	all.Put.Employees = slices.Clone(all.Put.Employees)
	for i, e := range c.Records.Employees {
		if e.Name == "" {
			all.Put.Employees[i].Name = e.Code // so that it is not missed besides
			broken = append(broken, fault.Problem{
				Place: fault.Place{Record: competency.Employees, Index: i, Field: "name"}, Code: fault.InvalidArgument,
				Text: fault.T("the employee has no name: give one", "该员工没有姓名：请补上"),
			})
		}
	}
	people := peopleCheck{Service: &Service{store: nobody{}}, cs: all}
	if err := cmp.Or(people.units(ctx), people.employees(ctx)); err != nil {
		return nil, err
	}
	broken = append(broken, people.problems...)
	for _, p := range broken {
		p.Key = c.key(p.Place)
		c.Problems = append(c.Problems, p)
	}
	return c, nil
}

// key is what people call the record at a place.
func (c *Contents) key(at fault.Place) string {
	r, i := c.Records, at.Index
	switch at.Record {
	case competency.Competencies:
		return r.Competencies[i].Code
	case competency.KnowledgePoints:
		return r.KnowledgePoints[i].Code
	case competency.Prerequisites:
		return r.Prerequisites[i].Prerequisite + " → " + r.Prerequisites[i].Dependent
	case competency.RelatedPairs:
		return r.Related[i].A + " – " + r.Related[i].B
	case competency.Positions:
		return r.Positions[i].Code
	case competency.Requirements:
		return r.Requirements[i].Position + " → " + r.Requirements[i].Target
	case competency.Resources:
		return r.Resources[i].Code
	case competency.OrgUnits:
		return r.OrgUnits[i].Code
	case competency.Employees:
		return r.Employees[i].Code
	case competency.MasteryStates:
		return r.Mastery[i].Employee + " → " + r.Mastery[i].KnowledgePoint
	}
	return ""
}

// nobody is a store in which there is nobody yet: what is inspected has to stand by
// itself.
type nobody struct{ store.Store }

func (nobody) OrgUnits(context.Context) ([]competency.OrgUnit, error) { return nil, nil }

func (nobody) Employees(context.Context, store.EmployeeQuery) (store.EmployeePage, error) {
	return store.EmployeePage{}, nil
}
