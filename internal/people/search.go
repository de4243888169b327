package people

import (
	"context"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/search"
	"github.com/zhitu/zhitu/internal/store"
)

// Search returns up to first employees whom a text finds by code and name, of those whom the
// viewer may find in a list: the best first, as search.Best has it, of the first page.MaxSize
// by code. An empty text finds nobody, and so does whoever may list nobody. A token without
// people:read is refused. It costs one round trip.
func (p *People) Search(ctx context.Context, text string, first int) ([]Employee, error) {
	v, err := access.ScopedViewer(ctx, access.PeopleList)
	if err != nil {
		return nil, err
	}
	query := search.NewQuery(text)
	if query.IsEmpty() || first <= 0 || v.Reach(access.PeopleList).Nobody() {
		return []Employee{}, nil
	}
	list, err := p.store.Employees(ctx, store.EmployeeQuery{
		Text: text, First: page.MaxSize, Lines: v.DependsOnLines(), Reaches: reaches(v, access.PeopleList),
	})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	s, err := p.catalog.SnapshotAt(ctx, list.Revision)
	if err != nil {
		return nil, err
	}
	best := search.NewBest(query, first)
	for i, read := range list.Profiles {
		best.Add(i, search.Names(read.Employee.Code, read.Employee.Name))
	}
	var found []store.Profile
	for _, i := range best.Numbers() {
		found = append(found, list.Profiles[i])
	}
	employees := make([]Employee, len(found))
	for i, who := range p.newReadGroupOf(found, false) {
		employees[i] = Employee{p, s, who}
	}
	return employees, nil
}
