package service_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// accountCalls calls what is about accounts, for TestEveryCallAsksPermission.
func accountCalls(svc *service.Service) map[string]func(context.Context) error {
	a, in := svc.Accounts, service.AccountInput{Account: "a"}
	return map[string]func(context.Context) error{
		"service.Service.InviteAccount": func(ctx context.Context) error {
			return ignoring(svc.InviteAccount(ctx, account.InviteInput{Login: "a"}))
		},
		"service.Service.ReinviteAccount": func(ctx context.Context) error { return ignoring(svc.ReinviteAccount(ctx, in)) },
		"service.Service.GrantRole":       func(ctx context.Context) error { return ignoring(svc.GrantRole(ctx, service.RoleInput{Account: "a"})) },
		"service.Service.RevokeRole":      func(ctx context.Context) error { return ignoring(svc.RevokeRole(ctx, service.RoleInput{Account: "a"})) },
		"service.Service.DisableAccount":  func(ctx context.Context) error { return ignoring(svc.DisableAccount(ctx, in)) },
		"service.Service.EnableAccount":   func(ctx context.Context) error { return ignoring(svc.EnableAccount(ctx, in)) },
		"service.Service.LinkAccount":     func(ctx context.Context) error { return ignoring(svc.LinkAccount(ctx, service.LinkAccountInput{})) },
		"service.Service.JoinIdentity":    func(ctx context.Context) error { return ignoring(svc.JoinIdentity(ctx, service.JoinIdentityInput{})) },
		"service.Service.CreateServiceAccount": func(ctx context.Context) error {
			return ignoring(svc.CreateServiceAccount(ctx, service.ServiceAccountInput{}))
		},
		"service.Service.CreateToken":       func(ctx context.Context) error { return ignoring(svc.CreateToken(ctx, service.TokenInput{})) },
		"service.Service.RevokeToken":       func(ctx context.Context) error { return ignoring(svc.RevokeToken(ctx, service.IDInput{})) },
		"service.Service.SignOutSession":    func(ctx context.Context) error { return ignoring(svc.SignOutSession(ctx, service.IDInput{})) },
		"service.Service.SignOutEverywhere": func(ctx context.Context) error { return ignoring(svc.SignOutEverywhere(ctx)) },
		"service.Service.ChangePassword":    func(ctx context.Context) error { return ignoring(svc.ChangePassword(ctx, service.PasswordInput{})) },
		"service.Service.EraseEmployee":     func(ctx context.Context) error { return ignoring(svc.EraseEmployee(ctx, service.EraseEmployeeInput{})) },
		"service.Service.ObjectToState":     func(ctx context.Context) error { return ignoring(svc.ObjectToState(ctx, service.ObjectToStateInput{})) },
		"service.Service.WithdrawObjection": func(ctx context.Context) error {
			return ignoring(svc.WithdrawObjection(ctx, service.WithdrawObjectionInput{}))
		},
		"service.Service.AnswerObjection": func(ctx context.Context) error {
			return ignoring(svc.AnswerObjection(ctx, service.AnswerObjectionInput{}))
		},
		"people.People.Object":             func(ctx context.Context) error { return ignoring(svc.People.Object(ctx, "A", "r")) },
		"people.People.WithdrawObjection":  func(ctx context.Context) error { return svc.People.WithdrawObjection(ctx, "a") },
		"people.People.AnswerObjection":    func(ctx context.Context) error { return ignoring(svc.People.AnswerObjection(ctx, "E1", "a", "a")) },
		"people.People.Objections":         func(ctx context.Context) error { return ignoring(svc.People.Objections(ctx, true)) },
		"people.People.EraseObjections":    func(ctx context.Context) error { return svc.People.EraseObjections(ctx, "E1") },
		"service.Service.ExportMe":         func(ctx context.Context) error { return ignoring(svc.ExportMe(ctx)) },
		"people.People.OwnRecord":          func(ctx context.Context) error { return ignoring(svc.People.OwnRecord(ctx)) },
		"service.Service.ContinueErasures": svc.ContinueErasures,
		"people.People.ForgetMoved":        func(ctx context.Context) error { return svc.People.ForgetMoved(ctx, "E1") },
		"people.People.EraseEvents":        func(ctx context.Context) error { return svc.People.EraseEvents(ctx, "E1") },
		"account.Accounts.Own":             func(ctx context.Context) error { return ignoring(a.Own(ctx)) },
		"account.Accounts.ProposeErasure":  func(ctx context.Context) error { return ignoring(a.ProposeErasure(ctx, "E1")) },
		"account.Accounts.Erasures":        func(ctx context.Context) error { return ignoring(a.Erasures(ctx)) },
		"account.Accounts.EraseTraces":     func(ctx context.Context) error { return a.EraseTraces(ctx, account.Erasure{}) },
		"account.Accounts.EndErasure":      func(ctx context.Context) error { return a.EndErasure(ctx, account.Erasure{}) },
		"service.Service.Approve":          func(ctx context.Context) error { return ignoring(svc.Approve(ctx, service.IDInput{})) },
		"service.Service.Refuse":           func(ctx context.Context) error { return ignoring(svc.Refuse(ctx, service.IDInput{})) },

		"account.Accounts.Invite":               func(ctx context.Context) error { return ignoring(a.Invite(ctx, account.InviteInput{Login: "a"})) },
		"account.Accounts.InviteAdministrator":  func(ctx context.Context) error { return ignoring(a.InviteAdministrator(ctx, "a")) },
		"account.Accounts.Reinvite":             func(ctx context.Context) error { return ignoring(a.Reinvite(ctx, "a")) },
		"account.Accounts.Grant":                func(ctx context.Context) error { return ignoring(a.Grant(ctx, "a", access.Grant{})) },
		"account.Accounts.Revoke":               func(ctx context.Context) error { return ignoring(a.Revoke(ctx, "a", access.Grant{})) },
		"account.Accounts.Disable":              func(ctx context.Context) error { return ignoring(a.Disable(ctx, "a")) },
		"account.Accounts.Enable":               func(ctx context.Context) error { return ignoring(a.Enable(ctx, "a")) },
		"account.Accounts.Link":                 func(ctx context.Context) error { return ignoring(a.Link(ctx, "a", "")) },
		"account.Accounts.JoinIdentity":         func(ctx context.Context) error { return ignoring(a.JoinIdentity(ctx, "a", "b")) },
		"account.Accounts.PutSamples":           func(ctx context.Context) error { return a.PutSamples(ctx, []account.Sample{{Login: "a"}}) },
		"account.Accounts.List":                 func(ctx context.Context) error { return ignoring(a.List(ctx, 1, nil, nil)) },
		"account.Accounts.Account":              func(ctx context.Context) error { return ignoring(a.Account(ctx, "a")) },
		"account.Accounts.FindLogin":            func(ctx context.Context) error { return ignoring(a.FindLogin(ctx, "a")) },
		"account.Accounts.FindService":          func(ctx context.Context) error { return ignoring(a.FindService(ctx, "a")) },
		"account.Accounts.Me":                   func(ctx context.Context) error { return ignoring(a.Me(ctx)) },
		"account.Accounts.Sessions":             func(ctx context.Context) error { return ignoring(a.Sessions(ctx)) },
		"account.Accounts.SignOut":              func(ctx context.Context) error { return a.SignOut(ctx, "a") },
		"account.Accounts.SignOutEverywhere":    func(ctx context.Context) error { return a.SignOutEverywhere(ctx) },
		"account.Accounts.ChangePassword":       func(ctx context.Context) error { return a.ChangePassword(ctx, "a", "b") },
		"account.Accounts.CreateServiceAccount": func(ctx context.Context) error { return ignoring(a.CreateServiceAccount(ctx, "a")) },
		"account.Accounts.CreateToken":          func(ctx context.Context) error { return ignoring(a.CreateToken(ctx, account.CreateTokenInput{})) },
		"account.Accounts.Tokens":               func(ctx context.Context) error { return ignoring(a.Tokens(ctx, nil)) },
		"account.Accounts.RevokeToken":          func(ctx context.Context) error { return a.RevokeToken(ctx, "a") },
		"account.Accounts.PendingApprovals":     func(ctx context.Context) error { return ignoring(a.PendingApprovals(ctx)) },
		"account.Accounts.Approve":              func(ctx context.Context) error { return ignoring(a.Approve(ctx, "a")) },
		"account.Accounts.Refuse":               func(ctx context.Context) error { return a.Refuse(ctx, "a") },
	}
}

// What is wrong with an input is an error of the user, who can fix it; a missing right is
// an error of the request.
func TestAccountMutationsTellWhatToFix(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	p, err := svc.InviteAccount(servicetest.Request(), account.InviteInput{Login: "a", Employee: new("E99")})
	require.NoError(t, err)
	require.Nil(t, p.Account)
	require.Nil(t, p.InvitationPath)
	require.Equal(t, "employee", *p.UserErrors[0].Field)
	require.Equal(t, fault.NotFound, p.UserErrors[0].Code)

	p, err = svc.InviteAccount(servicetest.RequestIn(fault.Chinese), account.InviteInput{Login: "a", Grants: []access.Grant{{Role: access.Trainer, Unit: "NO"}}})
	require.NoError(t, err)
	require.Equal(t, "orgUnit", *p.UserErrors[0].Field)
	require.Equal(t, `不存在部门 "NO"`, p.UserErrors[0].Message)

	p, err = svc.InviteAccount(servicetest.Request(), account.InviteInput{Login: "a", Employee: new("E1"), Grants: []access.Grant{{Role: access.Trainer, Unit: "HQ"}}})
	require.NoError(t, err)
	require.Empty(t, p.UserErrors)
	require.Regexp(t, `^/invite#[a-z2-7.]+$`, *p.InvitationPath)
	done, err := svc.RevokeToken(servicetest.Request(), service.IDInput{ID: "nothing"})
	require.NoError(t, err)
	require.False(t, done.Done)
	require.Equal(t, fault.NotFound, done.UserErrors[0].Code)
	_, err = svc.ChangePassword(servicetest.Request(), service.PasswordInput{})
	require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
}

// The account of a deleted employee is disabled in the same transaction.
func TestDeletingAnEmployeeDisablesTheAccount(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	require.NoError(t, svc.Accounts.PutSamples(servicetest.Request(), []account.Sample{{Login: "a", Name: "a", Employee: "E1"}}))
	session, err := svc.Accounts.SignInAs(t.Context(), "E1", account.Client{})
	require.NoError(t, err)
	gone, err := svc.Delete(servicetest.Request(), "employees", service.DeleteInput{Code: "E1"})
	require.NoError(t, err)
	require.Empty(t, gone.UserErrors)
	_, err = svc.Accounts.ViewerOfSession(t.Context(), session.Secret)
	require.Equal(t, fault.Unauthenticated, fault.CodeOf(err))
	shown, err := svc.Accounts.FindLogin(servicetest.Request(), "a")
	require.NoError(t, err)
	require.True(t, shown.Disabled)
	require.Nil(t, shown.EmployeeCode)
}
