package account

import (
	"context"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/fault"
)

// SignIn begins a session by login and password. The login and the address of the client are
// slowed down after failures. UNAUTHENTICATED with one text for whatever is wrong,
// at the same cost; LIMIT_EXCEEDED where it must wait (see RetryAfter).
func (a *Accounts) SignIn(ctx context.Context, login, password string, from Client) (session Session, err error) {
	login = foldLogin(login)
	try := attempt{a, login, from.Address}
	id := ""
	defer func() {
		audit.Note(ctx, audit.Event{Action: access.AdministerOwn, Verb: "sign-in", Account: id, Object: id, Outcome: fault.CodeOf(err)})
	}()
	if err := try.beginAttempt(ctx); err != nil {
		return session, err
	}
	u := a.beginRead(ctx)
	found, err := u.accountOfKey(loginKey, login)
	if err != nil {
		return session, storeFault(err)
	}
	b, err := loadDocument[accountBody](u, accountKind, documentID(found)) // a read where there is none too
	if err != nil {
		return session, storeFault(err)
	}
	hash := ""
	if b != nil && !b.Disabled && !b.Service {
		id, hash = found, b.Password
	}
	ok, err := a.hasher.matchesPassword(ctx, password, hash)
	if err != nil {
		return session, storeFault(err)
	}
	if !ok {
		return session, fault.New(fault.Unauthenticated, "the user name or the password is wrong", "登录名或密码错误")
	}
	if err := try.forgetFailures(ctx); err != nil {
		return session, err
	}
	return a.beginSessionIf(ctx, id, from, func(b *accountBody) bool { return b.Password == hash })
}

// beginSessionIf begins a session of an account, provided that something still holds.
func (a *Accounts) beginSessionIf(ctx context.Context, id string, from Client, holds func(*accountBody) bool) (session Session, err error) {
	err = a.editInTransaction(ctx, func(u *unitOfWork) error {
		b, err := u.loadAccount(id)
		if err != nil {
			return err
		}
		if b.Disabled || !holds(b) {
			return errSignedOut()
		}
		session = u.beginSession(id, b, from)
		return nil
	})
	if err == nil {
		err = storeFault(a.dropOldSessions(ctx))
	}
	return session, err
}

// SignInAs begins a session of the account of an employee, without a password: for a demo.
// NOT_FOUND where the employee has no account that may sign in.
func (a *Accounts) SignInAs(ctx context.Context, employee string, from Client) (session Session, err error) {
	id, err := a.beginRead(ctx).accountOfKey(employeeKey, employee)
	if err == nil && id == "" {
		err = noAccount(employee)
	}
	if err == nil {
		session, err = a.beginSessionIf(ctx, id, from, func(*accountBody) bool { return true })
	}
	audit.Note(ctx, audit.Event{Action: access.AdministerOwn, Verb: "sign-in", Account: id, Object: id, Outcome: fault.CodeOf(err)})
	return session, storeFault(err)
}

// Invitation returns the account that the secret of an invitation link is for: for the page
// that asks for a password. NOT_FOUND where the link is not valid (any more).
func (a *Accounts) Invitation(ctx context.Context, secret string) (Account, error) {
	u := a.beginRead(ctx)
	id, _, err := u.findInvited(secret)
	if err != nil {
		return Account{}, storeFault(err)
	}
	return u.showAccount(id)
}

// findInvited returns the account of an invitation.
func (u *unitOfWork) findInvited(secret string) (id string, b *accountBody, err error) {
	id, text, ok := cutSecret(secret)
	if ok {
		if b, err = loadDocument[accountBody](u, accountKind, id); err != nil {
			return "", nil, err
		}
	}
	if b == nil || b.Disabled || b.Invitation == nil || !u.now.Before(b.Invitation.Expires) || !matchesHash(text, b.Invitation.Hash) {
		return "", nil, fault.New(fault.NotFound, "the link is not valid, or not any more: a link is valid once, for 24 hours; ask for another", "链接无效或已失效：每个链接仅可使用一次，24 小时内有效；请索取新链接")
	}
	return id, b, nil
}

// Accept sets the password of an invited account, and begins a session. NOT_FOUND where the
// link is not valid (any more), INVALID_ARGUMENT for a password that is easy to guess.
func (a *Accounts) Accept(ctx context.Context, secret, password string, from Client) (session Session, err error) {
	id, b, err := a.beginRead(ctx).findInvited(secret)
	if err != nil {
		return session, storeFault(err)
	}
	if err := checkPassword(password, b.Login); err != nil {
		return session, err
	}
	hash, err := a.hasher.hashPassword(ctx, password)
	if err != nil {
		return session, storeFault(err)
	}
	err = a.editInTransaction(ctx, func(u *unitOfWork) error {
		_, b, err := u.findInvited(secret)
		if err != nil {
			return err
		}
		b.Password, b.Invitation = hash, nil
		b.SessionEpoch++
		session = u.beginSession(id, b, from)
		return nil
	})
	a.viewers.clear()
	audit.Note(ctx, audit.Event{Action: access.AdministerOwn, Verb: "accept-invitation", Account: id, Object: id, Outcome: fault.CodeOf(err)})
	return session, err
}

// ChangePassword sets another password for the own account, and ends all its sessions.
func (a *Accounts) ChangePassword(ctx context.Context, current, password string) error {
	v, err := a.ownViewer(ctx)
	if err != nil {
		return err
	}
	err = a.changePassword(ctx, v.Account, current, password)
	a.noteAct(ctx, access.AdministerOwn, "change-password", v.Account, err)
	return err
}

func (a *Accounts) changePassword(ctx context.Context, id, current, password string) error {
	b, err := a.beginRead(ctx).loadAccount(id)
	if err != nil {
		return storeFault(err)
	}
	if err := checkPassword(password, b.Login); err != nil {
		return err
	}
	try := attempt{a, b.Login, id} // whoever found a browser signed in guesses no faster
	if err := try.beginAttempt(ctx); err != nil {
		return err
	}
	ok, err := a.hasher.matchesPassword(ctx, current, b.Password)
	if err != nil {
		return storeFault(err)
	}
	if !ok {
		return invalidArgument("current", "the current password is wrong", "当前密码错误")
	}
	if err := try.forgetFailures(ctx); err != nil {
		return err
	}
	hash, err := a.hasher.hashPassword(ctx, password)
	if err != nil {
		return storeFault(err)
	}
	err = a.editInTransaction(ctx, func(u *unitOfWork) error {
		b, err := u.loadAccount(id)
		if err == nil {
			b.Password, b.Invitation = hash, nil
			b.SessionEpoch++
		}
		return err
	})
	a.viewers.clear()
	return err
}
