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

// ScannedGroup is some people for an answer about all of them together.
type ScannedGroup struct {
	Snapshot *catalog.Snapshot
	// Members are ranged over once.
	Members iter.Seq2[Member, error]
	// LeftOut counts own managers of the viewer who are left out, because the viewer may read
	// everyone else one by one. It is known when Members has been ranged over.
	LeftOut int
}

// Member is one of a group.
type Member struct {
	*Profile
	Readable bool // the viewer may read the person one by one
}

// Scan reads everyone with what they master whom the viewer may ask about, or those of a
// department and of the departments below it. It takes a round trip for each 200 people, and
// one for the departments where one is given. The first page is read before it returns, and
// decides the snapshot that answers.
func (p *People) Scan(ctx context.Context, orgUnit *string) (*ScannedGroup, error) {
	v, err := access.ScopedViewer(ctx, access.Aggregate)
	if err != nil {
		return nil, err
	}
	q := store.EmployeeQuery{First: scanPageSize, States: true, Lines: v.DependsOnLines()}
	asked := access.Group{Kind: access.AnyGroup}
	if orgUnit != nil {
		tree, _, err := p.orgTree(ctx)
		if err != nil {
			return nil, err
		}
		code := competency.NormalizeCode(*orgUnit)
		if q.OrgUnits = tree.Below(code); len(q.OrgUnits) == 0 {
			return nil, catalog.NotFound("department", "部门", *orgUnit)
		}
		asked.Kind = access.DepartmentGroup
		for _, u := range tree.Above(code) {
			asked.Units = append(asked.Units, u.Code)
		}
		if err := v.Refusal(v.DecideAggregate(asked), access.Aggregate, nil); err != nil {
			return nil, err
		}
	} else if reach := v.AggregateReach(); !reach.Everyone() {
		q.Reaches = []competency.Reach{reach}
	}
	page, err := p.store.Employees(ctx, q)
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	if orgUnit == nil {
		asked.Members.Any = len(page.Profiles) > 0 // without a grant it is the line alone
		if err := v.Refusal(v.DecideAggregate(asked), access.Aggregate, nil); err != nil {
			return nil, err
		}
	}
	s, err := p.catalog.SnapshotAt(ctx, page.Revision)
	if err != nil {
		return nil, err
	}
	g := &ScannedGroup{Snapshot: s}
	g.Members = func(yield func(Member, error) bool) { p.scanMembers(ctx, v, g, q, page, yield) }
	return g, nil
}

// scanMembers gives the members of a group, from its first page on, and last the own managers
// whom the viewer may not read, unless they are left out.
func (p *People) scanMembers(ctx context.Context, v *access.Viewer, g *ScannedGroup, q store.EmployeeQuery, page store.EmployeePage, yield func(Member, error) bool) {
	var managers []Member
	readsOthers := true
	for {
		for _, read := range page.Profiles {
			q.After = read.Employee.Code
			profile := p.newProfile(g.Snapshot, read, nil)
			m := Member{profile, v.ReadsMember(profile.person.who)}
			if !m.Readable && v.IsOwnManager(profile.person.who) {
				managers = append(managers, m)
				continue
			}
			readsOthers = readsOthers && m.Readable
			if !yield(m, nil) {
				return
			}
		}
		if !page.More {
			break
		}
		var err error
		if page, err = p.store.Employees(ctx, q); err != nil {
			yield(Member{}, catalog.StoreFault(err))
			return
		}
	}
	if readsOthers {
		g.LeftOut = len(managers)
		return
	}
	for _, m := range managers {
		if !yield(m, nil) {
			return
		}
	}
}
