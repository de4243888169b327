package openid_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/openid"
	"github.com/zhitu/zhitu/internal/openid/openidtest"
)

const (
	redirectURL = "http://127.0.0.1:8080/sign-in/callback"
	audience    = "zhitu"
)

// testClock stands still until it is moved.
type testClock struct{ time.Time }

func (c *testClock) now() time.Time          { return c.Time }
func (c *testClock) advance(d time.Duration) { c.Time = c.Add(d) }

func newProvider(t *testing.T) (*openid.Provider, *openidtest.Provider, *testClock) {
	t.Helper()
	remote, clock := openidtest.New(t), &testClock{time.Now()}
	roles, wrong := openid.ParseRoleMap([]string{"hr=HR", "sales-trainer=TRAINER:SALES"})
	require.Empty(t, wrong)
	return openid.New(openid.Config{
		Issuer: remote.URL, ClientID: openidtest.ClientID, ClientSecret: openidtest.ClientSecret, Scopes: []string{"profile"}, RedirectURL: redirectURL,
		EmployeeClaim: "employee_code", RolesClaim: "realm_access.roles", Roles: roles, Audience: audience, Clock: clock.now,
	}), remote, clock
}

// authorize does what a browser does: it goes where it is sent, and returns what the
// provider answers by way of the redirect.
func authorize(t *testing.T, location string) url.Values {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Get(location)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	answer, err := url.Parse(response.Header.Get("Location"))
	require.NoError(t, err)
	require.Equal(t, redirectURL, answer.Scheme+"://"+answer.Host+answer.Path)
	return answer.Query()
}

func begin(t *testing.T, p *openid.Provider) (openid.Flow, url.Values) {
	t.Helper()
	flow, location, err := p.Begin(t.Context())
	require.NoError(t, err)
	return flow, authorize(t, location)
}

func TestASignInReadsTheClaims(t *testing.T) {
	p, remote, _ := newProvider(t)
	remote.SetPerson(map[string]any{
		"sub": "f1", "name": " 陈晓雨 ", "preferred_username": "chen", "employee_code": 12345,
		"realm_access": map[string]any{"roles": []string{"hr", "offline_access", "sales-trainer"}},
	})
	flow, answer := begin(t, p)
	identity, err := p.Finish(t.Context(), flow, answer)
	require.NoError(t, err)
	require.Equal(t, remote.URL, identity.Issuer)
	require.Equal(t, "f1", identity.Subject)
	require.Equal(t, "陈晓雨", identity.Name)
	require.Equal(t, "12345", identity.Employee)
	require.Equal(t, []access.Grant{{Role: access.HR}, {Role: access.Trainer, Unit: "SALES"}}, identity.Grants)

	remote.SetPerson(map[string]any{"sub": "f2"})
	flow, answer = begin(t, p)
	identity, err = p.Finish(t.Context(), flow, answer)
	require.NoError(t, err)
	require.Equal(t, "f2", identity.Name)
	require.Empty(t, identity.Employee)
	require.NotNil(t, identity.Grants, "the provider claims that there is no role")
}

func TestASignInIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*openidtest.Provider)
		change  func(*openid.Flow, url.Values)
		code    fault.Code
		en, zh  string
	}{
		"a state of another browser": {change: func(f *openid.Flow, _ url.Values) { f.State = "other" }, code: fault.Unauthenticated, en: "another browser", zh: "重新登录"},
		"no state at all":            {change: func(f *openid.Flow, answer url.Values) { f.State = ""; answer.Del("state") }, code: fault.Unauthenticated, en: "another browser", zh: "重新登录"},
		"a nonce of another sign-in": {change: func(f *openid.Flow, _ url.Values) { f.Nonce = "other" }, code: fault.Unauthenticated, en: "not valid", zh: "无效"},
		"a token without the nonce":  {prepare: tamper("nonce", ""), code: fault.Unauthenticated, en: "not valid", zh: "无效"},
		"another verifier, or none":  {change: func(f *openid.Flow, _ url.Values) { f.Verifier = "" }, code: fault.Unauthenticated, en: "too old", zh: "过期"},
		"a code that was never":      {change: func(_ *openid.Flow, answer url.Values) { answer.Set("code", "x") }, code: fault.Unauthenticated, en: "too old", zh: "过期"},
		"an answer of another":       {change: func(_ *openid.Flow, answer url.Values) { answer.Set("iss", "https://other") }, code: fault.Unauthenticated, en: "https://other", zh: "其他身份提供方"},
		"another audience":           {prepare: tamper("aud", "another-client"), code: fault.Unauthenticated, en: "another program", zh: "并非签发给本程序"},
		"several audiences, for another": {
			prepare: func(p *openidtest.Provider) {
				p.Tamper(func(c map[string]any) { c["aud"], c["azp"] = []string{openidtest.ClientID, "other"}, "other" })
			}, code: fault.Unauthenticated, en: "another program", zh: "并非签发给本程序",
		},
		"another issuer":         {prepare: tamper("iss", "https://other"), code: fault.Unauthenticated, en: "not valid", zh: "无效"},
		"nobody":                 {prepare: tamper("sub", ""), code: fault.Unauthenticated, en: "not valid", zh: "无效"},
		"a token that has ended": {prepare: tamper("exp", time.Now().Add(-time.Minute).Unix()), code: fault.Unauthenticated, en: "clocks", zh: "时钟"},
		"who left the page":      {prepare: func(p *openidtest.Provider) { p.Refuse(url.Values{"error": {"access_denied"}}) }, code: fault.PermissionDenied, en: "you left it", zh: "已取消"},
		"what the provider refuses": {
			prepare: func(p *openidtest.Provider) {
				p.Refuse(url.Values{"error": {"invalid_scope"}, "error_description": {"no such scope " + strings.Repeat("x", 200)}})
			}, code: fault.PermissionDenied, en: `invalid_scope`, zh: "invalid_scope",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, remote, _ := newProvider(t)
			if c.prepare != nil {
				c.prepare(remote)
			}
			flow, answer := begin(t, p)
			if c.change != nil {
				c.change(&flow, answer)
			}
			_, err := p.Finish(t.Context(), flow, answer)
			requireFault(t, err, c.code, c.en, c.zh)
			require.NotContains(t, err.Error(), strings.Repeat("x", 65))
		})
	}
}

func tamper(claim string, value any) func(*openidtest.Provider) {
	return func(p *openidtest.Provider) { p.Tamper(func(c map[string]any) { c[claim] = value }) }
}

func requireFault(t *testing.T, err error, code fault.Code, en, zh string) {
	t.Helper()
	var known *fault.Error
	require.ErrorAs(t, err, &known)
	require.Equal(t, code, known.Code, err)
	require.Contains(t, known.Text.In(fault.English), en)
	require.Contains(t, known.Text.In(fault.Chinese), zh)
}

func TestACodeIsUsedOnce(t *testing.T) {
	p, _, _ := newProvider(t)
	flow, answer := begin(t, p)
	_, err := p.Finish(t.Context(), flow, answer)
	require.NoError(t, err)
	_, err = p.Finish(t.Context(), flow, answer)
	requireFault(t, err, fault.Unauthenticated, "has been used", "已被使用")
}

// The provider refuses whoever leaves PKCE out, and its words are shown.
func TestWithoutPKCEThereIsNoCode(t *testing.T) {
	p, _, _ := newProvider(t)
	flow, location, err := p.Begin(t.Context())
	require.NoError(t, err)
	u, err := url.Parse(location)
	require.NoError(t, err)
	query := u.Query()
	require.Equal(t, "S256", query.Get("code_challenge_method"))
	require.Equal(t, "openid profile", query.Get("scope"))
	query.Del("code_challenge_method")
	u.RawQuery = query.Encode()
	_, err = p.Finish(t.Context(), flow, authorize(t, u.String()))
	requireFault(t, err, fault.PermissionDenied, "code_challenge_method", "code_challenge_method")
}

func TestAProviderThatIsDownIsFoundAgain(t *testing.T) {
	p, remote, clock := newProvider(t)
	remote.SetDown(true)
	_, _, err := p.Begin(t.Context())
	requireFault(t, err, fault.Unavailable, "those who are signed in go on", "已登录的用户不受影响")
	_, err = p.VerifyAccessToken(t.Context(), remote.AccessToken("lms", audience, ""))
	requireFault(t, err, fault.Unavailable, "does not answer", "没有响应")
	remote.SetDown(false)
	clock.advance(time.Second)
	flow, answer := begin(t, p)

	remote.SetDown(true)
	_, err = p.Finish(t.Context(), flow, answer)
	requireFault(t, err, fault.Unavailable, "does not answer", "没有响应")
	clock.advance(time.Second)
	_, _, err = p.Begin(t.Context())
	requireFault(t, err, fault.Unavailable, "does not answer", "没有响应")
	remote.SetDown(false)
	_, err = p.Finish(t.Context(), flow, answer)
	require.NoError(t, err)
}

func TestAccessTokens(t *testing.T) {
	p, remote, clock := newProvider(t)
	token := remote.AccessToken("lms", audience, "evidence:write email learner:read")
	service, err := p.VerifyAccessToken(t.Context(), token)
	require.NoError(t, err)
	require.Equal(t, "lms", service.Subject)
	require.Equal(t, remote.URL, service.Issuer)
	require.Equal(t, access.EvidenceWrite|access.LearnerRead, service.Scopes)

	parts := strings.Split(token, ".")
	encode := base64.RawURLEncoding.EncodeToString
	none := encode([]byte(`{"alg":"none"}`)) + "." + parts[1] + "."
	other := openidtest.NewKey(t)
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var claims map[string]any
	require.NoError(t, json.Unmarshal(body, &claims))
	sameID := other
	sameID.KeyID = keyID(t, token)
	for name, forged := range map[string]string{
		"alg none":                        none,
		"alg none, with a signature":      none + parts[2],
		"another key":                     openidtest.SignWith(t, other, jose.RS256, claims),
		"another key, under the known id": openidtest.SignWith(t, sameID, jose.RS256, claims),
		"the public key as a secret":      openidtest.SignWith(t, jose.JSONWebKey{Key: remote.PublicKey(), KeyID: keyID(t, token)}, jose.HS256, claims),
		"a key of its own in the header":  embedKey(t, other, claims),
		"other claims":                    parts[0] + "." + encode([]byte(strings.Replace(string(body), "lms", "hr", 1))) + "." + parts[2],
		"another audience":                remote.AccessToken("lms", "other", "evidence:write"),
		"the audience of the ID tokens":   remote.AccessToken("lms", openidtest.ClientID, "evidence:write"),
		"another issuer":                  remote.AccessToken("lms", audience, "", func(c map[string]any) { c["iss"] = "https://other" }),
		"no expiry":                       remote.AccessToken("lms", audience, "", func(c map[string]any) { delete(c, "exp") }),
		"not yet valid":                   remote.AccessToken("lms", audience, "", func(c map[string]any) { c["nbf"] = time.Now().Add(time.Hour).Unix() }),
		"nobody":                          remote.AccessToken("", audience, ""),
		"what is no token":                "ey.ey.ey",
	} {
		t.Run(name, func(t *testing.T) {
			require.True(t, openid.IsJWT(forged))
			clock.advance(time.Second)
			_, err := p.VerifyAccessToken(t.Context(), forged)
			require.Equal(t, fault.Unauthenticated, fault.CodeOf(err), err)
		})
	}
	clock.advance(time.Hour)
	_, err = p.VerifyAccessToken(t.Context(), token)
	requireFault(t, err, fault.Unauthenticated, "clocks", "时钟")
}

func keyID(t *testing.T, token string) string {
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	require.NoError(t, err)
	return parsed.Signatures[0].Header.KeyID
}

// embedKey returns a token that brings the key by which it is to be verified.
func embedKey(t *testing.T, key jose.JSONWebKey, claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key.Key}, &jose.SignerOptions{EmbedJWK: true})
	require.NoError(t, err)
	body, err := json.Marshal(claims)
	require.NoError(t, err)
	signed, err := signer.Sign(body)
	require.NoError(t, err)
	token, err := signed.CompactSerialize()
	require.NoError(t, err)
	return token
}

// Another key of the provider is found without a restart, also while forged tokens come; and
// those cause one request a second at most.
func TestKeysRotate(t *testing.T) {
	p, remote, clock := newProvider(t)
	verify := func(token string) error {
		_, err := p.VerifyAccessToken(t.Context(), token)
		return err
	}
	before := remote.AccessToken("lms", audience, "")
	require.NoError(t, verify(before))
	remote.RotateKey()
	after := remote.AccessToken("lms", audience, "")
	require.NoError(t, verify(before), "while nobody has asked for the keys again")
	clock.advance(time.Second)
	forged := openidtest.SignWith(t, openidtest.NewKey(t), jose.RS256, map[string]any{"iss": remote.URL, "aud": audience, "sub": "lms", "exp": time.Now().Add(time.Hour).Unix()})
	require.Equal(t, fault.Unauthenticated, fault.CodeOf(verify(forged)))
	require.NoError(t, verify(after))
	require.Equal(t, fault.Unauthenticated, fault.CodeOf(verify(before)), "the key before is forgotten")

	remote.SetDown(true)
	require.NoError(t, verify(after), "known keys go on")
	clock.advance(time.Second)
	require.Equal(t, fault.Unavailable, fault.CodeOf(verify(forged)))
}

func TestRoleMap(t *testing.T) {
	roles, wrong := openid.ParseRoleMap([]string{"cn=hr,dc=x=hr", "a=MANAGER:销售", "a=EXPERT"})
	require.Empty(t, wrong)
	require.Equal(t, openid.RoleMap{"cn=hr,dc=x": {{Role: access.HR}}, "a": {{Role: access.Manager, Unit: "销售"}, {Role: access.Expert}}}, roles)
	for entry, en := range map[string]string{
		"hr": "is not VALUE=ROLE", "=HR": "is not VALUE=ROLE", "hr=BOSS": `there is no role "BOSS"`, "hr=": "there is no role", "x=ADMIN:SALES": "ADMIN is a role for the whole firm alone",
	} {
		_, wrong := openid.ParseRoleMap([]string{entry})
		require.Contains(t, wrong.In(fault.English), en, entry)
		require.NotEmpty(t, wrong.In(fault.Chinese), entry)
	}
}

func TestIssuersUseTLSUnlessOnThisMachine(t *testing.T) {
	for text, want := range map[string]bool{
		"https://id.example.com/realms/x": true, "http://127.0.0.1:8081/realms/x": true, "http://[::1]:8081": true, "http://localhost": true, "http://id.example.com": false, "id.example.com": false,
		"": false, "https://a:b@id.example.com": false, "https://id.example.com?x": false, "ftp://127.0.0.1": false,
	} {
		require.Equal(t, want, openid.IsIssuer(text), text)
	}
}
