package analysis

import (
	"context"
	"fmt"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// WorkforceGroup is the people whom a question is about, as clients name them.
type WorkforceGroup = people.GroupRequest

// groupAnswer is the common part of answers about a group: one moment, one revision.
type groupAnswer struct {
	analysis *Analysis
	request  WorkforceGroup
	snapshot *catalog.Snapshot
	columns  *workforce.Columns
	group    *people.Group
	at       time.Time
}

// At returns the moment of all figures.
func (a *groupAnswer) At() time.Time { return a.at }

// Revision returns the revision that answers.
func (a *groupAnswer) Revision() int { return int(a.snapshot.Revision()) }

// LeftOut returns how many of the viewer's own managers are left out, because the viewer may
// read everyone else one by one.
func (a *groupAnswer) LeftOut() int { return a.group.LeftOut }

// members returns the views of people, of which the viewer may know the names.
func (a *groupAnswer) members(v *workforce.View, list []workforce.Person) []people.Employee {
	return a.analysis.people.Members(a.snapshot, v, list)
}

// askGroup asks the columns about a group that the viewer may ask about. The question is
// computed while the columns stand still, so it must not wait for anything.
func (a *Analysis) askGroup(ctx context.Context, r *WorkforceGroup, at *time.Time, ask func(*groupAnswer, *workforce.View) error) (*groupAnswer, error) {
	if r == nil {
		r = &WorkforceGroup{}
	}
	if err := access.CheckScope(ctx, access.Aggregate); err != nil {
		return nil, err
	}
	s, err := a.people.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	answer := &groupAnswer{analysis: a, request: *r, snapshot: s}
	answer.columns, err = a.columns.ready(ctx)
	if err != nil {
		return nil, err
	}
	hour := answer.columns.Hour()
	asked := time.Time{} // the hour of the columns, which may turn until they are read
	if at != nil {
		asked = *at
	}
	err = answer.columns.Read(s.Graph(), asked, func(v *workforce.View) error {
		if answer.at = v.At; at == nil {
			hour = v.At
		}
		if answer.group, err = people.AskGroup(ctx, s, v, *r); err != nil {
			return err
		}
		if err := answer.group.CheckTime(answer.at, hour); err != nil {
			return err
		}
		return ask(answer, v)
	})
	if err != nil {
		return nil, a.people.ExplainGroup(ctx, *r, err)
	}
	return answer, nil
}

// askMembers is askGroup for what tells of members one by one.
func (a *Analysis) askMembers(ctx context.Context, r *WorkforceGroup, at *time.Time, ask func(*groupAnswer, *workforce.View) error) (*groupAnswer, error) {
	if err := access.CheckScope(ctx, access.Learner); err != nil {
		return nil, err
	}
	return a.askGroup(ctx, r, at, func(answer *groupAnswer, v *workforce.View) error {
		if err := answer.group.Naming; err != nil {
			return err
		}
		return ask(answer, v)
	})
}

// readAgain reads the columns once more for an answer, such as for names in it. The numbers of
// people are others by then, and so the group is asked about again.
func (a *groupAnswer) readAgain(ctx context.Context, ask func(*workforce.View, *people.Group) error) error {
	return a.columns.Read(a.snapshot.Graph(), a.at, func(v *workforce.View) error {
		g, err := people.AskGroup(ctx, a.snapshot, v, a.request)
		if err != nil {
			return err
		}
		if g.Naming != nil {
			return g.Naming
		}
		return ask(v, g)
	})
}

// membersPage returns a page of some people of the group, by code, and notes in the audit that
// they are read.
func (a *groupAnswer) membersPage(ctx context.Context, first int, after *string, question string, members func(*workforce.View, *people.Group) workforce.Set) (*people.EmployeeConnection, error) {
	r, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	var c people.EmployeeConnection
	err = a.readAgain(ctx, func(v *workforce.View, g *people.Group) error {
		c = a.analysis.people.MembersPage(a.snapshot, v, members(v, g), r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	people.NoteMembers(ctx, c.Nodes, question)
	_, err = catalog.ChargeItems(ctx, c.Nodes)
	return &c, err
}

// membersByCode returns the views of people of the group whose numbers are of a view that has
// ended, by code. Who is gone since is not among them.
func (a *groupAnswer) membersByCode(ctx context.Context, codes []string) (map[string]people.Employee, error) {
	found := make(map[string]people.Employee, len(codes))
	err := a.readAgain(ctx, func(v *workforce.View, g *people.Group) error {
		for _, e := range a.members(v, v.InCodeOrder(v.People(codes).And(g.Members))) {
			found[e.Code()] = e
		}
		return nil
	})
	return found, err
}

// resolvePosition returns a position, or OwnPosition where none is named.
func resolvePosition(s *catalog.Snapshot, code *string) (kg.Position, error) {
	if code == nil {
		return workforce.OwnPosition, nil
	}
	p, err := s.FindPosition(*code)
	if err != nil {
		return 0, err
	}
	return p.Index(), nil
}

// rankedPage takes a page from a list in an order of its own. A key names an item. Where that
// of the cursor is not in the list any more, the list has to be read again from its start.
func rankedPage[T any](list []T, r page.Request, key func(T) string) (page.Page[T], error) {
	from := 0
	if r.After != "" {
		for from < len(list) && key(list[from]) != r.After {
			from++
		}
		if from == len(list) {
			return page.Page[T]{}, fault.New(fault.Conflict, "the list has changed since the page before: ask for it again from the start", "列表已发生变化：请从头重新查询")
		}
		from++
	}
	nodes := list[from:min(len(list), from+r.First)]
	return page.New(append([]T{}, nodes...), len(list), r, from+r.First < len(list), key), nil
}

// pointKey is the key of a point at a level.
func pointKey(g *kg.Graph, point kg.Node, level float64) string {
	return fmt.Sprintf("%v %s", level, g.Code(point))
}
