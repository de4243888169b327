package people

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// nameablePeople are people for a message: the codes, sorted, of those whom the viewer may
// see, and how many others there are.
type nameablePeople struct {
	codes  []string
	hidden int
}

// text lists people for a message.
func (n nameablePeople) text() fault.Text {
	list := competency.ListReferences(n.codes)
	switch {
	case n.hidden == 0:
		return fault.Text{EN: list, ZH: list}
	case len(n.codes) == 0:
		return fault.T("others", "其他人员")
	}
	return fault.T("%s and others", "%s 等", list)
}

// seesEveryone reports whether the viewer may see everybody's card.
func (c *referenceCheck) seesEveryone() bool {
	return c.viewer == nil || c.viewer.DecidePerson(access.Card, &access.Person{}) == access.Allowed
}

// selectPeople returns the people whom a query selects, for a message.
func (c *referenceCheck) selectPeople(ctx context.Context, q store.EmployeeQuery) (n nameablePeople, err error) {
	q.Lines = !c.seesEveryone()
	page, err := c.Employees(ctx, q)
	for _, p := range page.Profiles {
		if c.letsGo(p.Employee, q) {
			continue
		}
		if q.Lines && c.viewer.DecidePerson(access.Card, newSubject(p.Employee.Code, p.Lines)) != access.Allowed {
			n.hidden++
			continue
		}
		n.codes = append(n.codes, p.Employee.Code)
	}
	return n, err
}

// nameable returns people by their codes, for a message. It reads them unless the viewer
// sees everyone.
func (c *referenceCheck) nameable(ctx context.Context, codes []string) (nameablePeople, error) {
	codes = slices.Compact(slices.Sorted(slices.Values(codes)))
	if c.seesEveryone() || len(codes) == 0 {
		return nameablePeople{codes: codes}, nil
	}
	return c.selectPeople(ctx, store.EmployeeQuery{Codes: codes})
}
