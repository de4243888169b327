package workforce

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// Reach returns the people whom a permission selects, as stores do for a list.
// It costs O(people/64 · departments that it names) and the line.
func (v *View) Reach(r competency.Reach) Set {
	var s Set
	if r.Firm {
		s = v.Everyone()
	} else {
		s = v.departments(r.Units)
	}
	s = s.Without(v.People(r.UnitsExcept))
	if r.Line != "" {
		s = s.Or(v.Line(r.Line).Without(v.People(r.LineExcept)))
	}
	if r.Within != nil {
		s = s.And(v.departments(r.Within))
	}
	return s.Or(v.People([]string{r.Employee}))
}

// departments returns the people of departments with all beneath them.
func (v *View) departments(codes []string) (s Set) {
	for _, code := range codes {
		s = s.Or(v.Department(code))
	}
	return s
}

// People returns those people who are there.
func (v *View) People(codes []string) (s Set) {
	for _, code := range codes {
		if p, ok := v.Find(code); ok {
			one := newSet(len(v.roster.people))
			one.add(p)
			s = s.Or(one)
		}
	}
	return s
}

// Lines returns where a person stands: the department and those above it, everyone above the
// person, both nearest first, and the departments, with those above them, of direct reports.
// It costs O(result).
func (v *View) Lines(p Person) (units, managers, reportUnits []string) {
	e := v.Employee(p)
	for _, report := range v.roster.reports.of(e.Code) {
		reportUnits = append(reportUnits, v.unitsAbove(v.Employee(report).OrgUnit)...)
	}
	slices.Sort(reportUnits)
	seen := newSet(len(v.roster.people)) // ends a circle
	seen.add(p)
	for above, ok := v.Find(e.Manager); ok && !seen.Has(above); above, ok = v.Find(v.Employee(above).Manager) {
		seen.add(above)
		managers = append(managers, v.Employee(above).Code)
	}
	return v.unitsAbove(e.OrgUnit), managers, slices.Compact(reportUnits)
}

func (v *View) unitsAbove(unit string) (codes []string) {
	for _, u := range v.Tree().Above(unit) {
		codes = append(codes, u.Code)
	}
	return codes
}
