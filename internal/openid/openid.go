// Package openid lets people sign in at an OpenID provider, and reads the access tokens that
// it gives to services (relying party and resource server).
//
//   - The authorization code flow, with PKCE (S256), state and nonce. The tokens of the
//     provider are dropped once the claims are read.
//   - Discovery is done again at each sign-in: a provider that is down is said to be, instead
//     of sending browsers to it, and one that was down at the start is found later.
//   - Keys are fetched again where a token names an unknown one (key rotation).
package openid

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/zhitu/zhitu/internal/fault"
)

// Config says which provider there is, and what its claims mean.
type Config struct {
	Issuer                 string
	ClientID, ClientSecret string   // an empty secret is that of a public client
	Scopes                 []string // besides openid
	RedirectURL            string   // where the provider sends browsers back to
	EmployeeClaim          string   // the claim with the code of an employee
	RolesClaim             string   // the claim with roles, empty for none
	Roles                  RoleMap  // what the values of that claim mean
	Audience               string   // of access tokens of services; empty to take none

	Client *http.Client     // to reach the provider; nil for one with a time limit of 5 s
	Clock  func() time.Time // time.Now where nil
}

// Provider is an OpenID provider. It is safe for concurrent use.
type Provider struct {
	cfg Config

	current atomic.Pointer[discovery] // the last that was found, nil for none yet

	mu    sync.Mutex // held while the provider is asked
	asked time.Time
	err   error // of the last time
}

// discovery is what a provider says of itself.
type discovery struct {
	endpoint   oauth2.Endpoint
	keys       oidc.KeySet
	jwksURL    string
	algorithms []string
}

// maxStale is how long an answer of the provider counts, good or bad: however many people
// sign in, it is asked once a second.
const maxStale = time.Second

// New returns a provider, without asking it for anything.
func New(cfg Config) *Provider {
	if cfg.Client == nil {
		cfg.Client = &http.Client{Timeout: 5 * time.Second}
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Provider{cfg: cfg}
}

// TakesTokens reports whether services may send access tokens of the provider.
func (p *Provider) TakesTokens() bool { return p.cfg.Audience != "" }

// RedirectURL is where the provider sends browsers back to.
func (p *Provider) RedirectURL() string { return p.cfg.RedirectURL }

// Discover asks the provider what it says of itself. UNAVAILABLE where it does not answer.
func (p *Provider) Discover(ctx context.Context) error {
	_, err := p.discover(ctx)
	return err
}

func (p *Provider) discover(ctx context.Context) (*discovery, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.cfg.Clock(); p.asked.IsZero() || now.Sub(p.asked) >= maxStale || now.Before(p.asked) {
		p.err = p.ask(context.WithoutCancel(ctx)) // it answers others, too
		p.asked = now
	}
	if p.err != nil {
		return nil, p.err
	}
	return p.current.Load(), nil
}

// known is discover for what need not know whether the provider answers now.
func (p *Provider) known(ctx context.Context) (*discovery, error) {
	if d := p.current.Load(); d != nil {
		return d, nil
	}
	return p.discover(ctx)
}

func (p *Provider) ask(ctx context.Context) error {
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.cfg.Client), p.cfg.Issuer)
	if err != nil {
		return unavailable(err)
	}
	var told struct {
		JWKS       string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
		Methods    []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := found.Claims(&told); err != nil {
		return unavailable(err)
	}
	d := &discovery{endpoint: found.Endpoint(), jwksURL: told.JWKS, algorithms: safeAlgorithms(told.Algorithms)}
	if before := p.current.Load(); before != nil && before.jwksURL == d.jwksURL {
		d.keys = before.keys // with those that it has fetched
	} else {
		d.keys = p.newKeys(ctx, d.jwksURL)
	}
	// Without a style of its own, oauth2 tries one after the other, and a code is good for one try.
	d.endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if p.cfg.ClientSecret == "" || told.Methods != nil && !slices.Contains(told.Methods, "client_secret_basic") {
		d.endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	p.current.Store(d)
	return nil
}

// safeAlgorithms are those of a provider by which only it can sign: neither "none" nor those
// with a secret that both sides know. A token of any other is refused.
func safeAlgorithms(told []string) (list []string) {
	for _, name := range []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA} {
		if slices.Contains(told, name) {
			list = append(list, name)
		}
	}
	if list == nil {
		list = []string{oidc.RS256} // which every provider has
	}
	return list
}

func (p *Provider) oauth2(d *discovery) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret, Endpoint: d.endpoint, RedirectURL: p.cfg.RedirectURL,
		Scopes: append([]string{oidc.ScopeOpenID}, p.cfg.Scopes...),
	}
}

func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable,
		"the identity provider does not answer, so nobody new can sign in: those who are signed in go on; try again soon",
		"身份提供方没有响应，暂时无法登录：已登录的用户不受影响；请稍后重试")
}

// IsIssuer reports whether a text may be the address of a provider: by https, or by http on
// this machine.
func IsIssuer(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Hostname() != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" &&
		(u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()))
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
