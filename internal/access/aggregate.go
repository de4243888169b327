package access

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// GroupKind is how a group of people is given.
type GroupKind uint8

// The kinds of group.
const (
	AnyGroup        GroupKind = iota // all that the viewer may ask about
	WholeFirm                        // everyone
	DepartmentGroup                  // a department with all beneath it
	LineGroup                        // everyone who reports to a person, at any depth
	Incumbents                       // everyone who holds a position
)

// Group is the people whom an aggregate is about.
type Group struct {
	Kind  GroupKind
	Units []string // of a department: itself and those above
	Head  *Person  // of a line; nil for an unknown one
	// Members are read of a line and of incumbents.
	Members []*Person
}

// DecideAggregate returns whether a viewer may ask about a group. Whom the answer may
// name is another question.
func (v *Viewer) DecideAggregate(g Group) Outcome {
	switch {
	case v.kind == system:
		return Allowed
	case v.kind == nobody || !v.hasScope(&rules[Aggregate]):
		return Denied
	}
	switch g.Kind {
	case WholeFirm:
		return allowedIf(v.mayAggregateFirm())
	case DepartmentGroup:
		return allowedIf(v.mayAggregateUnit(g.Units))
	case LineGroup:
		return v.decideLine(g)
	case Incumbents:
		return allowedIf(v.readsMembers(g.Members))
	}
	return allowedIf(v.mayAggregateFirm() || v.units != nil || v.hasGrantedUnit() || len(g.Members) > 0)
}

// AggregateReach returns the people of AnyGroup: the firm for who may ask about it, else the
// granted departments and the line, of a token within its departments.
func (v *Viewer) AggregateReach() competency.Reach {
	reach := competency.Reach{Within: v.units}
	if v.kind == nobody || !v.hasScope(&rules[Aggregate]) {
		return competency.Reach{}
	}
	if reach.Firm = v.kind == system || v.kind == service || v.mayAggregateFirm(); reach.Firm {
		return reach
	}
	for _, g := range v.grants {
		switch {
		case !g.Role.aggregates():
		case g.Unit == "":
			reach.Firm = true
		default:
			reach.Units = append(reach.Units, g.Unit)
		}
	}
	if v.self.Code != "" {
		reach.Line, reach.LineExcept = v.self.Code, v.self.Managers
	}
	return reach
}

// ReadsMember reports whether whoever stands behind a viewer may read a member of a group one
// by one: of a personal token its owner, of a service any of the valid tokens of its account.
// It decides what of a group is withheld, and which own managers are left out.
func (v *Viewer) ReadsMember(p *Person) bool {
	return v.owner().maySee(Learner, p) || slices.ContainsFunc(v.tokens, func(t TokenRights) bool {
		return t.Scopes.with()&rules[Learner].scope != 0 && (t.Units == nil || intersects(t.Units, p.Units))
	})
}

// NamesMember reports whether an answer about a group may tell a viewer of this member one by
// one: a token needs the scope for that itself.
func (v *Viewer) NamesMember(p *Person) bool {
	return v.hasScope(&rules[Learner]) && v.isBoundTo(p.Units) && v.ReadsMember(p)
}

// IsOwnManager reports whether a person is above the viewer, at any depth.
func (v *Viewer) IsOwnManager(p *Person) bool { return v.isOwnManager(p) }

// mayAggregateFirm reports whether a viewer may ask about the whole firm.
func (v *Viewer) mayAggregateFirm() bool {
	if v.units != nil {
		return false
	}
	return v.kind == service || slices.ContainsFunc(v.grants, func(g Grant) bool { return g.Role.aggregates() && g.Unit == "" })
}

// mayAggregateUnit reports whether a viewer may ask about a department, given with those
// above it.
func (v *Viewer) mayAggregateUnit(units []string) bool {
	if !v.isBoundTo(units) {
		return false
	}
	return v.kind == service || slices.ContainsFunc(v.grants, func(g Grant) bool { return g.Role.aggregates() && g.covers(units) })
}

func (v *Viewer) hasGrantedUnit() bool {
	return slices.ContainsFunc(v.grants, func(g Grant) bool { return g.Role.aggregates() })
}

func (r Role) aggregates() bool { return r == Manager || r == Trainer || r == HR || r == Expert }

// decideLine decides about the line of a head.
func (v *Viewer) decideLine(g Group) Outcome {
	owner := v.owner()
	switch isOwn := g.Head != nil && v.isSelf(g.Head); {
	case isOwn && len(g.Members) > 0 && v.bindsAll(g.Members):
		return Allowed
	case g.Head != nil && !isOwn && len(g.Members) > 0 && owner.maySee(Card, g.Head) && v.isBoundTo(g.Head.Units) && v.readsMembers(g.Members):
		return Allowed
	case v.maySee(Card, g.Head):
		return Denied
	}
	return NotFound
}

// owner returns the account of a personal token, whose rights count for a line and for whom
// a group's answer withholds.
func (v *Viewer) owner() *Viewer {
	if v.kind != personalToken {
		return v
	}
	owner := *v
	owner.kind, owner.units = account, nil
	return &owner
}

// readsMembers reports whether a viewer may read every member, own managers aside.
func (v *Viewer) readsMembers(members []*Person) bool {
	owner := v.owner()
	for _, p := range members {
		if !owner.isOwnManager(p) && !owner.maySee(Learner, p) {
			return false
		}
	}
	return v.bindsAll(members)
}

// bindsAll reports whether the departments of a token allow every member.
func (v *Viewer) bindsAll(members []*Person) bool {
	for _, p := range members {
		if !v.isBoundTo(p.Units) {
			return false
		}
	}
	return true
}
