package access

// OrgEdit is an edit of a department. Departments are given by chains: the codes of a
// department and of those above it, nearest first.
type OrgEdit struct {
	Units   []string // the department before the edit; empty for a new one
	Parent  []string // the parent after the edit; empty for a root. It is read where Moves
	Moves   bool     // the department is new, or gets another parent
	Deletes bool
}

// DecideOrg returns whether a viewer may edit a department. HR of a department may
// rename it, and edit what is strictly beneath it. Roots are for the whole firm.
func (v *Viewer) DecideOrg(e OrgEdit) Outcome {
	switch {
	case !v.hasScope(&rules[EditOrg]):
		return Denied
	case e.Deletes:
		return allowedIf(v.managesBeneath(e.Units))
	case e.Moves:
		return allowedIf((len(e.Units) == 0 || v.managesBeneath(e.Units)) && v.managesPeopleOf(e.Parent))
	}
	return allowedIf(v.managesPeopleOf(e.Units))
}

// managesBeneath reports whether a department is strictly beneath one of which a viewer is
// HR.
func (v *Viewer) managesBeneath(units []string) bool {
	return len(units) > 0 && v.managesPeopleOf(units[1:])
}
