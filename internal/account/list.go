package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/store"
)

// Filter selects accounts; all that is given must hold.
type Filter struct {
	Text     *string // part of the name, the login or the employee's code
	Role     *access.Role
	OrgUnit  *string // a grant for this department
	Service  *bool
	Disabled *bool
}

func (f *Filter) selects(b *accountBody) bool {
	if f == nil {
		return true
	}
	text := competency.Fold(valueOf(f.Text))
	isGranted := func(g grantBody) bool {
		return (f.Role == nil || g.Role == f.Role.String()) && (f.OrgUnit == nil || g.Unit == competency.NormalizeCode(*f.OrgUnit))
	}
	return slices.ContainsFunc([]string{b.Name, b.Login, b.Employee}, func(s string) bool { return strings.Contains(competency.Fold(s), text) }) &&
		(f.Role == nil && f.OrgUnit == nil || slices.ContainsFunc(b.Grants, isGranted)) &&
		(f.Service == nil || *f.Service == b.Service) && (f.Disabled == nil || *f.Disabled == b.Disabled)
}

// List returns a page of the accounts that a filter selects, in the order in which they were
// made. It reads all of them.
func (a *Accounts) List(ctx context.Context, first int, after *string, f *Filter) (*page.Page[Account], error) {
	if err := access.Check(ctx, access.Administer); err != nil {
		return nil, err
	}
	r, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	at, id, isNext, err := r.AfterTime()
	if err != nil {
		return nil, err
	}
	u := a.beginRead(ctx)
	all, err := loadDocuments[accountBody](u, accountKind, nil)
	if err != nil {
		return nil, storeFault(err)
	}
	nodes, total := []Account{}, 0
	for _, b := range all {
		if !f.selects(b.Value) {
			continue
		}
		total++
		if !isNext || b.At.After(at) || b.At.Equal(at) && b.ID > id {
			nodes = append(nodes, b.Value.shownAs(b.ID, b.At, u.now))
		}
	}
	more := len(nodes) > first
	list := page.New(nodes[:min(first, len(nodes))], total, r, more, func(a Account) string { return page.TimeKey(a.CreatedAt, a.ID) })
	return &list, nil
}

// Account returns an account, as ADMIN. NOT_FOUND where there is none.
func (a *Accounts) Account(ctx context.Context, id string) (*Account, error) {
	if err := access.Check(ctx, access.Administer); err != nil {
		return nil, err
	}
	shown, err := a.beginRead(ctx).showAccount(id)
	if err != nil {
		return nil, storeFault(err)
	}
	return &shown, nil
}

// Me is who asks.
type Me struct {
	AccountID    string
	Name         string
	Login        *string
	EmployeeCode *string
	HasPassword  bool
	Grants       []Grant
	Classes      []string // what may be done at all, by the classes of permissions
}

// Me returns who asks, and what they may do. It is for accounts, and for everybody on an open
// loopback address: no token has it.
func (a *Accounts) Me(ctx context.Context) (*Me, error) {
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, err
	}
	if v.Account == OpenAccount {
		return &Me{AccountID: v.Account, Name: v.Name, Grants: []Grant{}, Classes: v.Classes()}, nil
	}
	if err := access.Check(ctx, access.AdministerOwn); err != nil {
		return nil, err
	}
	me := &Me{AccountID: v.Account, Name: v.Name, EmployeeCode: optionalText(v.Self()), Grants: []Grant{}, Classes: v.Classes()}
	for _, g := range v.Grants() {
		me.Grants = append(me.Grants, Grant{g})
	}
	b, err := loadDocument[accountBody](a.beginRead(ctx), accountKind, documentID(v.Account))
	if b != nil {
		me.Login = optionalText(b.Login)
		me.HasPassword = b.Password != ""
	}
	return me, storeFault(err)
}

// Own returns the own account as it is kept, nil where none is: for whoever exports what is
// kept of them.
func (a *Accounts) Own(ctx context.Context) (*Account, error) {
	if err := access.Check(ctx, access.AdministerOwn); err != nil {
		return nil, err
	}
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, err
	}
	shown, err := a.beginRead(ctx).showAccount(v.Account)
	if isNotFound(err) {
		return nil, nil
	}
	return &shown, storeFault(err)
}

// Any reports whether there is an account: then loopback is open no more. It asks nobody for
// permission.
func (a *Accounts) Any(ctx context.Context) (bool, error) {
	docs, err := a.store.Documents(ctx, store.DocumentQuery{Kind: accountKind, First: 1})
	return len(docs) > 0, storeFault(err)
}

// HasAdministrator reports whether an account that is not disabled has the role ADMIN, and
// has ever signed in or still may by its link. It asks nobody for permission.
func (a *Accounts) HasAdministrator(ctx context.Context) (bool, error) {
	u := a.beginRead(ctx)
	ids, err := u.holdersOf(access.Admin)
	if err != nil {
		return false, storeFault(err)
	}
	list, err := loadDocuments[accountBody](u, accountKind, ids)
	return slices.ContainsFunc(list, func(b loaded[accountBody]) bool { return b.Value.maySignIn(u.now) }), storeFault(err)
}

// maySignIn reports whether an account has a password, an identity at a provider, or a valid link.
func (b *accountBody) maySignIn(now time.Time) bool {
	return b.Password != "" || b.Subject != "" || b.Invitation != nil && now.Before(b.Invitation.Expires)
}
