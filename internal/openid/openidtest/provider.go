// Package openidtest is an OpenID provider for tests, in the process of the test. It asks
// nobody for a password: whoever comes is the person that the test has named.
package openidtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// The client that the provider knows.
const (
	ClientID     = "zhitu-web"
	ClientSecret = "web-secret"
)

// Provider is an OpenID provider.
type Provider struct {
	*httptest.Server
	t *testing.T

	mu     sync.Mutex
	down   bool
	person map[string]any // claims of whoever signs in
	refuse url.Values     // what it answers instead of a code
	codes  map[string]url.Values
	key    jose.JSONWebKey
	tamper func(claims map[string]any)
}

// New starts a provider, until the test ends.
func New(t *testing.T) *Provider {
	p := &Provider{t: t, codes: map[string]url.Values{}, person: map[string]any{"sub": "person-1"}}
	p.RotateKey()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /keys", p.keys)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// SetDown lets the provider answer nothing, or again.
func (p *Provider) SetDown(down bool) { p.set(func() { p.down = down }) }

// SetPerson says whose claims the next tokens have; sub is among them.
func (p *Provider) SetPerson(claims map[string]any) { p.set(func() { p.person = claims }) }

// Refuse lets the provider answer with an error, or as usual where values is nil.
func (p *Provider) Refuse(values url.Values) { p.set(func() { p.refuse = values }) }

// Tamper changes the claims of ID tokens before they are signed.
func (p *Provider) Tamper(change func(claims map[string]any)) { p.set(func() { p.tamper = change }) }

func (p *Provider) set(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
}

// NewKey returns a key that the provider does not have.
func NewKey(t *testing.T) jose.JSONWebKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	return jose.JSONWebKey{Key: key, KeyID: rand.Text(), Algorithm: "RS256", Use: "sig"}
}

// RotateKey signs with another key from now on, and forgets the one before.
func (p *Provider) RotateKey() {
	key := NewKey(p.t)
	p.set(func() { p.key = key })
}

// Sign signs claims with the key of the provider.
func (p *Provider) Sign(claims map[string]any) (token string) {
	p.set(func() { token = SignWith(p.t, p.key, jose.RS256, claims) })
	return token
}

// SignWith signs claims with a key.
func SignWith(t *testing.T, key jose.JSONWebKey, algorithm jose.SignatureAlgorithm, claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	require.NoError(t, err)
	body, err := json.Marshal(claims)
	require.NoError(t, err)
	signed, err := signer.Sign(body)
	require.NoError(t, err)
	token, err := signed.CompactSerialize()
	require.NoError(t, err)
	return token
}

// PublicKey is what everybody may know of the key of the provider, as it is sent.
func (p *Provider) PublicKey() (text []byte) {
	p.set(func() { text, _ = p.key.Public().MarshalJSON() })
	return text
}

// AccessToken returns an access token of a service.
func (p *Provider) AccessToken(subject, audience, scope string, change ...func(claims map[string]any)) string {
	claims := map[string]any{"iss": p.URL, "sub": subject, "aud": audience, "scope": scope, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix()}
	for _, c := range change {
		c(claims)
	}
	return p.Sign(claims)
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}, "code_challenge_methods_supported": []string{"S256"},
	})
}

// authorize refuses whoever has no PKCE, as a client of Keycloak that demands it.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	answer := url.Values{"state": {asked.Get("state")}, "iss": {p.URL}}
	switch {
	case asked.Get("client_id") != ClientID || asked.Get("redirect_uri") == "":
		http.Error(w, "no such client", http.StatusBadRequest)
		return
	case asked.Get("code_challenge_method") != "S256" || asked.Get("code_challenge") == "":
		answer.Set("error", "invalid_request")
		answer.Set("error_description", "Missing parameter: code_challenge_method")
	case p.refuse != nil:
		maps.Copy(answer, p.refuse)
	default:
		code := rand.Text()
		p.codes[code] = asked
		answer.Set("code", code)
	}
	http.Redirect(w, r, asked.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound)
}

// token gives an ID token for a code, once.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	code := r.PostFormValue("code")
	asked, ok := p.codes[code]
	delete(p.codes, code)
	id, secret, _ := r.BasicAuth()
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case id != ClientID || secret != ClientSecret:
		writeJSON(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	case !ok || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(challenge[:]):
		writeJSON(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "Code not valid"})
		return
	}
	claims := map[string]any{"iss": p.URL, "aud": ClientID, "nonce": asked.Get("nonce"), "iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix()}
	maps.Copy(claims, p.person)
	if p.tamper != nil {
		p.tamper(claims)
	}
	writeJSON(w, http.StatusOK, map[string]any{"access_token": "opaque", "token_type": "Bearer", "id_token": SignWith(p.t, p.key, jose.RS256, claims)})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{p.key.Public()}})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
