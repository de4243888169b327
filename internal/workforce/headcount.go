package workforce

import (
	"maps"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// UnitCount is how many people are directly in a department; with an empty code those in no
// department or beneath no root.
type UnitCount struct {
	Unit, Parent string
	People       int
}

// UnitCounts counts the people directly in each department that is beneath a root, by code. They
// tell nobody's name, and are enough to say later what is to be withheld. It costs O(people).
func (v *View) UnitCounts() []UnitCount {
	direct := map[string]int{}
	everyone := v.Everyone()
	for p := range everyone.All() {
		unit := v.Employee(p).OrgUnit
		if !v.roster.rooted[unit] {
			unit = ""
		}
		direct[unit]++
	}
	counts := []UnitCount{{People: direct[""]}}
	for _, code := range slices.Sorted(maps.Keys(v.roster.rooted)) {
		u, _ := v.roster.tree.Unit(code)
		counts = append(counts, UnitCount{code, u.Parent, direct[code]})
	}
	return counts
}

// HeadCount is who was where at some time, as numbers, with what is withheld from a viewer who may
// read none of them.
type HeadCount struct{ *Withholding }

// NewHeadCount reads counts that UnitCounts has made.
func NewHeadCount(counts []UnitCount) HeadCount {
	var units []competency.OrgUnit
	for _, c := range counts {
		if c.Unit != "" {
			units = append(units, competency.OrgUnit{Code: c.Unit, Parent: c.Parent})
		}
	}
	s := newSuppression(competency.NewOrgTree(units))
	direct := make([]partCount, len(s.children))
	for _, c := range counts {
		direct[s.units[c.Unit]] = partCount{c.People, c.People}
	}
	return HeadCount{s.withholdCounts(direct, nil)}
}

// People returns how many people were in a department with all beneath it.
func (h HeadCount) People(unit string) int {
	if i, rooted := h.units[unit]; rooted {
		return h.all[i].people
	}
	return 0
}
