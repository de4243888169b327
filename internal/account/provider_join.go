package account

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// JoinIdentity joins an account with a subject of the identity provider, as ADMIN: a person
// signs in there, a service may send its access tokens. It waits for the second yes that a
// re-invitation would, for a service for that of HR.
func (a *Accounts) JoinIdentity(ctx context.Context, id, subject string) (Edited, error) {
	return a.editAccount(ctx, id, "join", func(u *unitOfWork, b *accountBody) ([]*pendingBody, error) {
		const most = 255 // of a subject in OpenID Connect
		switch {
		case a.issuer == "":
			return nil, invalidArgument("subject", "there is no identity provider: set oidc-issuer", "未配置身份提供方：请设置 oidc-issuer")
		case subject == "" || len(subject) > most:
			return nil, invalidArgument("subject", "give the subject, the claim sub of the identity provider, of %d bytes at most", "请填写 subject，即身份提供方的 sub 声明，最多 %d 字节", most)
		case b.Issuer == a.issuer && b.Subject == subject:
			return nil, nil
		}
		if err := u.checkIdentity(id, a.issuer, subject); err != nil {
			return nil, err
		}
		return []*pendingBody{{Kind: JoinPending, Account: id, Issuer: a.issuer, Subject: subject}}, nil
	})
}

// checkIdentity refuses an identity that an account has which is not disabled.
func (u *unitOfWork) checkIdentity(id, issuer, subject string) error {
	other, err := u.accountOfKey(identityKey, identityOf(issuer, subject))
	if err != nil || other == "" || other == id {
		return err
	}
	b, err := u.loadAccount(other)
	if err == nil && !b.Disabled {
		err = refusal("subject", fault.Conflict, "the subject has the account %s already: disable it first", "该 subject 已有账号 %s：请先停用该账号", competency.Quote(b.Name))
	}
	return err
}

// joinIdentity joins an account with an identity, which a disabled account may have had.
func (u *unitOfWork) joinIdentity(id string, b *accountBody, issuer, subject string) error {
	if err := u.checkIdentity(id, issuer, subject); err != nil {
		return err
	}
	identity := identityOf(issuer, subject)
	other, err := u.accountOfKey(identityKey, identity)
	if err != nil {
		return err
	}
	if other != "" && other != id {
		disabled, err := u.loadAccount(other)
		if err != nil {
			return err
		}
		disabled.Issuer, disabled.Subject = "", ""
		if err := u.releaseKey(identityKey, identity, other); err != nil {
			return err
		}
	}
	if b.Subject != "" {
		if err := u.releaseKey(identityKey, identityOf(b.Issuer, b.Subject), id); err != nil {
			return err
		}
	}
	b.Issuer, b.Subject = issuer, subject
	_, err = u.claimKey(identityKey, identity, id)
	return err
}
