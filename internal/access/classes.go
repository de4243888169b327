package access

// Classes returns the names of the actions that a viewer may do at all: about nobody, or
// about somebody.
func (v *Viewer) Classes() []string {
	names := []string{}
	for a := range actions {
		if v.mayAtAll(a) {
			names = append(names, a.String())
		}
	}
	return names
}

func (v *Viewer) mayAtAll(a Action) bool {
	r := &rules[a]
	switch {
	case v.kind == nobody || !v.hasScope(r):
		return false
	case v.kind == system || v.kind == service:
		return true
	case a == Aggregate:
		return v.DecideAggregate(Group{Kind: AnyGroup}) == Allowed
	case !r.aboutPerson:
		return v.Decide(a) == Allowed
	}
	return !v.Reach(a).Nobody()
}
