package people

import (
	"context"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// StoredRecords returns the departments and employees that are stored under the codes
// that a change set puts, by code. It costs one read for each of the two types that the
// set has. It is for an edit that Publish judges before anything of it is told: of
// permissions it asks for the scope alone.
func (p *People) StoredRecords(ctx context.Context, cs competency.ChangeSet) (stored competency.People, err error) {
	if len(cs.Put.OrgUnits) > 0 {
		if stored.OrgUnits, err = p.AllOrgUnits(ctx); err != nil {
			return stored, err
		}
	}
	if len(cs.Put.Employees) == 0 {
		return stored, nil
	}
	if err := access.CheckScope(ctx, access.EditPeople); err != nil {
		return stored, err
	}
	codes := make([]string, len(cs.Put.Employees))
	for i, e := range cs.Put.Employees {
		codes[i] = competency.NormalizeCode(e.Code)
	}
	page, err := p.store.Employees(ctx, store.EmployeeQuery{Codes: codes})
	if err != nil {
		return stored, catalog.StoreFault(err)
	}
	for _, profile := range page.Profiles {
		stored.Employees = append(stored.Employees, profile.Employee)
	}
	return stored, nil
}
