package people

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// Self returns the viewer's own employee, in one round trip; nil for none.
func (p *People) Self(ctx context.Context) (*Employee, error) {
	v, err := access.FromContext(ctx)
	if err != nil || v.Self() == "" {
		return nil, err
	}
	own, err := p.Employee(ctx, v.Self())
	if fault.CodeOf(err) == fault.NotFound {
		return nil, nil // deleted a moment ago
	}
	return own, err
}

// HasReports reports whether anyone reports to the viewer, at any depth, but for the viewer's own
// managers: they may do so in a circle. It costs one round trip, and one more in a circle.
func (p *People) HasReports(ctx context.Context) (bool, error) {
	v, err := access.FromContext(ctx)
	if err != nil || v.Self() == "" {
		return false, err
	}
	if err := access.Check(ctx, access.AdministerOwn); err != nil {
		return false, err
	}
	own := v.OwnLine()
	direct, err := employeeCodes(ctx, p.store, store.EmployeeQuery{Manager: v.Self(), First: len(own) + 1})
	if err != nil {
		return false, catalog.StoreFault(err)
	}
	isOther := func(code string) bool { return !slices.Contains(own, code) }
	if len(direct) == 0 || slices.ContainsFunc(direct, isOther) {
		return len(direct) > 0, nil
	}
	line := competency.Reach{Line: v.Self(), LineExcept: own}
	below, err := employeeCodes(ctx, p.store, store.EmployeeQuery{Reaches: []competency.Reach{line}, First: 1})
	if err != nil {
		return false, catalog.StoreFault(err)
	}
	return len(below) > 0, nil
}
