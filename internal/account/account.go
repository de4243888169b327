// Package account keeps who may sign in: accounts with their grants, sessions, and tokens
// for programs. It makes the viewer whose rights access decides.
//
//   - Everything is a document. What belongs together is written in one transaction, with
//     optimistic concurrency (unit of work, see record.go).
//   - Secrets are kept as hashes alone: SHA-256 of random ones, argon2id of passwords.
//   - Nobody acts alone: what one administrator may not do alone waits for the yes of
//     another account (see pending.go).
package account

import (
	"context"
	"errors"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
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
	Clock  func() time.Time // time.Now where nil
	Issuer string           // of the identity provider, empty for none
}

// Accounts keeps accounts, sessions and tokens. It is safe for concurrent use, and several
// processes may share a store.
type Accounts struct {
	store     store.Documents
	directory Directory
	clock     func() time.Time
	hasher    hasher
	viewers   viewerCache
	issuer    string
}

// New returns the accounts of a store.
func New(st store.Documents, dir Directory, cfg Config) *Accounts {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Accounts{store: st, directory: dir, clock: cfg.Clock, hasher: newHasher(), issuer: cfg.Issuer}
}

// now returns the time as documents keep it.
func (a *Accounts) now() time.Time { return a.clock().UTC().Truncate(time.Microsecond) }

// beginRead returns a unit of work that is not committed.
func (a *Accounts) beginRead(ctx context.Context) *unitOfWork {
	return &unitOfWork{Context: ctx, accounts: a, now: a.now()}
}

// Account is who may sign in, or what a program's tokens belong to.
type Account struct {
	ID, Name     string
	Login        *string // nil for a service account, and where a provider signs in
	Subject      *string // at the identity provider, nil for none
	EmployeeCode *string // of the linked employee, nil for none
	Grants       []Grant
	Service      bool // of a program: it has tokens and no sign-in
	Disabled     bool
	Invited      bool // its link is valid, and has not been used
	HasPassword  bool // it signs in with one
	CreatedAt    time.Time
	LastSignInAt *time.Time // exact to a minute
}

// Grant is a role for a department with all beneath it, or for the whole firm.
type Grant struct{ access.Grant }

// OrgUnit returns the code of the department, nil for the whole firm.
func (g Grant) OrgUnit() *string { return optionalText(g.Unit) }

// String returns a grant as people write it: HR, or HR:SALES for a department.
func (g Grant) String() string { return grantBody{g.Role.String(), g.Unit}.String() }

func optionalText(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// shownAs returns an account as it is shown.
func (b *accountBody) shownAs(id string, createdAt, now time.Time) Account {
	shown := Account{
		ID: id, Name: b.Name, Login: optionalText(b.Login), Subject: optionalText(b.Subject), EmployeeCode: optionalText(b.Employee), Grants: []Grant{},
		Service: b.Service, Disabled: b.Disabled, CreatedAt: createdAt, LastSignInAt: b.LastSignIn,
		Invited: b.Invitation != nil && now.Before(b.Invitation.Expires), HasPassword: b.Password != "",
	}
	for _, g := range b.grants() {
		shown.Grants = append(shown.Grants, Grant{g})
	}
	return shown
}

// showAccount returns an account of a unit of work as it is shown.
func (u *unitOfWork) showAccount(id string) (Account, error) {
	b, err := u.loadAccount(id)
	if err != nil {
		return Account{}, err
	}
	return b.shownAs(id, u.findTracked(store.DocumentKey{Kind: accountKind, ID: id}).At, u.now), nil
}

func noAccount(id string) error {
	return fault.New(fault.NotFound, "there is no account %s", "不存在账号 %s", competency.Quote(id))
}

// noteAct leaves an entry in the audit of what was done to an account or token.
func (a *Accounts) noteAct(ctx context.Context, action access.Action, verb, object string, err error, employees ...string) {
	e := audit.Event{Action: action, Verb: verb, Object: object, Outcome: fault.CodeOf(err)}
	for _, code := range employees {
		if code != "" {
			e.Subjects = append(e.Subjects, code)
		}
	}
	audit.Note(ctx, e)
}

// ownViewer returns the viewer of an account, for what everyone does with the own one. The
// system has none.
func (a *Accounts) ownViewer(ctx context.Context) (*access.Viewer, error) {
	if err := access.Check(ctx, access.AdministerOwn); err != nil {
		return nil, err
	}
	v, err := access.FromContext(ctx)
	if err == nil && v.IsSystem() {
		err = fault.New(fault.PermissionDenied, "this takes an account of one's own: sign in", "此操作需要本人的账号：请先登录")
	}
	return v, err
}

// isNotFound reports whether an error says that there is no such thing.
func isNotFound(err error) bool {
	var known *fault.Error
	return errors.As(err, &known) && known.Code == fault.NotFound
}
