package analysis

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// RecordedCoverage is how the coverage of a position was spread over a department, as the viewer is
// told it.
type RecordedCoverage struct {
	At       time.Time // of all figures
	Revision int
	workforce.DistributionAnswer
}

// CoverageHistory returns a page of how a department covered a position, the latest month first.
// Exact figures are for whoever may read everyone of the firm, because it is not kept who was in
// the department. Everybody else is told what may be told to whoever could read none of the people:
// as those of then were spread over the tree of then, and those of now are over that of now. What
// may not be told is not in the list.
func (a *Analysis) CoverageHistory(ctx context.Context, unit people.OrgUnit, position string, first int, after *string) (*RecordedCoverageConnection, error) {
	r, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	code, exact, withheld := "", false, false
	_, err = a.askGroup(ctx, &WorkforceGroup{OrgUnit: new(unit.Code())}, nil, func(answer *groupAnswer, v *workforce.View) error {
		p, err := answer.snapshot.FindPosition(position)
		if err != nil {
			return err
		}
		code, exact, withheld = p.Code(), answer.group.Unread.Len() == 0, !answer.tellsClasses(v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	recorded, err := a.people.UnitReadiness(ctx, unit.Code(), code)
	if err != nil {
		return nil, err
	}
	list := []RecordedCoverage{}
	for i := len(recorded) - 1; i >= 0; i-- {
		d := recorded[i]
		switch {
		case exact:
			list = append(list, RecordedCoverage{d.At, d.Revision, d.Distribution().Exact()})
		case !withheld && !d.Withheld:
			list = append(list, RecordedCoverage{d.At, d.Revision, d.Distribution().Coarse()})
		}
	}
	c := people.PageByMonth(list, r, func(c RecordedCoverage) time.Time { return c.At })
	_, err = catalog.ChargeItems(ctx, c.Nodes)
	return &c, err
}
