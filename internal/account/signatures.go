// Package account keeps who may sign in: accounts with their grants, sessions, and tokens
// for programs. It makes the viewer whose rights access decides.
package account

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// Directory says where employees stand among others. It asks nobody for permission:
// what it says is used for decisions alone.
type Directory interface {
	// Stand returns where an employee stands. NOT_FOUND where there is none.
	Stand(ctx context.Context, employee string) (access.Person, error)
	// HasOrgUnit reports whether there is a department.
	HasOrgUnit(ctx context.Context, code string) (bool, error)
}

// Config holds the optional parts of Accounts; the zero value is useful.
type Config struct {
	Clock func() time.Time // time.Now where nil
}

// Accounts keeps accounts, sessions and tokens. It is safe for concurrent use, and several
// processes may share a store.
type Accounts struct {
	store     store.Documents
	directory Directory
	clock     func() time.Time
}

// New returns the accounts of a store.
func New(st store.Documents, dir Directory, cfg Config) *Accounts {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Accounts{store: st, directory: dir, clock: cfg.Clock}
}

// How long a session lasts: unused, and at all.
const (
	SessionIdle = 30 * time.Minute
	SessionLife = 12 * time.Hour
)

// InvitationLife is how long the link of an invitation is valid.
const InvitationLife = 24 * time.Hour

// Session is one sign-in of an account.
type Session struct {
	ID      string
	Account string // id of the account
	// Secret is the value of the cookie: ID.SECRET. It is there once, when the session
	// begins; only its hash is kept.
	Secret    string
	CreatedAt time.Time
	LastUseAt time.Time // exact to a minute
	ExpiresAt time.Time // at the latest
	Address   string    // where it began
	Current   bool      // the one that asks
}

// SignIn begins a session by login and password. address is that of the client, and
// slows down whoever guesses. UNAUTHENTICATED with one text for whatever is wrong;
// LIMIT_EXCEEDED where it must wait (see RetryAfter).
func (a *Accounts) SignIn(ctx context.Context, login, password, address string) (Session, error) {
	return Session{}, errUnavailable
}

// RetryAfter returns how long to wait after an error of SignIn or Accept; 0 for any other
// error.
func RetryAfter(err error) time.Duration { return 0 }

// SignInAs begins a session of the account of an employee, without a password: for a demo.
func (a *Accounts) SignInAs(ctx context.Context, employee string) (Session, error) {
	return Session{}, errUnavailable
}

// Invitation returns the account that the secret of an invitation link is for: for the
// page that asks for a password. NOT_FOUND where the link is not valid (any more).
func (a *Accounts) Invitation(ctx context.Context, secret string) (Account, error) {
	return Account{}, errUnavailable
}

// Accept sets the password of an invited account, and begins a session. The link is valid
// once. NOT_FOUND where it is not valid (any more), INVALID_ARGUMENT for a weak password.
func (a *Accounts) Accept(ctx context.Context, secret, password, address string) (Session, error) {
	return Session{}, errUnavailable
}

// EndSession ends the session of a cookie. A wrong one does no harm.
func (a *Accounts) EndSession(ctx context.Context, secret string) error { return errUnavailable }

// ViewerOfSession returns the viewer of a session by the value of its cookie, and notes
// that it is used. It is at most a second stale. UNAUTHENTICATED where it has ended.
func (a *Accounts) ViewerOfSession(ctx context.Context, secret string) (*access.Viewer, error) {
	return nil, errUnavailable
}

// ViewerOfToken returns the viewer of a token zhitu_…, and notes that it is used. It is
// at most a second stale. UNAUTHENTICATED where it is not valid (any more).
func (a *Accounts) ViewerOfToken(ctx context.Context, token string) (*access.Viewer, error) {
	return nil, errUnavailable
}

// ViewerOfEmployee returns the viewer of the account of an employee, for what a demo
// answers without a session. It is at most a second stale.
func (a *Accounts) ViewerOfEmployee(ctx context.Context, employee string) (*access.Viewer, error) {
	return nil, errUnavailable
}

// Refresh returns what a viewer has become, at most a second stale, for what lasts longer
// than a request. UNAUTHENTICATED where the session has ended or the rights are withdrawn.
func (a *Accounts) Refresh(ctx context.Context, v *access.Viewer) (*access.Viewer, error) {
	return nil, errUnavailable
}

// IsToken reports whether a text has the form of our tokens, with a checksum that fits. It
// looks nothing up.
func IsToken(text string) bool { return false }

// ConfiguredTokenViewer returns the viewer of the token that the setting ZHITU_TOKEN has.
func ConfiguredTokenViewer() *access.Viewer { return nil }

// OpenViewer returns the viewer of everybody on an open loopback address.
func OpenViewer() *access.Viewer { return nil }

// Any reports whether there is an account that may sign in: whether loopback is open no
// more. It is at most a second stale.
func (a *Accounts) Any(ctx context.Context) (bool, error) { return false, errUnavailable }

// HasAdministrator reports whether an enabled account has the role ADMIN.
func (a *Accounts) HasAdministrator(ctx context.Context) (bool, error) { return false, errUnavailable }

// InviteAdministrator makes an account that is ADMIN, for the first link that is printed.
// It takes the viewer of the system. The same login again makes a new link.
func (a *Accounts) InviteAdministrator(ctx context.Context, login string) (Invited, error) {
	return Invited{}, errUnavailable
}

// Invited is an account with the secret of its link, for the address BASE/invite#SECRET.
type Invited struct {
	Account Account
	Secret  string // empty where there is no link
	Pending []Pending
}

// Sample is an account of a demo.
type Sample struct {
	Login, Name, Employee string
	Grants                []access.Grant
}

// PutSamples makes the accounts of a demo, without passwords; those that are there stay.
// It takes the viewer of the system.
func (a *Accounts) PutSamples(ctx context.Context, list []Sample) error { return errUnavailable }

// Account is who may sign in, or a program's account.
type Account struct {
	ID, Name, Login string
	Employee        string // code of the linked employee, empty for none
	Grants          []access.Grant
	Service         bool // of a program: it has tokens and no sign-in
	Disabled        bool
	CreatedAt       time.Time
	LastSignInAt    *time.Time // exact to a minute
}

// Pending is what waits for a second yes.
type Pending struct{ ID string }

var errUnavailable = fault.New(fault.Unavailable, "accounts are not available yet", "账号功能尚不可用")
