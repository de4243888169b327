package analysis

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// PointHolders is who holds a point at a level.
type PointHolders struct {
	answer  *groupAnswer
	holding workforce.Holding
	classes bool // may be told
}

// KnowledgePoint returns the point.
func (h PointHolders) KnowledgePoint() catalog.KnowledgePoint {
	return h.answer.snapshot.Point(h.holding.Point)
}

// Level returns the level.
func (h PointHolders) Level() float64 { return h.holding.Level }

// Count returns how many hold it, nil where that is withheld.
func (h PointHolders) Count() *int {
	if h.answer.group.Hidden.Len() > 0 {
		return nil
	}
	return &h.holding.Holders
}

// Class returns how many in a word, nil where that is withheld.
func (h PointHolders) Class() *workforce.HolderClass {
	if !h.classes {
		return nil
	}
	return &h.holding.Class
}

// People returns a page of the holders, by code.
func (h PointHolders) People(ctx context.Context, first int, after *string) (*people.EmployeeConnection, error) {
	return h.answer.membersPage(ctx, first, after, "holders", func(v *workforce.View, g *people.Group) workforce.Set {
		return v.HoldersOf(h.holding.Point, h.holding.Level, g.Members)
	})
}

func (h PointHolders) key() string {
	return pointKey(h.answer.snapshot.Graph(), h.holding.Point, h.holding.Level)
}

// HolderConnection is a page of points with their holders.
type HolderConnection struct {
	*groupAnswer
	page.Page[PointHolders]
}

// Holders returns a page of the points that positions held in a group require, with their
// holders; none where classes of holders may not be told.
func (a *Analysis) Holders(ctx context.Context, r *WorkforceGroup, first int, after *string, at *time.Time) (*HolderConnection, error) {
	request, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	c := &HolderConnection{}
	var list []PointHolders
	c.groupAnswer, err = a.askGroup(ctx, r, at, func(answer *groupAnswer, v *workforce.View) error {
		if !answer.tellsClasses(v) {
			return nil
		}
		for _, h := range v.Holders(answer.group.Group) {
			list = append(list, PointHolders{answer, h, true})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if c.Page, err = rankedPage(list, request, PointHolders.key); err != nil {
		return nil, err
	}
	_, err = catalog.ChargeItems(ctx, c.Nodes)
	return c, err
}

// HoldersOf returns who of a group holds a point at a level.
func (a *Analysis) HoldersOf(ctx context.Context, point catalog.KnowledgePoint, level float64, r *WorkforceGroup, at *time.Time) (*PointHolders, error) {
	if !(level > 0 && level <= 1) {
		return nil, fault.New(fault.InvalidArgument, "level must be above 0 and at most 1, not %v", "level 须大于 0 且不超过 1，而不是 %v", level)
	}
	h := &PointHolders{}
	var err error
	h.answer, err = a.askGroup(ctx, r, at, func(answer *groupAnswer, v *workforce.View) error {
		node, ok := v.Graph.Find(point.Code())
		if !ok { // another request has pinned an older catalog
			return catalog.NotFound("knowledge point", "知识点", point.Code())
		}
		g := answer.group.Group
		h.holding = v.Holding(g, node, level)
		h.classes = g.Hidden.Len() == 0 || v.Requires(g, node, level) && answer.tellsClasses(v)
		return nil
	})
	return h, err
}

// Risk is a critical requirement that nobody or one person meets.
type Risk struct {
	PointHolders
	risk workforce.Risk
}

// Class returns how many hold it, in a word.
func (r Risk) Class() workforce.HolderClass { return r.holding.Class }

// Affected returns how many people have a position that needs it, nil where that is withheld.
func (r Risk) Affected() *int {
	if r.risk.AffectedWithheld {
		return nil
	}
	return &r.risk.Affected
}

// AffectedPeople returns a page of these people, by code.
func (r Risk) AffectedPeople(ctx context.Context, first int, after *string) (*people.EmployeeConnection, error) {
	return r.answer.membersPage(ctx, first, after, "risks", func(v *workforce.View, g *people.Group) workforce.Set {
		return v.AffectedBy(r.holding.Point, r.holding.Level, g.Members)
	})
}

// RiskConnection is a page of risks.
type RiskConnection struct {
	*groupAnswer
	page.Page[Risk]
}

// Risks returns a page of the risks of a group, the gravest first; none where classes of holders
// may not be told.
func (a *Analysis) Risks(ctx context.Context, r *WorkforceGroup, first int, after *string, at *time.Time) (*RiskConnection, error) {
	request, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	c := &RiskConnection{}
	list := []Risk{}
	c.groupAnswer, err = a.askGroup(ctx, r, at, func(answer *groupAnswer, v *workforce.View) error {
		if !answer.tellsClasses(v) {
			return nil
		}
		risks := v.Risks(answer.group.Group)
		v.TellRisks(answer.group.Group, answer.group.Unread, risks)
		for _, risk := range risks {
			list = append(list, Risk{PointHolders{answer, risk.Holding, true}, risk})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if c.Page, err = rankedPage(list, request, func(r Risk) string { return r.key() }); err != nil {
		return nil, err
	}
	_, err = catalog.ChargeItems(ctx, c.Nodes)
	return c, err
}
