package people

import (
	"context"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// EmployeesCalled returns, with code and name alone, the employees whose code or name is one
// of some texts, letter by letter, and whom the viewer may find in a list. It costs one round
// trip, and none without texts.
func (p *People) EmployeesCalled(ctx context.Context, texts []string) (found []competency.Employee, err error) {
	v, err := access.FromContext(ctx)
	if err != nil || len(texts) == 0 || v.Reach(access.PeopleList).Nobody() {
		return nil, err
	}
	page, err := p.store.Employees(ctx, store.EmployeeQuery{Called: texts, Reaches: reaches(v, access.PeopleList)})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	for _, profile := range page.Profiles {
		found = append(found, competency.Employee{Code: profile.Employee.Code, Name: profile.Employee.Name})
	}
	return found, nil
}
