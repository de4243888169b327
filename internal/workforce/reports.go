package workforce

// Reports returns the people who report to a person directly. It costs O(result + people/64).
func (v *View) Reports(manager string) Set {
	s := newSet(len(v.roster.people))
	for _, p := range v.roster.reports.of(manager) {
		s.add(p)
	}
	return s
}
