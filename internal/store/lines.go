package store

import "slices"

// LineSource is what Lines are made of, as a store has read it about some people. A list has
// one code at most, unless another program has given a record several.
type LineSource struct {
	Managers          map[string][]string // by person: the people themselves, and everyone above
	Departments       map[string][]string // by person
	Parents           map[string][]string // by department
	ReportDepartments map[string][]string // by person: the departments of direct reports
}

// Lines returns where a person of the source stands. It costs O(result).
func (s LineSource) Lines(employee string) Lines {
	var managers []string
	if above := ancestors(s.Managers, employee); len(above) > 1 {
		managers = above[1:]
	}
	return Lines{
		Units:       ancestors(s.Parents, s.Departments[employee]...),
		Managers:    managers,
		ReportUnits: sortedSet(ancestors(s.Parents, s.ReportDepartments[employee]...)),
	}
}

// ancestors returns codes and all above them, nearest first and each once, so that it ends
// in a circle too. It leaves out what is no key of above: a record that is not there.
func ancestors(above map[string][]string, codes ...string) (found []string) {
	add := func(codes []string) {
		for _, code := range codes {
			if _, ok := above[code]; ok && !slices.Contains(found, code) {
				found = append(found, code)
			}
		}
	}
	add(codes)
	for i := 0; i < len(found); i++ {
		add(above[found[i]])
	}
	return found
}
