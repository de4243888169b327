package importing

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
)

// Template returns a workbook to fill in, with what the viewer may see of catalog, departments
// and people; a field of a person that they may not read is empty. It has the named tables; where
// there are none, those that the viewer may import. It costs one round trip for 200 people.
func (i *Imports) Template(ctx context.Context, tables []string) (*File, error) {
	if _, err := importer(ctx); err != nil {
		return nil, err
	}
	viewer, err := access.FromContext(ctx)
	if err != nil {
		return nil, err
	}
	if len(tables) == 0 {
		tables = importable(viewer)
	}
	t := exchange.Template{Tables: tables}
	snapshot, err := i.service.Catalog.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	t.Catalog = *snapshot.Graph().Catalog()
	if t.OrgUnits, _, err = i.service.People.ReadOrgUnits(ctx); err != nil {
		return nil, err
	}
	if t.Employees, err = i.visibleEmployees(ctx); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	lang := catalog.Lang(ctx)
	if err := exchange.WriteTemplate(&out, lang, t); err != nil {
		return nil, err
	}
	return &File{fault.T("zhitu-template.xlsx", "知图导入模板.xlsx").In(lang), out.Bytes()}, nil
}

// tablesOf are the tables of a template that are edited by each action.
var tablesOf = []struct {
	action access.Action
	tables []string
}{
	{access.EditCatalog, []string{"competencies", "knowledge_points", "prerequisites", "related", "levels"}},
	{access.EditPosition, []string{"positions", "requirements"}},
	{access.EditResource, []string{"resources"}},
	{access.Assess, []string{"mastery"}},
	{access.Record, []string{"evidence"}},
}

// importable returns the tables that the viewer may import as a template has them: what is
// stored in another would be refused. Departments and people are for HR of the whole firm; who
// edits some of them names these tables.
func importable(v *access.Viewer) (tables []string) {
	classes := v.Classes()
	for _, edited := range tablesOf {
		if slices.Contains(classes, edited.action.String()) {
			tables = append(tables, edited.tables...)
		}
	}
	if v.DecideCreate(nil) == access.Allowed {
		tables = append(tables, "org_units", "employees")
	}
	return tables
}

// visibleEmployees returns whom the viewer may find in a list, with what they may read of each.
func (i *Imports) visibleEmployees(ctx context.Context) (list []competency.Employee, err error) {
	for after := (*string)(nil); ; {
		found, err := i.service.People.Employees(ctx, page.MaxSize, after, nil, false)
		if fault.CodeOf(err) == fault.PermissionDenied { // they list nobody
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, e := range found.Nodes {
			employee, err := readableEmployee(ctx, e)
			if err != nil {
				return nil, err
			}
			list = append(list, employee)
		}
		if after = found.PageInfo.EndCursor; !found.PageInfo.HasNextPage {
			return list, nil
		}
	}
}

// readableEmployee returns the record of an employee with the fields that the viewer may read.
// What was edited by other means so that it cannot be read is left out.
func readableEmployee(ctx context.Context, e people.Employee) (competency.Employee, error) {
	out := competency.Employee{Code: e.Code(), Name: e.Name(), Position: e.HeldPosition()}
	unit, unitErr := e.OrgUnit(ctx)
	if unit != nil {
		out.OrgUnit = unit.Code()
	}
	manager, managerErr := e.Manager(ctx)
	if manager != nil {
		out.Manager = manager.Code()
	}
	targets, targetsErr := e.Targets(ctx)
	for _, target := range targets {
		out.Targets = append(out.Targets, target.Code())
	}
	modalities, modalitiesErr := e.Modalities(ctx)
	out.Modalities = modalities
	for _, err := range []error{unitErr, managerErr, targetsErr, modalitiesErr} {
		if known := (*fault.Error)(nil); err != nil && !errors.As(err, &known) || fault.CodeOf(err) == fault.Unavailable {
			return out, err
		}
	}
	return out, nil
}
