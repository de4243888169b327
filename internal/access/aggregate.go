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
	// Members are those of a line, of incumbents, and of AnyGroup the line of the viewer.
	Members Members
}

// Members is what a decision needs to know of the members of a group.
type Members struct {
	Any      bool // there are some
	Readable bool // the viewer may read each of them one by one, own managers aside
	Bound    bool // each is in the departments of the token
}

// Members returns what a decision needs to know of people.
func (v *Viewer) Members(people []*Person) Members {
	owner := v.owner()
	m := Members{Any: len(people) > 0, Readable: true, Bound: true}
	for _, p := range people {
		m.Readable = m.Readable && (owner.isOwnManager(p) || owner.maySee(Learner, p))
		m.Bound = m.Bound && v.isBoundTo(p.Units)
	}
	return m
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
		return allowedIf(g.Members.Readable && g.Members.Bound)
	}
	return allowedIf(v.mayAggregateFirm() || v.units != nil || v.hasGrantedUnit() || g.Members.Any)
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
		return t.readsLearners() && (t.Units == nil || intersects(t.Units, p.Units))
	})
}

// MemberReach returns the people whose reading lets a viewer ask about a line or incumbents.
func (v *Viewer) MemberReach() competency.Reach { return v.owner().Reach(Learner) }

// ReadingReaches returns the people whom ReadsMember allows: those in any of the lists.
func (v *Viewer) ReadingReaches() []competency.Reach {
	reaches := []competency.Reach{v.MemberReach()}
	for _, t := range v.tokens {
		if t.readsLearners() {
			reaches = append(reaches, competency.Reach{Firm: true, Within: t.Units})
		}
	}
	return reaches
}

func (t TokenRights) readsLearners() bool { return t.Scopes.with()&rules[Learner].scope != 0 }

// TokenReach returns the people in the departments of a token, everyone where none bind it.
func (v *Viewer) TokenReach() competency.Reach { return competency.Reach{Firm: true, Within: v.units} }

// OwnManagers returns the codes of everyone above the viewer.
func (v *Viewer) OwnManagers() []string { return slices.Clone(v.self.Managers) }

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
	case isOwn && g.Members.Any && g.Members.Bound:
		return Allowed
	case g.Head != nil && !isOwn && g.Members == Members{true, true, true} && owner.maySee(Card, g.Head) && v.isBoundTo(g.Head.Units):
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
