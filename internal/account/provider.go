package account

import (
	"context"
	"errors"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// ProviderAccount is who proposes what an identity provider claims.
const ProviderAccount = "identity-provider"

// ProviderIdentity is a person as an identity provider knows them. What it says has been
// verified.
type ProviderIdentity struct {
	Issuer, Subject string // which together are the person, whatever else changes
	Name            string
	Employee        string         // code of the employee, empty where none is claimed
	Grants          []access.Grant // the roles that are claimed; nil where roles are no business of the provider
}

func identityOf(issuer, subject string) string { return issuer + "\n" + subject }

// SignInAtProvider begins a session of whoever an identity provider knows. Where create is
// set, it makes an account for whoever has none. The link to an employee that is claimed
// holds at once, a role that is claimed waits for a second yes.
//
// PERMISSION_DENIED where there is no account or it is disabled, CONFLICT where the claimed
// employee has another account.
func (a *Accounts) SignInAtProvider(ctx context.Context, who ProviderIdentity, create bool, from Client) (session Session, err error) {
	s := providerSignIn{ProviderIdentity: who, create: create}
	if err = s.recognizeAccount(a.beginRead(ctx)); err == nil && s.isNews || errors.Is(err, store.ErrConflict) {
		err = a.editInTurn(ctx, func(u *unitOfWork) error {
			s = providerSignIn{ProviderIdentity: who, create: create}
			return s.recognizeAccount(u)
		})
	}
	if err == nil {
		for _, claimed := range s.claimed {
			audit.Note(ctx, audit.Event{Action: access.Administer, Verb: claimed, Account: ProviderAccount, Object: s.id})
		}
		session, err = a.beginSessionIf(ctx, s.id, from, func(b *accountBody) bool { return b.Issuer == who.Issuer && b.Subject == who.Subject })
	}
	audit.Note(ctx, audit.Event{Action: access.AdministerOwn, Verb: "sign-in", Account: s.id, Object: s.id, Outcome: fault.CodeOf(err)})
	return session, storeFault(err)
}

// providerSignIn is one sign-in at a provider.
type providerSignIn struct {
	ProviderIdentity
	create  bool
	id      string   // of the account
	claimed []string // what the provider claims and is new, for the audit
	isNews  bool     // whether the account changes
}

// recognizeAccount finds or makes the account, and brings it up to what is claimed.
func (s *providerSignIn) recognizeAccount(u *unitOfWork) error {
	id, err := u.accountOfKey(identityKey, identityOf(s.Issuer, s.Subject))
	if err != nil {
		return err
	}
	b, err := loadDocument[accountBody](u, accountKind, documentID(id))
	switch {
	case err != nil:
		return err
	case b == nil && !s.create:
		return fault.New(fault.PermissionDenied,
			"the identity provider knows you, and there is no account for you here: ask an administrator to join one with your subject %s",
			"身份提供方已确认您的身份，但此处没有您的账号：请管理员将账号与您的 subject %s 关联", competency.Quote(s.Subject))
	case b == nil:
		if id, b, err = s.newAccount(u); err != nil {
			return err
		}
	case b.Service:
		return fault.New(fault.PermissionDenied, "this identity is that of a service: people have one of their own", "该身份属于服务账号：个人请使用自己的身份登录")
	case b.Disabled:
		return fault.New(fault.PermissionDenied, "your account here is disabled: ask an administrator", "您的账号已停用：请联系管理员")
	}
	s.id = id
	if name := accountName(s.Name, s.Subject); b.Login == "" && b.Name != name {
		b.Name, s.isNews = name, true
	}
	if err := s.linkClaimedEmployee(u, b); err != nil {
		return err
	}
	return s.grantClaimedRole(u, b)
}

func (s *providerSignIn) newAccount(u *unitOfWork) (string, *accountBody, error) {
	id := newID()
	if _, err := u.claimKey(identityKey, identityOf(s.Issuer, s.Subject), id); err != nil {
		return "", nil, err
	}
	b := &accountBody{Name: accountName(s.Name, s.Subject), Issuer: s.Issuer, Subject: s.Subject}
	u.addDocument(accountKind, id, u.now, b)
	s.isNews = true
	return id, b, nil
}

// accountName returns a name that an account may have.
func accountName(name, otherwise string) string {
	if name = competency.Trim(name); checkName("name", name) == nil {
		return name
	}
	return competency.Truncate(otherwise, competency.MaxQuoted)
}

// linkClaimedEmployee links the account to the employee who is claimed. A claim that names no employee
// links it to nobody.
func (s *providerSignIn) linkClaimedEmployee(u *unitOfWork, b *accountBody) error {
	switch {
	case s.Employee == "" || b.Employee == s.Employee:
		return nil
	case b.Employee != "":
		return fault.New(fault.Conflict,
			"the identity provider says that you are another employee than your account is linked to: ask an administrator to unlink it",
			"身份提供方给出的工号与您账号关联的员工不一致：请管理员取消关联")
	}
	if _, err := u.accounts.directory.Stand(u, s.Employee); err != nil {
		if isNotFound(err) {
			return nil
		}
		return err
	}
	other, err := u.accountOfKey(employeeKey, s.Employee)
	if err != nil {
		return err
	}
	if other != "" && other != s.id {
		// The account may be our own, made by the same person in another tab since we looked.
		switch id, err := u.accounts.beginRead(u).accountOfKey(identityKey, identityOf(s.Issuer, s.Subject)); {
		case err != nil:
			return err
		case id == other:
			return store.ErrConflict
		}
		return fault.New(fault.Conflict,
			"employee %s has an account already: ask an administrator to join it with your subject %s",
			"员工 %s 已有账号：请管理员将该账号与您的 subject %s 关联", competency.Quote(s.Employee), competency.Quote(s.Subject))
	}
	s.isNews = true
	s.claimed = append(s.claimed, "claim link")
	b.Employee = s.Employee
	free, err := u.claimKey(employeeKey, s.Employee, s.id)
	if err == nil && !free {
		err = store.ErrConflict // somebody was quicker
	}
	return err
}

// grantClaimedRole proposes the roles that are claimed and new, and takes those away that were claimed
// and are not any more. What an administrator has granted stays.
func (s *providerSignIn) grantClaimedRole(u *unitOfWork, b *accountBody) error {
	if s.Grants == nil {
		return nil
	}
	u.viewer = access.Service(access.Identity{Account: ProviderAccount, Name: s.Issuer}, 0, nil)
	var claimed []grantBody
	for _, g := range s.Grants {
		claimed = append(claimed, grantBody{g.Role.String(), g.Unit})
	}
	for _, g := range slices.Clone(b.Claimed) {
		if slices.Contains(claimed, g) {
			continue
		}
		if err := s.withdrawClaimedRole(u, b, g); err != nil {
			return err
		}
	}
	for _, g := range claimed {
		if slices.Contains(b.Claimed, g) || slices.Contains(b.Grants, g) {
			continue
		}
		if err := s.proposeClaimedRole(u, b, g); err != nil {
			return err
		}
	}
	return nil
}

// proposeClaimedRole proposes a role. One that cannot be had, such as AUDITOR with another or for a
// department that there is not, is left out: it keeps nobody from signing in.
func (s *providerSignIn) proposeClaimedRole(u *unitOfWork, b *accountBody, g grantBody) error {
	trial := accountBody{Grants: slices.Clone(b.Grants)}
	err := trial.addGrant(g)
	if err == nil && g.Unit != "" {
		err = u.checkOrgUnit("org_unit", g.Unit)
	}
	if err != nil {
		if fault.CodeOf(err) == fault.Conflict || isNotFound(err) {
			return nil
		}
		return err
	}
	if _, err := u.proposeOrApply(&pendingBody{Kind: GrantPending, Account: s.id, Grant: &g}); err != nil {
		return err
	}
	b.Claimed = append(b.Claimed, g)
	s.isNews = true
	s.claimed = append(s.claimed, "claim "+g.String())
	return nil
}

// withdrawClaimedRole takes a claimed role away, or what of it still waits. The last of its kind waits
// for a second yes itself, and the last ADMIN stays.
func (s *providerSignIn) withdrawClaimedRole(u *unitOfWork, b *accountBody, g grantBody) error {
	if slices.Contains(b.Grants, g) {
		if last, err := u.isLast(access.Admin, s.id); err != nil || last && g.Role == access.Admin.String() {
			return err
		}
		if _, err := u.proposeOrApply(&pendingBody{Kind: RevokePending, Account: s.id, Grant: &g}); err != nil {
			return err
		}
	}
	waiting, err := u.allPending()
	if err != nil {
		return err
	}
	for _, p := range waiting {
		if p.Value.Kind == GrantPending && p.Value.Account == s.id && p.Value.By == ProviderAccount && *p.Value.Grant == g {
			p.Value.Decided = true
			u.deleteLater(pendingKind, p.ID)
		}
	}
	b.Claimed = slices.DeleteFunc(b.Claimed, func(other grantBody) bool { return other == g })
	s.isNews = true
	s.claimed = append(s.claimed, "withdraw "+g.String())
	return nil
}
