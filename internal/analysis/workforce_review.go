package analysis

import (
	"context"
	"errors"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// maxReviews bounds the reviews that one question sorts.
const maxReviews = 500_000

// ReviewDue is a requirement of the position held that needs a review.
type ReviewDue struct {
	Employee people.Employee
	snapshot *catalog.Snapshot
	review   workforce.Review
}

// KnowledgePoint returns the point.
func (r ReviewDue) KnowledgePoint() catalog.KnowledgePoint { return r.snapshot.Point(r.review.Point) }

// Level returns the required level.
func (r ReviewDue) Level() float64 { return r.review.Level }

// Due returns from when on it is no longer met.
func (r ReviewDue) Due() time.Time { return r.review.Due }

// ReviewDueConnection is a page of reviews that are due.
type ReviewDueConnection struct {
	*groupAnswer
	page.Page[ReviewDue]
}

// ReviewsDue returns a page of the reviews that are due after from and not after until; all that
// are overdue too where from is nil.
func (a *Analysis) ReviewsDue(ctx context.Context, from *time.Time, until time.Time, r *WorkforceGroup, first int, after *string) (*ReviewDueConnection, error) {
	request, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	var begin time.Time
	if from != nil {
		begin = *from
	}
	c := &ReviewDueConnection{}
	c.groupAnswer, err = a.askMembers(ctx, r, nil, func(answer *groupAnswer, v *workforce.View) error {
		list, err := v.ReviewsDue(answer.group.Group, begin, until, maxReviews)
		if errors.Is(err, workforce.ErrTooManyReviews) {
			return fault.New(fault.LimitExceeded, "more than %d reviews are due until then: ask for a smaller group or an earlier time", "届时到期的复习超过 %d 项：请缩小人群或提前截止时间", maxReviews)
		}
		ranked, err := rankedPage(list, request, func(x workforce.Review) string { return x.Code + " " + v.Graph.Code(x.Point) })
		if err != nil {
			return err
		}
		var shown []workforce.Person // each once
		place := map[workforce.Person]int{}
		for _, x := range ranked.Nodes {
			if _, again := place[x.Person]; !again {
				place[x.Person] = len(shown)
				shown = append(shown, x.Person)
			}
		}
		members := answer.members(v, shown)
		nodes := make([]ReviewDue, len(ranked.Nodes))
		for i, x := range ranked.Nodes {
			nodes[i] = ReviewDue{members[place[x.Person]], answer.snapshot, x}
		}
		c.Page = page.New(nodes, ranked.TotalCount, request, ranked.PageInfo.HasNextPage, func(x ReviewDue) string {
			return x.Employee.Code() + " " + x.KnowledgePoint().Code()
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	people.NoteMembers(ctx, employeesOf(c.Nodes, func(x ReviewDue) people.Employee { return x.Employee }), "reviewsDue")
	_, err = catalog.ChargeItems(ctx, c.Nodes)
	return c, err
}
