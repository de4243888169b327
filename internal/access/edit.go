package access

// Field is a field of an employee that an edit changes.
type Field uint8

// The fields of an employee.
const (
	Name Field = iota
	HeldPosition
	Preferences // targets and modalities
	Department
	ManagedBy
	WholeRecord // the employee is deleted
)

// PersonEdit is an edit of one field of an employee.
type PersonEdit struct {
	Field Field
	// Units holds the new department with those above it; empty for none.
	Units []string
	// Manager is the new manager, nil for an unknown one. It is read where NamesManager.
	Manager      *Person
	NamesManager bool
	// Reports holds everyone who reports to the person, at any depth. It is read where
	// the manager is set or cleared, or the employee is deleted.
	Reports []*Person
	// HasGrant means that the account of an employee who is deleted has a grant.
	HasGrant bool
}

// DecideEdit returns whether a viewer may edit a person, nil for an unknown one. It
// judges the person, then the right to the field, then what is newly named.
func (v *Viewer) DecideEdit(e PersonEdit, p *Person) Outcome {
	switch {
	case !v.hasScope(&rules[EditPeople]):
		return Denied
	case !v.maySee(Card, p):
		return NotFound
	case !v.mayEditField(e, p):
		return Denied
	case e.Field == ManagedBy && e.NamesManager:
		if !v.maySee(Card, e.Manager) {
			return NotFound
		}
		return allowedIf(v.managesPeopleOf(e.Manager.Units))
	}
	return Allowed
}

// mayEditField reports whether a viewer has the right to a field of a person.
func (v *Viewer) mayEditField(e PersonEdit, p *Person) bool {
	if v.isSelf(p) {
		return e.Field == Preferences
	}
	if !v.managesPeopleOf(p.Units) || v.isOwnManager(p) && !v.managesWholeFirm() {
		return false
	}
	switch e.Field {
	case Department:
		return v.managesPeopleOf(e.Units)
	case WholeRecord:
		return (!e.HasGrant || v.managesWholeFirm()) && v.managesAll(e.Reports)
	case ManagedBy:
		return v.managesAll(e.Reports)
	}
	return true
}

// DecideCreate returns whether a viewer may create an employee in a department, given
// with those above it; empty for none.
func (v *Viewer) DecideCreate(units []string) Outcome {
	return allowedIf(v.hasScope(&rules[EditPeople]) && v.managesPeopleOf(units))
}

// managesPeopleOf reports whether a viewer is HR of a department, given with those above
// it. Who is in no department is in the whole firm's alone.
func (v *Viewer) managesPeopleOf(units []string) bool {
	switch v.kind {
	case system:
		return true
	case service:
		return v.isBoundTo(units)
	case personalToken:
		return v.isBoundTo(units) && v.coversAny(HR, units)
	}
	return v.coversAny(HR, units)
}

// managesWholeFirm reports whether a viewer is HR of the whole firm.
func (v *Viewer) managesWholeFirm() bool {
	return v.kind == system || v.kind == service && v.units == nil || v.holdsFirm(HR)
}

func (v *Viewer) managesAll(people []*Person) bool {
	for _, p := range people {
		if !v.managesPeopleOf(p.Units) {
			return false
		}
	}
	return true
}
