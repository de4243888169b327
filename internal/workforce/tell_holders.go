package workforce

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
)

// Tells reports whether a viewer is told anything about everyone of a group together, such as
// classes of holders and the bus factor. unread are the people of the firm whom the viewer may not read.
func (v *View) Tells(g Group, unread Set) bool {
	return g.Hidden.Len() == 0 || !v.Withhold(v.Everyone(), unread).Group(g)
}

// Requires reports whether a position held in a group requires a point at a level. Where some
// people are hidden, only such levels have a class: any level at all would tell the mastery of the best
// of them. It costs O(people).
func (v *View) Requires(g Group, point kg.Node, level float64) bool {
	return slices.ContainsFunc(v.assign(g, OwnPosition).positions, func(p assigned) bool {
		r, ok := v.requirement(p.Position, point)
		return ok && Round(r.Level) == Round(level)
	})
}

// TellRisks withholds from a viewer how many people risks affect, as a heat map withholds how many have
// a cell, and then orders the risks by what is told. It changes nothing where the group has
// no hidden people.
func (v *View) TellRisks(g Group, unread Set, risks []Risk) {
	if g.Hidden.Len() == 0 {
		return
	}
	s := v.Suppress(unread)
	everyone := v.assign(Group{Members: v.Everyone()}, OwnPosition)
	holders := make([]Set, len(everyone.positions))
	for i, p := range everyone.positions {
		holders[i] = v.Incumbents(p.Position)
	}
	withheld := map[string]bool{} // by which positions have a point critical at a level
	for i := range risks {
		r := &risks[i]
		if r.AffectedWithheld = r.HiddenAffected < LeastHidden; !r.AffectedWithheld {
			key := make([]byte, len(holders))
			for j, p := range everyone.positions {
				if v.isCriticalAt(p.Position, r.Point, r.Level) {
					key[j] = 1
				}
			}
			known := false
			if r.AffectedWithheld, known = withheld[string(key)]; !known {
				var affected Set
				for j, is := range key {
					if is == 1 {
						affected = affected.Or(holders[j])
					}
				}
				r.AffectedWithheld = s.Withhold(affected).Group(g)
				withheld[string(key)] = r.AffectedWithheld
			}
		}
		if r.AffectedWithheld {
			r.Affected, r.HiddenAffected = 0, 0
		}
	}
	slices.SortStableFunc(risks, func(a, b Risk) int {
		return cmp.Or(cmp.Compare(a.Holders, b.Holders), cmp.Compare(b.Affected, a.Affected), cmp.Compare(v.Graph.Rank(a.Point), v.Graph.Rank(b.Point)), cmp.Compare(a.Level, b.Level))
	})
}

// isCriticalAt reports whether a position has a point critical at a level.
func (v *View) isCriticalAt(position kg.Position, point kg.Node, level float64) bool {
	r, ok := v.requirement(position, point)
	return ok && r.Critical && Round(r.Level) == Round(level)
}

// requirement returns what a position requires of a point.
func (v *View) requirement(position kg.Position, point kg.Node) (r kg.Requirement, ok bool) {
	required := v.Graph.Requirements(position)
	i, ok := slices.BinarySearchFunc(required, point, func(r kg.Requirement, n kg.Node) int { return cmp.Compare(r.Point, n) })
	if ok {
		r = required[i]
	}
	return r, ok
}
