package openid

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
)

// IsJWT reports whether a token has the form of those that a provider signs.
func IsJWT(token string) bool {
	return strings.HasPrefix(token, "ey") && strings.Count(token, ".") == 2
}

// VerifyAccessToken reads an access token of the provider: whose it is, what it may be used
// for, and until when. UNAUTHENTICATED for one that is forged, expired or of another
// audience, UNAVAILABLE where the keys cannot be fetched.
func (p *Provider) VerifyAccessToken(ctx context.Context, text string) (service account.ServiceIdentity, err error) {
	d, err := p.known(ctx)
	if err != nil {
		return service, err
	}
	token, err := p.verify(ctx, d, text, p.cfg.Audience)
	if err != nil {
		return service, err
	}
	claims, err := claimsOf(token)
	if err != nil {
		return service, err
	}
	service = account.ServiceIdentity{Issuer: token.Issuer, Subject: token.Subject, Expires: token.Expiry}
	for _, list := range claims.texts("scope") {
		for name := range strings.FieldsSeq(list) {
			if scope, ok := access.ParseScope(name); ok { // others are for other programs
				service.Scopes |= scope
			}
		}
	}
	return service, nil
}

// verify checks signature, issuer, audience and times of a token.
func (p *Provider) verify(ctx context.Context, d *discovery, text, audience string) (*oidc.IDToken, error) {
	keys := &observedKeys{KeySet: d.keys}
	verifier := oidc.NewVerifier(p.cfg.Issuer, keys, &oidc.Config{ClientID: audience, SupportedSigningAlgs: d.algorithms, Now: p.cfg.Clock})
	token, err := verifier.Verify(ctx, text)
	var expired *oidc.TokenExpiredError
	switch {
	case err == nil && token.Subject != "":
		return token, nil
	case err == nil:
		return nil, invalidToken(errors.New("there is no subject"))
	case errors.As(err, &expired):
		return nil, fault.Wrap(err, fault.Unauthenticated,
			"the token of the identity provider has expired: where it is new, the clocks of the two machines differ",
			"身份提供方的令牌已过期：如果是刚签发的令牌，则两台机器的时钟不一致")
	case keys.unavailable():
		return nil, unavailable(err)
	}
	return nil, invalidToken(err)
}

func invalidToken(err error) error {
	return fault.Wrap(err, fault.Unauthenticated,
		"the token of the identity provider is not valid: it is forged, or for another program",
		"身份提供方的令牌无效：系伪造，或并非签发给本程序")
}

// observedKeys keeps why a signature could not be verified, which the verifier does not tell.
type observedKeys struct {
	oidc.KeySet
	err error
}

func (k *observedKeys) VerifySignature(ctx context.Context, jwt string) (payload []byte, err error) {
	payload, k.err = k.KeySet.VerifySignature(ctx, jwt)
	return payload, k.err
}

// unavailable reports whether the keys could not be fetched.
func (k *observedKeys) unavailable() bool {
	return k.err != nil && strings.HasPrefix(k.err.Error(), "fetching keys") && !errors.Is(k.err, errJustFetched)
}

// newKeys returns the keys of the provider. They are fetched where a token names one that is
// unknown, at most once a second: whoever sends forged tokens causes no more.
func (p *Provider) newKeys(ctx context.Context, url string) oidc.KeySet {
	client := *p.cfg.Client
	if client.Transport == nil {
		client.Transport = http.DefaultTransport
	}
	client.Transport = &limitedTransport{next: client.Transport, clock: p.cfg.Clock}
	return oidc.NewRemoteKeySet(oidc.ClientContext(ctx, &client), url)
}

var errJustFetched = errors.New("the keys were fetched a moment ago")

// limitedTransport sends a request at most once a second, unless the last one failed.
type limitedTransport struct {
	next  http.RoundTripper
	clock func() time.Time

	mu   sync.Mutex
	last time.Time
}

func (t *limitedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock()
	if age := now.Sub(t.last); age >= 0 && age < maxStale {
		return nil, errJustFetched
	}
	response, err := t.next.RoundTrip(r)
	if err == nil && response.StatusCode == http.StatusOK {
		t.last = now
	}
	return response, err
}
