package competency

// Reach is a set of people, as a permission gives it: the union of what its fields select.
// The zero Reach is nobody.
type Reach struct {
	// Employee is one person, whatever the other fields exclude.
	Employee string
	// Line selects everyone who reports to this person, at any depth, and not the person,
	// but for LineExcept.
	Line       string
	LineExcept []string
	// Firm selects everyone, Units those in one of these departments or beneath, but for
	// UnitsExcept.
	Firm        bool
	Units       []string
	UnitsExcept []string
	// Within, unless nil, leaves of line, firm and units only those in one of these
	// departments or beneath.
	Within []string
}

// Everyone reports whether the reach leaves nobody out.
func (r Reach) Everyone() bool { return r.Firm && len(r.UnitsExcept) == 0 && r.Within == nil }

// Nobody reports whether the reach selects nobody, whoever there is.
func (r Reach) Nobody() bool { return r.Employee == "" && r.Line == "" && !r.Firm && len(r.Units) == 0 }
