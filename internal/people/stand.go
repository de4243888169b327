package people

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// Stand returns what decisions need to know of an employee, in one round trip. NOT_FOUND
// where there is none. It asks no permission: what it says is for decisions alone.
func (p *People) Stand(ctx context.Context, employee string) (access.Person, error) {
	page, err := p.store.Employees(ctx, store.EmployeeQuery{Codes: []string{competency.NormalizeCode(employee)}, Lines: true})
	switch {
	case err != nil:
		return access.Person{}, catalog.StoreFault(err)
	case len(page.Profiles) == 0:
		return access.Person{}, catalog.NotFound("employee", "员工", employee)
	}
	found := page.Profiles[0]
	return access.Person{Code: found.Employee.Code, Units: found.Lines.Units, Managers: found.Lines.Managers, ReportUnits: found.Lines.ReportUnits}, nil
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
