package main

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// directory tells accounts where employees stand among others, from a store.
type directory struct{ store.Store }

// Stand returns where an employee stands. NOT_FOUND where there is none.
func (d directory) Stand(ctx context.Context, employee string) (access.Person, error) {
	page, err := d.Employees(ctx, store.EmployeeQuery{Codes: []string{employee}, Lines: true})
	if err != nil {
		return access.Person{}, err
	}
	if len(page.Profiles) == 0 {
		return access.Person{}, fault.New(fault.NotFound, "there is no employee %s", "没有员工 %s", competency.Quote(employee))
	}
	p := page.Profiles[0]
	return access.Person{Code: p.Employee.Code, Units: p.Lines.Units, Managers: p.Lines.Managers, ReportUnits: p.Lines.ReportUnits}, nil
}

// HasOrgUnit reports whether there is a department.
func (d directory) HasOrgUnit(ctx context.Context, code string) (bool, error) {
	units, err := d.OrgUnits(ctx)
	return slices.ContainsFunc(units, func(u competency.OrgUnit) bool { return u.Code == code }), err
}
