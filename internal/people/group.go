package people

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/workforce"
)

// GroupRequest names the people whom a question is about: a department with all beneath it,
// everyone who reports to a person, or everyone who holds a position. At most one is given;
// none stands for all whom the viewer may ask about.
type GroupRequest struct{ OrgUnit, Line, IncumbentsOf *string }

// Group is a group that a viewer may ask about, with what the answer may hold.
type Group struct {
	workforce.Group // without those who are left out
	// Unread are the people of the firm whom the viewer may not read one by one.
	Unread workforce.Set
	// LeftOut counts own managers of the viewer who are left out, because the viewer may read
	// everyone else.
	LeftOut int
	// Naming is the refusal of rows, names and lists of people, nil where they may be told.
	Naming error
}

// AskGroup asks whether the viewer may ask about a group. What the columns say of departments
// and managers decides, so it takes no round trip. A head of a line whom the viewer may not see
// is NOT_FOUND, as an unknown one is.
func AskGroup(ctx context.Context, s *catalog.Snapshot, view *workforce.View, r GroupRequest) (*Group, error) {
	v, err := access.ScopedViewer(ctx, access.Aggregate)
	if err != nil {
		return nil, err
	}
	ask := groupQuestion{viewer: v, view: view, managers: view.People(v.OwnManagers())}
	for _, reach := range v.ReadingReaches() {
		ask.readable = ask.readable.Or(view.Reach(reach))
	}
	if err := ask.resolve(s, r); err != nil {
		return nil, err
	}
	return ask.answer(ctx), nil
}

// groupQuestion is a viewer who asks about a group.
type groupQuestion struct {
	viewer             *access.Viewer
	view               *workforce.View
	readable, managers workforce.Set
	group              workforce.Group
}

// resolve finds the members, and asks for permission.
func (q *groupQuestion) resolve(s *catalog.Snapshot, r GroupRequest) error {
	given := 0
	for _, code := range []*string{r.OrgUnit, r.Line, r.IncumbentsOf} {
		if code != nil {
			given++
		}
	}
	switch {
	case given > 1:
		return fault.New(fault.InvalidArgument, "a group is one of orgUnit, line and incumbentsOf: give one of them", "人群只能由 orgUnit、line、incumbentsOf 之一给出：请只填一个")
	case r.OrgUnit != nil:
		return q.resolveDepartment(competency.NormalizeCode(*r.OrgUnit), *r.OrgUnit)
	case r.Line != nil:
		return q.resolveLine(competency.NormalizeCode(*r.Line), *r.Line)
	case r.IncumbentsOf != nil:
		position, err := s.FindPosition(*r.IncumbentsOf)
		if err != nil {
			return err
		}
		q.group = workforce.Group{Kind: workforce.Incumbents, Code: position.Code(), Members: q.view.Incumbents(position.Index())}
		return q.decide(access.Group{Kind: access.Incumbents, Members: q.members()}, nil)
	}
	return q.resolveAny()
}

func (q *groupQuestion) resolveDepartment(code, given string) error {
	chain := q.view.Tree().Above(code)
	if len(chain) == 0 {
		return catalog.NotFound("department", "部门", given)
	}
	q.group = workforce.Group{Kind: workforce.Department, Code: code, Members: q.view.Department(code)}
	asked := access.Group{Kind: access.DepartmentGroup}
	for _, u := range chain {
		asked.Units = append(asked.Units, u.Code)
	}
	return q.decide(asked, nil)
}

func (q *groupQuestion) resolveLine(code, given string) error {
	asked := access.Group{Kind: access.LineGroup}
	if head, ok := q.view.Find(code); ok {
		q.group = workforce.Group{Kind: workforce.Line, Code: code, Members: q.view.Line(code)}
		who := access.Person{Code: code}
		who.Units, who.Managers, who.ReportUnits = q.view.Lines(head)
		asked.Head, asked.Members = &who, q.members()
	}
	if err := q.decide(asked, unknownEmployee(given)); err != nil || asked.Head != nil {
		return err
	}
	return unknownEmployee(given) // the system may ask about whoever is there
}

// resolveAny finds all whom the viewer may ask about. A union that is one department is that
// department.
func (q *groupQuestion) resolveAny() error {
	reach := q.viewer.AggregateReach()
	q.group = workforce.Group{Kind: workforce.WholeFirm, Members: q.view.Reach(reach)}
	if !reach.Everyone() {
		q.group.Kind = workforce.Union
		units := reach.Units
		if reach.Firm {
			units = reach.Within
		}
		for _, unit := range units {
			all := q.view.Department(unit)
			if all.Len() == q.group.Members.Len() && all.Without(q.group.Members).Len() == 0 {
				q.group.Kind, q.group.Code = workforce.Department, unit
				break
			}
		}
	}
	return q.decide(access.Group{Kind: access.AnyGroup, Members: access.Members{Any: q.group.Members.Len() > 0}}, nil)
}

func (q *groupQuestion) decide(g access.Group, notFound error) error {
	return q.viewer.Refusal(q.viewer.DecideAggregate(g), access.Aggregate, notFound)
}

// members tells of the members what a decision needs.
func (q *groupQuestion) members() access.Members {
	all := q.group.Members
	return access.Members{
		Any:      all.Len() > 0,
		Readable: all.Without(q.view.Reach(q.viewer.MemberReach())).Without(q.managers).Len() == 0,
		Bound:    all.Without(q.view.Reach(q.viewer.TokenReach())).Len() == 0,
	}
}

// answer leaves own managers out whom the viewer may not read, where everyone else may be read.
func (q *groupQuestion) answer(ctx context.Context) *Group {
	g := &Group{Group: q.group, Unread: q.view.Everyone().Without(q.readable)}
	hidden := g.Members.Without(q.readable)
	if hidden.Without(q.managers).Len() == 0 {
		g.LeftOut = hidden.Len()
		g.Members, hidden = g.Members.Without(hidden), workforce.Set{}
	}
	g.Hidden = hidden
	g.Naming = access.CheckScope(ctx, access.Learner)
	if g.Naming == nil && hidden.Len() > 0 {
		g.Naming = q.viewer.Refusal(access.Denied, access.Learner, nil)
	}
	return g
}

// CheckTime refuses a moment other than the hour that answers, where some members are hidden: two
// moments would tell more of them than one.
func (g *Group) CheckTime(at, hour time.Time) error {
	if g.Hidden.Len() == 0 || at.Equal(hour) {
		return nil
	}
	return fault.New(fault.InvalidArgument, "you may not read everyone of these people: leave at out, the answer is of %s", "您不能查看其中每个人：请勿填写 at，回答对应的时刻为 %s", hour.Format(time.RFC3339))
}

// ExplainGroup adds to a refusal who is meant where a line was given by a name. It costs a read
// where that is so.
func (p *People) ExplainGroup(ctx context.Context, r GroupRequest, err error) error {
	if r.Line == nil || fault.CodeOf(err) != fault.NotFound {
		return err
	}
	return &fault.Error{Code: fault.NotFound, Text: p.UnknownEmployee(ctx, *r.Line, fault.Text{})}
}
