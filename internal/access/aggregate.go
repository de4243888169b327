package access

import "slices"

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

// owner returns the account of a personal token, whose rights count for a line.
func (v *Viewer) owner() *Viewer {
	if v.kind != personalToken {
		return v
	}
	owner := *v
	owner.kind = account
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
