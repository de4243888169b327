package people

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/store"
)

// OrgUnit is a department with those above it, and with the problems of what was edited by
// other means so that it cannot be read.
type OrgUnit struct {
	chain    []competency.OrgUnit
	problems []fault.Problem
}

func newOrgUnit(chain []competency.OrgUnit, problems []fault.Problem) *OrgUnit {
	if len(chain) == 0 {
		return nil
	}
	return &OrgUnit{chain, problems}
}

// ID returns the global id.
func (u OrgUnit) ID() string { return page.GlobalID("OrgUnit", u.Code()) }

// Code returns the business key.
func (u OrgUnit) Code() string { return u.chain[0].Code }

// Name returns the name.
func (u OrgUnit) Name() string { return u.chain[0].Name }

// Parent returns the department above, nil at the top. It is an error where that cannot be
// read, such as one of two.
func (u OrgUnit) Parent() (*OrgUnit, error) {
	var wrong []fault.Problem
	for _, w := range u.problems {
		if w.Record == competency.OrgUnits && w.Key == u.Code() && w.Field == "parent" {
			wrong = append(wrong, w)
		}
	}
	if err := store.UnreadableError(wrong); err != nil {
		return nil, err
	}
	return newOrgUnit(u.chain[1:], u.problems), nil
}

// OrgUnit returns the department with a code.
func (p *People) OrgUnit(ctx context.Context, code string) (*OrgUnit, error) {
	tree, problems, err := p.orgTree(ctx)
	if err != nil {
		return nil, err
	}
	if chain := tree.Above(competency.NormalizeCode(code)); len(chain) > 0 {
		return newOrgUnit(chain, problems), nil
	}
	return nil, catalog.NotFound("department", "部门", code)
}

// OrgUnits returns a page of the departments, by code.
func (p *People) OrgUnits(ctx context.Context, first int, after *string) (none OrgUnitConnection, err error) {
	r, err := page.NewRequest(first, after)
	if err != nil {
		return none, err
	}
	tree, problems, err := p.orgTree(ctx)
	if err != nil {
		return none, err
	}
	units := tree.Units()
	return page.Select(units, r, func(u *competency.OrgUnit) string { return u.Code }, func(int) bool { return true },
		func(i int) OrgUnit { return OrgUnit{tree.Above(units[i].Code), problems} }, OrgUnit.Code), nil
}

// AllOrgUnits returns all departments, by code. A field that was edited by other means so
// that it cannot be read is empty.
func (p *People) AllOrgUnits(ctx context.Context) ([]competency.OrgUnit, error) {
	units, _, err := p.ReadOrgUnits(ctx)
	return units, err
}

// ReadOrgUnits is AllOrgUnits with the problems of what cannot be read.
func (p *People) ReadOrgUnits(ctx context.Context) ([]competency.OrgUnit, []fault.Problem, error) {
	if err := access.Check(ctx, access.Org); err != nil {
		return nil, nil, err
	}
	units, problems, err := readableUnits(ctx, p.store)
	if err != nil {
		return nil, nil, catalog.StoreFault(err)
	}
	return units, problems, nil
}

func (p *People) orgTree(ctx context.Context) (*competency.OrgTree, []fault.Problem, error) {
	units, problems, err := p.ReadOrgUnits(ctx)
	if err != nil {
		return nil, nil, err
	}
	return competency.NewOrgTree(units), problems, nil
}

// readableUnits returns what can be read of the departments, and the problems of the rest:
// what is wrong with one of them is no failure of a question about others.
func readableUnits(ctx context.Context, from interface {
	OrgUnits(ctx context.Context) ([]competency.OrgUnit, error)
},
) ([]competency.OrgUnit, []fault.Problem, error) {
	units, err := from.OrgUnits(ctx)
	if problems := fault.ProblemsOf(err); len(problems) > 0 {
		return slices.DeleteFunc(units, func(u competency.OrgUnit) bool { return u.Code == "" }), problems, nil
	}
	return units, nil, err
}
