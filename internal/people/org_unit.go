package people

import (
	"context"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/page"
)

// OrgUnit is a department with those above it.
type OrgUnit struct{ chain []competency.OrgUnit }

func newOrgUnit(chain []competency.OrgUnit) *OrgUnit {
	if len(chain) == 0 {
		return nil
	}
	return &OrgUnit{chain}
}

// ID returns the global id.
func (u OrgUnit) ID() string { return page.GlobalID("OrgUnit", u.Code()) }

// Code returns the business key.
func (u OrgUnit) Code() string { return u.chain[0].Code }

// Name returns the name.
func (u OrgUnit) Name() string { return u.chain[0].Name }

// Parent returns the department above, nil at the top.
func (u OrgUnit) Parent() *OrgUnit { return newOrgUnit(u.chain[1:]) }

// OrgUnit returns the department with a code.
func (p *People) OrgUnit(ctx context.Context, code string) (*OrgUnit, error) {
	tree, err := p.orgTree(ctx)
	if err != nil {
		return nil, err
	}
	if chain := tree.Above(competency.NormalizeCode(code)); len(chain) > 0 {
		return newOrgUnit(chain), nil
	}
	return nil, catalog.NotFound("department", "部门", code)
}

// OrgUnits returns a page of the departments, by code.
func (p *People) OrgUnits(ctx context.Context, first int, after *string) (none OrgUnitConnection, err error) {
	r, err := page.NewRequest(first, after)
	if err != nil {
		return none, err
	}
	tree, err := p.orgTree(ctx)
	if err != nil {
		return none, err
	}
	units := tree.Units()
	return page.Select(units, r, func(u *competency.OrgUnit) string { return u.Code }, func(int) bool { return true },
		func(i int) OrgUnit { return OrgUnit{tree.Above(units[i].Code)} }, OrgUnit.Code), nil
}

// AllOrgUnits returns all departments, by code.
func (p *People) AllOrgUnits(ctx context.Context) ([]competency.OrgUnit, error) {
	if err := access.Check(ctx, access.Org); err != nil {
		return nil, err
	}
	units, err := p.store.OrgUnits(ctx)
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	return units, nil
}

func (p *People) orgTree(ctx context.Context) (*competency.OrgTree, error) {
	units, err := p.AllOrgUnits(ctx)
	if err != nil {
		return nil, err
	}
	return competency.NewOrgTree(units), nil
}
