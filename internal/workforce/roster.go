package workforce

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
)

// roster is who there is: people by number, in the order of the department tree.
type roster struct {
	people  []competency.Employee // by number
	byCode  []Person              // in the order of codes
	numbers map[string]Person     // by code
	tree    *competency.OrgTree
	direct  map[string]span // department → the people who are directly in it
	loose   span            // people in no department, or beneath no root
	reports *competency.Hierarchy
}

// span is a range of numbers.
type span struct{ from, to Person }

// newRoster numbers people: departments as the tree has them, siblings by code, the people
// of each by code, and last those in no department or beneath no root.
func newRoster(units []competency.OrgUnit, people []competency.Employee) *roster {
	r := &roster{people: slices.Clone(people), tree: competency.NewOrgTree(units), direct: map[string]span{}, numbers: make(map[string]Person, len(people))}
	place := r.placeUnits()
	slices.SortFunc(r.people, func(a, b competency.Employee) int {
		return cmp.Or(cmp.Compare(placeOf(place, a.OrgUnit), placeOf(place, b.OrgUnit)), strings.Compare(a.Code, b.Code))
	})
	codes, managers := make([]string, len(people)), make([]string, len(people))
	for i, e := range r.people {
		p := Person(i)
		r.numbers[e.Code] = p
		codes[i], managers[i] = e.Code, e.Manager
		r.byCode = append(r.byCode, p)
		s, seen := r.direct[e.OrgUnit], true
		if _, rooted := place[e.OrgUnit]; !rooted {
			s = r.loose
			seen = s.to > s.from
		} else if s.to == 0 {
			seen = false
		}
		if !seen {
			s.from = p
		}
		s.to = p + 1
		if _, rooted := place[e.OrgUnit]; rooted {
			r.direct[e.OrgUnit] = s
		} else {
			r.loose = s
		}
	}
	r.reports = competency.NewHierarchy(codes, managers)
	slices.SortFunc(r.byCode, func(a, b Person) int { return strings.Compare(r.people[a].Code, r.people[b].Code) })
	return r
}

// placeUnits returns the place of each department in the tree, from the roots downwards.
func (r *roster) placeUnits() map[string]int {
	place := map[string]int{}
	var visit func(units []competency.OrgUnit)
	visit = func(units []competency.OrgUnit) {
		slices.SortFunc(units, func(a, b competency.OrgUnit) int { return strings.Compare(a.Code, b.Code) })
		for _, u := range units {
			place[u.Code] = len(place)
			visit(r.tree.Children(u.Code))
		}
	}
	visit(r.roots())
	return place
}

// roots returns the departments with none above them.
func (r *roster) roots() (roots []competency.OrgUnit) {
	for _, u := range r.tree.Units() {
		if _, ok := r.tree.Unit(u.Parent); !ok {
			roots = append(roots, u)
		}
	}
	return roots
}

func placeOf(place map[string]int, unit string) int {
	if i, ok := place[unit]; ok {
		return i
	}
	return len(place)
}
