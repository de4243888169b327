package openid

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Flow is a sign-in that has begun. The browser that began it keeps it in a cookie, so that
// no other can end it.
type Flow struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`    // comes back in the ID token
	Verifier string `json:"verifier"` // of PKCE: without it the code is worth nothing
}

// Begin begins a sign-in, and returns where to send the browser. UNAVAILABLE where the
// provider does not answer.
func (p *Provider) Begin(ctx context.Context) (flow Flow, location string, err error) {
	d, err := p.discover(ctx)
	if err != nil {
		return flow, "", err
	}
	flow = Flow{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	return flow, p.oauth2(d).AuthCodeURL(flow.State, oidc.Nonce(flow.Nonce), oauth2.S256ChallengeOption(flow.Verifier)), nil
}

// Finish ends a sign-in with what the provider says in the address of the redirect.
// UNAUTHENTICATED for what is forged, used or late, PERMISSION_DENIED for what the provider
// refuses, UNAVAILABLE where it does not answer.
func (p *Provider) Finish(ctx context.Context, flow Flow, answer url.Values) (identity account.ProviderIdentity, err error) {
	if flow.State == "" || !same(flow.State, answer.Get("state")) {
		return identity, fault.New(fault.Unauthenticated,
			"this sign-in was begun in another browser or tab, or too long ago: sign in again",
			"此次登录是在其他浏览器或标签页中发起的，或已过期：请重新登录")
	}
	if issuer := answer.Get("iss"); issuer != "" && issuer != p.cfg.Issuer { // of another provider (mix-up)
		return identity, fault.New(fault.Unauthenticated, "another identity provider has answered: %s", "响应来自其他身份提供方：%s", competency.Quote(issuer))
	}
	if code := answer.Get("error"); code != "" {
		return identity, refused(code, answer.Get("error_description"), nil)
	}
	d, err := p.known(ctx)
	if err != nil {
		return identity, err
	}
	tokens, err := p.oauth2(d).Exchange(oidc.ClientContext(ctx, p.cfg.Client), answer.Get("code"), oauth2.VerifierOption(flow.Verifier))
	if err != nil {
		return identity, exchangeFault(err)
	}
	text, _ := tokens.Extra("id_token").(string)
	token, err := p.verify(ctx, d, text, p.cfg.ClientID)
	if err != nil {
		return identity, err
	}
	if !same(flow.Nonce, token.Nonce) {
		return identity, invalidToken(errors.New("the nonce is another"))
	}
	return p.identity(token)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// exchangeFault says why the provider gave no tokens for a code.
func exchangeFault(err error) error {
	var answered *oauth2.RetrieveError
	switch {
	case !errors.As(err, &answered), answered.Response.StatusCode >= 500:
		return unavailable(err)
	case answered.ErrorCode == "invalid_grant":
		return fault.Wrap(err, fault.Unauthenticated,
			"the code of the identity provider has been used, or is too old: sign in again",
			"身份提供方的授权码已被使用或已过期：请重新登录")
	}
	return refused(answered.ErrorCode, answered.ErrorDescription, err)
}

// refused says what the provider refused, in its words.
func refused(code, description string, cause error) error {
	if code == "access_denied" {
		return fault.Wrap(cause, fault.PermissionDenied, "the identity provider refused the sign-in, or you left it", "身份提供方拒绝了登录，或您已取消登录")
	}
	return fault.Wrap(cause, fault.PermissionDenied,
		"the identity provider refused the sign-in (%s: %s): ask whoever runs the server",
		"身份提供方拒绝了登录（%s：%s）：请询问服务管理员", competency.Quote(code), competency.Quote(description))
}
