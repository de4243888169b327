package analysis

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// Readiness is how near a person is to a position.
type Readiness struct {
	workforce.Readiness
	snapshot *catalog.Snapshot
}

// Position returns the position.
func (r Readiness) Position() catalog.Position { return r.snapshot.Position(r.Readiness.Position) }

// Candidate is somebody who could take a position.
type Candidate struct {
	Employee  people.Employee
	Readiness Readiness
}

// CandidateConnection is a page of those who could take a position, the nearest first.
type CandidateConnection struct {
	*groupAnswer
	page.Page[Candidate]
	Others int
}

// Candidates returns a page of those who could take a position. It makes the paths of at
// most 500 people.
func (a *Analysis) Candidates(ctx context.Context, position string, r *WorkforceGroup, first int, after *string, at *time.Time) (*CandidateConnection, error) {
	request, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	c := &CandidateConnection{}
	var finalists *workforce.Finalists
	c.groupAnswer, err = a.askMembers(ctx, r, at, func(answer *groupAnswer, v *workforce.View) error {
		p, err := answer.snapshot.FindPosition(position)
		if err == nil {
			finalists = v.Finalists(answer.group.Group, p.Index())
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	list, err := finalists.Shortlist(ctx)
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	c.Others = list.Others
	if err := c.show(ctx, list.Candidates, request); err != nil {
		return nil, err
	}
	people.NoteMembers(ctx, employeesOf(c.Nodes, func(x Candidate) people.Employee { return x.Employee }), "candidates")
	_, err = catalog.ChargeItems(ctx, c.Nodes)
	return c, err
}

// show makes the page of those who are asked for.
func (c *CandidateConnection) show(ctx context.Context, list []workforce.Candidate, r page.Request) error {
	ranked, err := rankedPage(list, r, func(x workforce.Candidate) string { return x.Code })
	if err != nil {
		return err
	}
	codes := make([]string, len(ranked.Nodes))
	for i, x := range ranked.Nodes {
		codes[i] = x.Code
	}
	found, err := c.membersByCode(ctx, codes)
	if err != nil {
		return err
	}
	nodes := []Candidate{}
	for _, x := range ranked.Nodes {
		if e, ok := found[x.Code]; ok {
			nodes = append(nodes, Candidate{e, Readiness{x.Readiness, c.snapshot}})
		}
	}
	c.Page = page.New(nodes, ranked.TotalCount, r, ranked.PageInfo.HasNextPage, func(x Candidate) string { return x.Employee.Code() })
	return nil
}
