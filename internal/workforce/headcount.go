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
type HeadCount struct {
	*Withholding
	all map[string]partCount
}

// NewHeadCount reads counts that UnitCounts has made.
func NewHeadCount(counts []UnitCount) HeadCount {
	var units []competency.OrgUnit
	direct, rooted := map[string]partCount{}, map[string]bool{}
	for _, c := range counts {
		direct[c.Unit] = partCount{c.People, c.People}
		if c.Unit != "" {
			units = append(units, competency.OrgUnit{Code: c.Unit, Parent: c.Parent})
			rooted[c.Unit] = true
		}
	}
	tree := competency.NewOrgTree(units)
	w, all := withhold(unitTree{tree, rooted, rootsOf(tree)}, direct)
	return HeadCount{w, all}
}

// People returns how many people were in a department with all beneath it.
func (h HeadCount) People(unit string) int { return h.all[unit].people }
