package service

import (
	"context"
	"errors"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
)

// The inputs of the mutations about accounts.
type (
	// AccountInput names an account.
	AccountInput struct{ Account string }
	// RoleInput names a role of an account.
	RoleInput struct {
		Account string
		access.Grant
	}
	// LinkAccountInput names the employee of an account, nil for none.
	LinkAccountInput struct {
		Account  string
		Employee *string
	}
	// JoinIdentityInput names the subject of an account at the identity provider.
	JoinIdentityInput struct{ Account, Subject string }
	// ServiceAccountInput describes the account of a program.
	ServiceAccountInput struct{ Name string }
	// TokenInput describes a token.
	TokenInput struct {
		Account   *string
		Name      string
		Scopes    []access.Scopes
		OrgUnits  []string
		ExpiresAt time.Time
	}
	// IDInput names a token, a session, or what waits for approval.
	IDInput struct{ ID string }
	// PasswordInput changes a password.
	PasswordInput struct{ Current, Password string }
)

// The payloads of these.
type (
	// AccountPayload answers with an account, nil where it was refused.
	AccountPayload struct {
		Account        *account.Account
		InvitationPath *string
		Pending        []account.Pending
		UserErrors     []UserError
	}
	// TokenPayload answers with a new token.
	TokenPayload struct {
		Token      *account.Token
		Text       *string
		Pending    []account.Pending
		UserErrors []UserError
	}
	// DonePayload answers what has nothing to tell.
	DonePayload struct {
		Done       bool
		UserErrors []UserError
	}
	// ApprovalPayload answers a second yes.
	ApprovalPayload struct {
		Done       bool
		Pending    *account.Pending
		UserErrors []UserError
	}
)

// fixable splits an error into what the user can fix, and the rest.
func fixable(ctx context.Context, err error) ([]UserError, error) {
	var refused *fault.Error
	if err == nil || !errors.As(err, &refused) || !isFixable(refused.Code) {
		return []UserError{}, err
	}
	return userErrors(refused, "", catalog.Lang(ctx)), nil
}

// InviteAccount makes an account with a link for its owner.
func (s *Service) InviteAccount(ctx context.Context, in account.InviteInput) (AccountPayload, error) {
	return invitedPayload(ctx)(s.Accounts.Invite(ctx, in))
}

// ReinviteAccount makes another link.
func (s *Service) ReinviteAccount(ctx context.Context, in AccountInput) (AccountPayload, error) {
	return invitedPayload(ctx)(s.Accounts.Reinvite(ctx, in.Account))
}

func invitedPayload(ctx context.Context) func(account.Invited, error) (AccountPayload, error) {
	return func(invited account.Invited, err error) (AccountPayload, error) {
		p, err := editedPayload(ctx)(account.Edited{Account: invited.Account, Pending: invited.Pending}, err)
		if p.Account != nil {
			p.InvitationPath = new(account.InvitationPath(invited.Secret))
		}
		return p, err
	}
}

func editedPayload(ctx context.Context) func(account.Edited, error) (AccountPayload, error) {
	return func(edited account.Edited, err error) (p AccountPayload, _ error) {
		if p.Pending = edited.Pending; p.Pending == nil {
			p.Pending = []account.Pending{}
		}
		if err == nil {
			p.Account = &edited.Account
		}
		p.UserErrors, err = fixable(ctx, err)
		return p, err
	}
}

// GrantRole gives an account a role.
func (s *Service) GrantRole(ctx context.Context, in RoleInput) (AccountPayload, error) {
	return editedPayload(ctx)(s.Accounts.Grant(ctx, in.Account, in.Grant))
}

// RevokeRole takes it away.
func (s *Service) RevokeRole(ctx context.Context, in RoleInput) (AccountPayload, error) {
	return editedPayload(ctx)(s.Accounts.Revoke(ctx, in.Account, in.Grant))
}

// DisableAccount disables an account.
func (s *Service) DisableAccount(ctx context.Context, in AccountInput) (AccountPayload, error) {
	return editedPayload(ctx)(s.Accounts.Disable(ctx, in.Account))
}

// EnableAccount takes that back.
func (s *Service) EnableAccount(ctx context.Context, in AccountInput) (AccountPayload, error) {
	return editedPayload(ctx)(s.Accounts.Enable(ctx, in.Account))
}

// JoinIdentity joins an account with a subject of the identity provider.
func (s *Service) JoinIdentity(ctx context.Context, in JoinIdentityInput) (AccountPayload, error) {
	return editedPayload(ctx)(s.Accounts.JoinIdentity(ctx, in.Account, in.Subject))
}

// LinkAccount links an account to an employee, or to none.
func (s *Service) LinkAccount(ctx context.Context, in LinkAccountInput) (AccountPayload, error) {
	employee := ""
	if in.Employee != nil {
		employee = *in.Employee
	}
	return editedPayload(ctx)(s.Accounts.Link(ctx, in.Account, employee))
}

// CreateServiceAccount makes an account for a program.
func (s *Service) CreateServiceAccount(ctx context.Context, in ServiceAccountInput) (AccountPayload, error) {
	made, err := s.Accounts.CreateServiceAccount(ctx, in.Name)
	return editedPayload(ctx)(account.Edited{Account: made}, err)
}

// CreateToken makes a token, whose text is told once.
func (s *Service) CreateToken(ctx context.Context, in TokenInput) (p TokenPayload, err error) {
	created, err := s.Accounts.CreateToken(ctx, account.CreateTokenInput(in))
	if err == nil {
		p.Token, p.Text = &created.Token, &created.Text
	}
	if p.Pending = created.Pending; p.Pending == nil {
		p.Pending = []account.Pending{}
	}
	p.UserErrors, err = fixable(ctx, err)
	return p, err
}

func done(ctx context.Context, err error) (p DonePayload, _ error) {
	p.Done = err == nil
	p.UserErrors, err = fixable(ctx, err)
	return p, err
}

// RevokeToken makes a token invalid.
func (s *Service) RevokeToken(ctx context.Context, in IDInput) (DonePayload, error) {
	return done(ctx, s.Accounts.RevokeToken(ctx, in.ID))
}

// SignOutSession ends one of the own sessions.
func (s *Service) SignOutSession(ctx context.Context, in IDInput) (DonePayload, error) {
	return done(ctx, s.Accounts.SignOut(ctx, in.ID))
}

// SignOutEverywhere ends all own sessions.
func (s *Service) SignOutEverywhere(ctx context.Context) (DonePayload, error) {
	return done(ctx, s.Accounts.SignOutEverywhere(ctx))
}

// ChangePassword changes the own password.
func (s *Service) ChangePassword(ctx context.Context, in PasswordInput) (DonePayload, error) {
	return done(ctx, s.Accounts.ChangePassword(ctx, in.Current, in.Password))
}

// Approve says a second yes.
func (s *Service) Approve(ctx context.Context, in IDInput) (p ApprovalPayload, err error) {
	p.Pending, err = s.Accounts.Approve(ctx, in.ID)
	if p.Done = err == nil && p.Pending == nil; p.Done {
		err = s.ContinueErasures(ctx)
	}
	p.UserErrors, err = fixable(ctx, err)
	return p, err
}

// Refuse drops what waits for one.
func (s *Service) Refuse(ctx context.Context, in IDInput) (DonePayload, error) {
	return done(ctx, s.Accounts.Refuse(ctx, in.ID))
}
