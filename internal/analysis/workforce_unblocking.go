package analysis

import (
	"context"
	"math"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// UnblockingList is the points that open the way to most.
type UnblockingList struct {
	*groupAnswer
	points []Unblocking
}

// Unblocking is a point that several people could learn next.
type Unblocking struct {
	answer *groupAnswer
	workforce.Unblocking
	codes []string // of the people
}

// Unblocking returns the points that open the way to most, for each towards the position held.
// It is LIMIT_EXCEEDED where the group is too large for two seconds.
func (a *Analysis) Unblocking(ctx context.Context, r *WorkforceGroup, minGroup, first int, at *time.Time) (*UnblockingList, error) {
	if err := page.CheckSize(first); err != nil {
		return nil, err
	}
	if minGroup < 1 {
		return nil, fault.New(fault.InvalidArgument, "minGroup must be at least 1, not %d", "minGroup 须至少为 1，而不是 %d", minGroup)
	}
	u := &UnblockingList{}
	var learners []workforce.Learner
	var suppression *workforce.Suppression // where some of the group are hidden
	var err error
	u.groupAnswer, err = a.askGroup(ctx, r, at, func(answer *groupAnswer, v *workforce.View) error {
		group := answer.group.Group
		if group.Hidden.Len() == 0 {
			if n := group.Members.Len(); n > maxUnblocked {
				return tooMany(n, maxUnblocked)
			}
			learners = v.Blocked(group)
			return nil
		}
		if !answer.tellsClasses(v) {
			return nil
		}
		everyone := v.Everyone()
		if everyone.Len() > maxUnblocked {
			return tooLargeFirm(maxUnblocked)
		}
		suppression = v.Suppress(answer.group.Unread)
		learners = v.Blocked(workforce.Group{Kind: workforce.WholeFirm, Members: everyone})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if u.group.Naming != nil {
		minGroup = max(minGroup, workforce.LeastHidden)
	}
	list, err := u.compute(ctx, learners, suppression, minGroup)
	switch {
	case ctx.Err() != nil:
		return nil, catalog.StoreFault(ctx.Err())
	case err != nil:
		return nil, err
	}
	codes := codesOf(learners)
	for _, x := range list[:min(first, len(list))] {
		point := Unblocking{answer: u.groupAnswer, Unblocking: x}
		for p := range x.People.All() {
			point.codes = append(point.codes, codes[p])
		}
		u.points = append(u.points, point)
	}
	return u, nil
}

// compute finds the points in so much time as one question may take. What it says of too many
// people tells nothing about people outside the group.
func (u *UnblockingList) compute(ctx context.Context, learners []workforce.Learner, suppression *workforce.Suppression, minGroup int) ([]workforce.Unblocking, error) {
	budget, graph := newComputeBudget(), u.snapshot.Graph()
	defer budget.release()
	within := func(refuse func(most int) error) func(done int) error {
		return func(done int) error {
			if done > fewUnblocked && done < len(learners) && budget.spent() {
				return refuse(max(fewUnblocked, done*9/10))
			}
			return nil
		}
	}
	if suppression != nil {
		return workforce.NewToldUnblocking(ctx, graph, learners, u.group.Group, suppression, minGroup, u.at, within(tooLargeFirm))
	}
	return workforce.NewUnblocking(ctx, graph, learners, u.group.Hidden, minGroup, u.at, within(func(most int) error { return tooMany(len(learners), most) }))
}

// tooLargeFirm says that it takes too long to find what has to be withheld.
func tooLargeFirm(most int) error {
	return fault.New(fault.LimitExceeded, "what you may be told depends on the next steps of the whole firm, and these take too long to compute for more than %d people: ask for people all of whom you may read",
		"可告知的内容取决于全公司的下一步，超过 %d 人时计算耗时过长：请查询您能查看每个人的人群", most)
}

// For how many people, at most, it is computed what opens the way; and for how many as long as the
// request may take.
const (
	maxUnblocked = 20_000
	fewUnblocked = 3_000
)

// Points returns the points.
func (u *UnblockingList) Points(ctx context.Context) ([]Unblocking, error) {
	return catalog.ChargeItems(ctx, append([]Unblocking{}, u.points...))
}

// KnowledgePoint returns the point.
func (u Unblocking) KnowledgePoint() catalog.KnowledgePoint {
	return u.answer.snapshot.Point(u.Point)
}

// Value returns the share of their requirements that rests on the point, summed over the people,
// rounded to 0.01 where the viewer may not read each of them.
func (u Unblocking) Value() float64 {
	if u.Hidden > 0 {
		return math.Floor(u.Unblocking.Value*100+0.5) / 100
	}
	return u.Unblocking.Value
}

// Minutes returns the minutes of one session for all of them.
func (u Unblocking) Minutes() (*int, error) {
	if u.answer.group.Naming != nil {
		return nil, u.answer.group.Naming
	}
	return optional.Of(u.Unblocking.Minutes), nil
}

// Size returns how many people there are.
func (u Unblocking) Size() int { return u.Unblocking.People.Len() }

// People returns a page of them, by code.
func (u Unblocking) People(ctx context.Context, first int, after *string) (*people.EmployeeConnection, error) {
	return u.answer.membersPage(ctx, first, after, "unblocking", func(v *workforce.View, g *people.Group) workforce.Set {
		return v.People(u.codes).And(g.Members)
	})
}
