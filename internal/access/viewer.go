package access

import (
	"slices"
	"strings"
	"time"
)

// Role is what a grant makes an account.
type Role uint8

// The roles.
const (
	Manager Role = iota
	Trainer
	Expert
	HR
	Auditor
	Admin
)

// roleNames are the names of the roles, each at its number.
var roleNames = [...]string{"MANAGER", "TRAINER", "EXPERT", "HR", "AUDITOR", "ADMIN"}

// ParseRole returns the role with a name such as HR.
func ParseRole(name string) (Role, bool) {
	i := slices.Index(roleNames[:], name)
	return Role(max(i, 0)), i >= 0
}

func (r Role) String() string { return roleNames[r] }

// Grant gives a role for a department with all beneath it, or for the whole firm.
type Grant struct {
	Role Role
	Unit string // "" for the whole firm
}

// Scopes are what a token may be used for: a set.
type Scopes uint16

// The scopes of a token.
const (
	CatalogRead Scopes = 1 << iota
	CatalogWrite
	PeopleRead
	PeopleWrite
	LearnerRead
	EvidenceWrite
	InsightRead
	AuditRead
	MetricsRead
)

// scopeNames are the names of the scopes, each at its bit.
var scopeNames = [...]string{"catalog:read", "catalog:write", "people:read", "people:write", "learner:read", "evidence:write", "insight:read", "audit:read", "metrics:read"}

// ParseScope returns the scope with a name such as catalog:read.
func ParseScope(name string) (Scopes, bool) {
	i := slices.Index(scopeNames[:], name)
	return 1 << max(i, 0), i >= 0
}

// Names returns the names of the scopes in the set.
func (s Scopes) Names() (names []string) {
	for i, name := range scopeNames {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

func (s Scopes) String() string { return strings.Join(s.Names(), " or ") }

// with adds what the scopes imply.
func (s Scopes) with() Scopes {
	if s&PeopleWrite != 0 {
		s |= PeopleRead
	}
	if s&(CatalogWrite|PeopleRead|LearnerRead|InsightRead) != 0 {
		s |= CatalogRead
	}
	return s
}

// Person holds what a decision needs to know of an employee. Every walk upward ends
// where it closes.
type Person struct {
	Code string
	// Units holds the department of the person and those above it, nearest first.
	Units []string
	// Managers holds everyone above the person, nearest first.
	Managers []string
	// ReportUnits holds the departments, with those above, of direct reports.
	ReportUnits []string
}

// kind is who uses a Viewer.
type kind uint8

const (
	nobody kind = iota
	system
	account
	personalToken
	service
)

// Identity names who asks, for what is kept of an act: who recorded a piece of evidence, and
// who did what in the audit.
type Identity struct {
	Account string // id of the account; that of its owner for a token
	Token   string // id of the token, empty for none
	Session string // id of the session, empty for none
	Name    string // of the account, for people to read
	// Expires is when an access token of an identity provider ends, zero for whatever the store
	// knows the end of.
	Expires time.Time
}

// Viewer is who asks: an account, or a token. The zero Viewer may do nothing. It is
// read only, and may be shared.
type Viewer struct {
	Identity
	kind   kind
	self   Person // the linked employee; without a code for none
	grants []Grant
	scopes Scopes
	units  []string // the departments that bind a token; nil for all
	tokens []TokenRights
}

// TokenRights is what a token may be used for.
type TokenRights struct {
	Scopes Scopes
	Units  []string // the departments that bind it; nil for all
}

// System returns the viewer that may do everything: whoever runs the program on the
// machine of its store.
func System() *Viewer {
	return &Viewer{kind: system, Identity: Identity{Account: SystemAccount, Name: SystemAccount}}
}

// SystemAccount is the account of whoever runs the program on the machine of its store.
const SystemAccount = "system"

// IsSystem reports whether the viewer is whoever runs the program on the machine of its
// store.
func (v *Viewer) IsSystem() bool { return v.kind == system }

// DependsOnLines reports whether what the viewer may do about a person depends on where
// they stand. It does not for the system, nor for a service without departments.
func (v *Viewer) DependsOnLines() bool {
	return v.kind != system && !(v.kind == service && v.units == nil)
}

// OnlyOwnStatements reports whether the viewer sees only such unmapped statements as its
// account has sent.
func (v *Viewer) OnlyOwnStatements() bool { return v.isToken() }

// OwnLine returns the codes of the employee whom the account is linked to and of everyone
// above them.
func (v *Viewer) OwnLine() []string {
	if v.self.Code == "" {
		return nil
	}
	return append([]string{v.self.Code}, v.self.Managers...)
}

// Self returns the employee whom the account is linked to, empty for none. A service has none.
func (v *Viewer) Self() string { return v.self.Code }

// Grants returns the grants that count. A service has none.
func (v *Viewer) Grants() []Grant { return slices.Clone(v.grants) }

// Account returns a viewer that has signed in. self is the employee whom the account is
// linked to, without a code for none. An account without a link has its grants of
// EXPERT and ADMIN alone.
func Account(id Identity, self Person, grants []Grant) *Viewer {
	if self.Code == "" {
		grants = slices.DeleteFunc(slices.Clone(grants), func(g Grant) bool { return g.Role != Expert && g.Role != Admin })
	}
	return &Viewer{Identity: id, kind: account, self: self, grants: grants}
}

// PersonalToken returns a viewer that may do what its owner may, within the scopes and
// departments of the token. units is nil where none bind it.
func PersonalToken(owner *Viewer, token string, scopes Scopes, units []string) *Viewer {
	v := *owner
	v.Token, v.kind, v.scopes, v.units = token, personalToken, scopes.with(), units
	return &v
}

// Service returns the viewer of a service token. units is nil where no departments bind
// it.
func Service(id Identity, scopes Scopes, units []string) *Viewer {
	return &Viewer{Identity: id, kind: service, scopes: scopes.with(), units: units}
}

// WithTokens returns the viewer of a service that knows the rights of all valid tokens of its
// account: together they say whom the service may read.
func (v *Viewer) WithTokens(all []TokenRights) *Viewer {
	known := *v
	known.tokens = all
	return &known
}

// Scopes returns what a token may be used for, with what that implies; none for an account.
func (v *Viewer) Scopes() Scopes { return v.scopes }

func (v *Viewer) isToken() bool { return v.kind == personalToken || v.kind == service }

func (v *Viewer) isSelf(p *Person) bool { return v.self.Code != "" && v.self.Code == p.Code }

// isOwnManager reports whether a person is above the viewer, at any depth.
func (v *Viewer) isOwnManager(p *Person) bool { return slices.Contains(v.self.Managers, p.Code) }

// isReport reports whether a person reports to the viewer, at any depth. In a circle
// whoever is above and below is an own manager and no report.
func (v *Viewer) isReport(p *Person) bool {
	return v.self.Code != "" && !v.isSelf(p) && !v.isOwnManager(p) && slices.Contains(p.Managers, v.self.Code)
}

// isBoundTo reports whether the departments of a token allow a department, given with
// those above it.
func (v *Viewer) isBoundTo(units []string) bool { return v.units == nil || intersects(v.units, units) }

// covers reports whether a grant covers a department, given with those above it.
func (g Grant) covers(units []string) bool { return g.Unit == "" || slices.Contains(units, g.Unit) }

// coversAny reports whether any grant of a role covers a department.
func (v *Viewer) coversAny(role Role, units []string) bool {
	return slices.ContainsFunc(v.grants, func(g Grant) bool { return g.Role == role && g.covers(units) })
}

// holdsFirm reports whether the viewer has a role for the whole firm.
func (v *Viewer) holdsFirm(role Role) bool {
	return slices.ContainsFunc(v.grants, func(g Grant) bool { return g.Role == role && g.Unit == "" })
}

func intersects(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}
