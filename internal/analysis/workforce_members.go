package analysis

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// membersOf returns a page of some people of the firm whom the viewer may list, by code.
func (a *Analysis) membersOf(ctx context.Context, first int, after *string, members func(*workforce.View) workforce.Set) (*people.EmployeeConnection, error) {
	request, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	listed, err := people.Listed(ctx)
	if err != nil {
		return nil, err
	}
	s, err := a.people.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	columns, err := a.columns.ready(ctx)
	if err != nil {
		return nil, err
	}
	var c people.EmployeeConnection
	err = columns.Read(s.Graph(), time.Time{}, func(v *workforce.View) error {
		c = a.people.MembersPage(s, v, members(v).And(listed(v)), request)
		return nil
	})
	if err != nil {
		return nil, err
	}
	_, err = catalog.ChargeItems(ctx, c.Nodes)
	return &c, err
}

// Incumbents returns a page of those who hold a position whom the viewer may list, by code.
func (a *Analysis) Incumbents(ctx context.Context, position catalog.Position, first int, after *string) (*people.EmployeeConnection, error) {
	return a.membersOf(ctx, first, after, func(v *workforce.View) workforce.Set { return v.Incumbents(position.Index()) })
}

// UnitMembers returns a page of the people of a department whom the viewer may list, by code.
func (a *Analysis) UnitMembers(ctx context.Context, unit people.OrgUnit, first int, after *string, directly bool) (*people.EmployeeConnection, error) {
	return a.membersOf(ctx, first, after, func(v *workforce.View) workforce.Set {
		if directly {
			return v.Direct(unit.Code())
		}
		return v.Department(unit.Code())
	})
}

// Reports returns a page of those who report to a person directly whom the viewer may list, by code.
func (a *Analysis) Reports(ctx context.Context, e people.Employee, first int, after *string) (*people.EmployeeConnection, error) {
	return a.membersOf(ctx, first, after, func(v *workforce.View) workforce.Set { return v.Reports(e.Code()) })
}
