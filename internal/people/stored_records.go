package people

import (
	"context"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// StoredRecords are departments and employees as they are stored.
type StoredRecords struct {
	competency.People
	hidden map[string][]string // fields of employees that the viewer may not read, by code
}

// StoredRecords returns the departments and employees that are stored under the codes
// that a change set puts, and the employees who report to those whom it deletes. It costs
// one read for each of the two types that the set has, and one for each deletion. It is for an edit that Publish judges before anything of it is told: of
// permissions it asks for the scope alone.
func (p *People) StoredRecords(ctx context.Context, cs competency.ChangeSet) (stored StoredRecords, err error) {
	if len(cs.Put.OrgUnits) > 0 {
		if stored.OrgUnits, err = p.AllOrgUnits(ctx); err != nil {
			return stored, err
		}
	}
	if len(cs.Put.Employees)+len(cs.Delete.Employees) == 0 {
		return stored, nil
	}
	viewer, err := access.ScopedViewer(ctx, access.EditPeople)
	if err != nil {
		return stored, err
	}
	var queries []store.EmployeeQuery
	if len(cs.Put.Employees) > 0 {
		codes := make([]string, len(cs.Put.Employees))
		for i, e := range cs.Put.Employees {
			codes[i] = competency.NormalizeCode(e.Code)
		}
		queries = append(queries, store.EmployeeQuery{Codes: codes})
	}
	for _, e := range cs.Delete.Employees {
		queries = append(queries, store.EmployeeQuery{Manager: competency.NormalizeCode(e.Code)})
	}
	stored.hidden = map[string][]string{}
	for _, q := range queries {
		q.Lines = !viewer.IsSystem()
		page, err := p.store.Employees(ctx, q)
		if err != nil {
			return stored, catalog.StoreFault(err)
		}
		for _, profile := range page.Profiles {
			stored.Employees = append(stored.Employees, profile.Employee)
			if fields := hiddenFields(viewer, profile); fields != nil {
				stored.hidden[profile.Employee.Code] = fields
			}
		}
	}
	if len(queries) > 1 {
		byCode := func(a, b competency.Employee) int { return strings.Compare(a.Code, b.Code) }
		slices.SortFunc(stored.Employees, byCode)
		stored.Employees = slices.CompactFunc(stored.Employees, func(a, b competency.Employee) bool { return a.Code == b.Code })
	}
	return stored, nil
}

// hiddenFields returns the fields of an employee that a viewer may not read, where the
// viewer may see the person at all.
func hiddenFields(viewer *access.Viewer, p store.Profile) (fields []string) {
	if viewer.IsSystem() {
		return nil
	}
	if viewer.DecidePerson(access.Learner, newSubject(p.Employee.Code, p.Lines)) != access.Allowed {
		fields = append(fields, "targets", "modalities")
	}
	if p.Manager != nil && viewer.DecidePerson(access.Card, newSubject(p.Manager.Code, p.ManagerLines)) != access.Allowed {
		fields = append(fields, "manager")
	}
	return fields
}

// Changes returns what edits do to each record (competency.Records.Changes), given the
// catalog before them. It has values that the viewer may not read: see Conceal.
func (s StoredRecords) Changes(base competency.Catalog, cs competency.ChangeSet) []competency.RecordChange {
	return competency.Records{Catalog: base, People: s.People}.Changes(cs)
}

// Seal returns what stands for a value of a field of an employee.
type Seal func(employee, field string, value any) competency.HiddenValue

// Conceal replaces in place what the viewer may not read of the values before; all of them
// look the same without a seal.
func (s StoredRecords) Conceal(changes []competency.RecordChange, seal Seal) {
	for _, c := range changes {
		if c.Table != competency.Employees {
			continue
		}
		for i, f := range c.Fields {
			if !slices.Contains(s.hidden[c.Key], f.Field) {
				continue
			}
			c.Fields[i].Before = competency.HiddenValue("")
			if seal != nil {
				c.Fields[i].Before = seal(c.Key, f.Field, f.Before)
			}
		}
	}
}
