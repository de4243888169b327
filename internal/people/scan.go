package people

import (
	"context"
	"iter"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// scanPageSize is how many people a scan reads at a time, which bounds its memory.
const scanPageSize = 200

// Scan reads everyone with what they master, or those of a department and of the
// departments below it, for an answer about all of them together. It takes a round trip
// for each 200 people, and one for the departments where one is given. The first page
// is read before it returns, and decides the snapshot that answers.
func (p *People) Scan(ctx context.Context, orgUnit *string) (*catalog.Snapshot, iter.Seq2[*Profile, error], error) {
	if err := access.Check(ctx, access.Aggregate, access.Subject{}); err != nil {
		return nil, nil, err
	}
	q := store.EmployeeQuery{First: scanPageSize, States: true}
	if orgUnit != nil {
		tree, _, err := p.orgTree(ctx)
		if err != nil {
			return nil, nil, err
		}
		q.OrgUnits = tree.Below(competency.NormalizeCode(*orgUnit))
		if len(q.OrgUnits) == 0 {
			return nil, nil, catalog.NotFound("department", "部门", *orgUnit)
		}
	}
	page, err := p.store.Employees(ctx, q)
	if err != nil {
		return nil, nil, catalog.StoreFault(err)
	}
	s, err := p.catalog.SnapshotAt(ctx, page.Revision)
	if err != nil {
		return nil, nil, err
	}
	return s, func(yield func(*Profile, error) bool) {
		for {
			for _, read := range page.Profiles {
				q.After = read.Employee.Code
				if !yield(p.newProfile(s, read, newReadGroup(read.Employee.Code)), nil) {
					return
				}
			}
			if !page.More {
				return
			}
			if page, err = p.store.Employees(ctx, q); err != nil {
				yield(nil, catalog.StoreFault(err))
				return
			}
		}
	}, nil
}
