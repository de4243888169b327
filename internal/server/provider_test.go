package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/openid"
	"github.com/zhitu/zhitu/internal/openid/openidtest"
	"github.com/zhitu/zhitu/internal/server"
)

// providerServer is a server with an identity provider, whose answers count for no time.
type providerServer struct {
	*testServer
	provider *openidtest.Provider
}

func newProviderServer(t *testing.T, cfg server.Config) *providerServer {
	t.Helper()
	remote, now := openidtest.New(t), time.Now()
	cfg.Token, cfg.CreateAccounts = token, true
	cfg.Provider = openid.New(openid.Config{
		Issuer: remote.URL, ClientID: openidtest.ClientID, ClientSecret: openidtest.ClientSecret, EmployeeClaim: "employee_code",
		RedirectURL: "http://localhost:8080" + cfg.BasePath + server.CallbackPath, Audience: "zhitu",
		Clock: func() time.Time { now = now.Add(time.Second); return now },
	})
	return &providerServer{newTestServer(t, cfg), remote}
}

// goToProvider begins a sign-in, and returns where the provider sends the browser back to.
func (b *browser) goToProvider(t *testing.T, path string) string {
	t.Helper()
	w := b.get(path)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	return visit(t, w.Header().Get("Location"))
}

// visit follows one redirect of the provider.
func visit(t *testing.T, location string) string {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Get(location)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	back, err := url.Parse(response.Header.Get("Location"))
	require.NoError(t, err)
	return back.RequestURI()
}

// comeBack is how a browser arrives from another site.
func (b *browser) comeBack(path string) *httptest.ResponseRecorder {
	return b.get(path, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")
}

func TestSignInAtAProvider(t *testing.T) {
	s := newProviderServer(t, server.Config{})
	s.provider.SetPerson(map[string]any{"sub": "s1", "name": "陈晓雨", "employee_code": "E1"})
	b := newBrowser(s.testServer)
	require.Contains(t, b.get("/sign-in?lang=zh-CN&next=/playground?a=1").Body.String(), `href="/sign-in/provider?lang=zh-CN&amp;next=%2fplayground%3fa%3d1"`)
	require.Contains(t, b.get("/session").Body.String(), `"signIn":true`)
	require.Equal(t, 303, b.get("/sign-in/provider", "Host", "127.0.0.1:8080").Code)
	require.Empty(t, b.cookies, "the provider would send it back to another name")

	back := b.goToProvider(t, "/sign-in/provider?lang=zh-CN&next=/playground%3Fa=1")
	require.NotContains(t, b.cookies, "zhitu_session")
	kept := b.cookies["zhitu_sign_in"]
	w := b.comeBack(back)
	require.Equal(t, []any{303, "/playground?a=1"}, []any{w.Code, w.Header().Get("Location")}, w.Body)
	require.Contains(t, b.get("/session").Body.String(), `"name":"陈晓雨"`)
	require.Contains(t, b.ask().Body.String(), "岗位")
	require.NotContains(t, b.cookies, "zhitu_sign_in", "it ends once")

	// Whoever reads the address of the redirect later can do nothing with it, not even with the cookie.
	require.Equal(t, 401, newBrowser(s.testServer).comeBack(back).Code)
	thief := newBrowser(s.testServer)
	thief.cookies["zhitu_sign_in"] = kept
	w = thief.comeBack(back)
	require.Equal(t, 401, w.Code)
	require.Contains(t, w.Body.String(), "授权码已被使用", "in the language in which it began")
	require.NotContains(t, thief.cookies, "zhitu_session")
	for _, secret := range []string{kept, b.cookies["zhitu_session"], back} {
		require.NotContains(t, s.log.String(), secret)
	}
}

func TestASignInThatAnotherBrowserBeganIsRefused(t *testing.T) {
	s := newProviderServer(t, server.Config{})
	attacker, victim := newBrowser(s.testServer), newBrowser(s.testServer)
	back := attacker.goToProvider(t, "/sign-in/provider")
	for _, own := range []func(){func() {}, func() { victim.goToProvider(t, "/sign-in/provider") }, func() { victim.cookies["zhitu_sign_in"] = "%%%" }} {
		own()
		w := victim.comeBack(back + "&lang=en")
		require.Equal(t, 401, w.Code)
		require.Contains(t, w.Body.String(), "another browser")
		require.Empty(t, victim.cookies)
	}
	plain := victim.get("/sign-in/provider", "Host", "zhitu.example.com", "Sec-Fetch-Site", "")
	require.Equal(t, 403, plain.Code, "over plain HTTP")
	require.Empty(t, plain.Result().Cookies())
}

func TestWhatAProviderRefusesIsShown(t *testing.T) {
	s := newProviderServer(t, server.Config{BasePath: "/zhitu"})
	s.provider.Refuse(url.Values{"error": {"server_error"}, "error_description": {"<b>the realm is read only"}})
	b := newBrowser(s.testServer)
	w := b.comeBack(b.goToProvider(t, "/zhitu/sign-in/provider?lang=en"))
	require.Equal(t, 403, w.Code)
	require.Contains(t, w.Body.String(), "&lt;b&gt;the realm is read only")
	require.Contains(t, w.Body.String(), `href="/zhitu/sign-in?lang=zh-CN"`)
	require.Contains(t, w.Body.String(), `href="/zhitu/sign-in/provider?lang=en"`, "they may try again")
}

// While the provider is down, those who are signed in go on, and nobody new gets in.
func TestAProviderThatIsDown(t *testing.T) {
	s := newProviderServer(t, server.Config{})
	b, late := newBrowser(s.testServer), newBrowser(s.testServer)
	require.Equal(t, 303, b.comeBack(b.goToProvider(t, "/sign-in/provider")).Code)
	back := late.goToProvider(t, "/sign-in/provider")
	s.provider.SetDown(true)
	require.Contains(t, b.get("/session").Body.String(), `"signedIn":true`)
	w := newBrowser(s.testServer).get("/sign-in/provider?lang=zh-CN")
	require.Equal(t, 503, w.Code)
	require.Contains(t, w.Body.String(), "已登录的用户不受影响")
	require.Contains(t, s.log.String(), "nobody can sign in at the identity provider")
	w = late.comeBack(back)
	require.Equal(t, 503, w.Code)
	require.NotContains(t, late.cookies, "zhitu_session")
	s.provider.SetDown(false)
	require.Equal(t, 303, late.comeBack(late.goToProvider(t, "/sign-in/provider")).Code)
}

func TestAccountsAreMadeWhereAllowed(t *testing.T) {
	s := newProviderServer(t, server.Config{})
	ctx := access.WithViewer(t.Context(), access.System())
	b := newBrowser(s.testServer)
	s.provider.SetPerson(map[string]any{"sub": "s1", "employee_code": "E1"})
	require.Equal(t, 303, b.comeBack(b.goToProvider(t, "/sign-in/provider")).Code)
	s.provider.SetPerson(map[string]any{"sub": "s2", "employee_code": "E1"})
	w := b.comeBack(b.goToProvider(t, "/sign-in/provider"))
	require.Equal(t, 409, w.Code, "E1 is linked already")
	require.Contains(t, w.Body.String(), "s2")
	list, err := s.accounts.List(ctx, 10, nil, nil)
	require.NoError(t, err)
	require.Equal(t, 1, list.TotalCount)
}

// A service sends access tokens of the provider to every transport.
func TestAccessTokensOfServices(t *testing.T) {
	s := newProviderServer(t, server.Config{})
	ctx := access.WithViewer(t.Context(), access.System())
	const statement = `[{"actor":{"account":{"homePage":"https://hr.example.com","name":"E1"}},"verb":{"id":"http://adlnet.gov/expapi/verbs/passed"},"object":{"id":"https://x.example.com/1"}}]`
	accounts := account.New(s.store, directory{}, account.Config{Issuer: s.provider.URL})
	made, err := accounts.CreateServiceAccount(ctx, "lms")
	require.NoError(t, err)
	_, err = accounts.JoinIdentity(ctx, made.ID, "lms-client")
	require.NoError(t, err, "the command line, where nobody could say yes")
	_, err = accounts.CreateToken(ctx, account.CreateTokenInput{Account: &made.ID, Name: "limits", Scopes: []access.Scopes{access.EvidenceWrite, access.CatalogRead}, ExpiresAt: time.Now().Add(time.Hour)})
	require.NoError(t, err)

	ask := func(token string) *httptest.ResponseRecorder {
		return s.request(http.MethodPost, "/graphql", `{"query":"{ positions { nodes { name } } }"}`, "Authorization", "Bearer "+token)
	}
	send := func(token string) *httptest.ResponseRecorder {
		return s.request(http.MethodPost, "/xapi/statements", statement, "Authorization", "Bearer "+token, versionHeader, "1.0.3")
	}
	both := s.provider.AccessToken("lms-client", "zhitu", "evidence:write catalog:read")
	require.Contains(t, ask(both).Body.String(), "岗位")
	require.Equal(t, 200, send(both).Code)
	writes := s.provider.AccessToken("lms-client", "zhitu", "evidence:write")
	require.Contains(t, ask(writes).Body.String(), "PERMISSION_DENIED")
	require.Equal(t, 200, send(writes).Code)
	reads := s.provider.AccessToken("lms-client", "zhitu", "catalog:read learner:read")
	require.Contains(t, ask(reads).Body.String(), "岗位")
	require.Equal(t, 403, send(reads).Code)

	s.provider.SetPerson(map[string]any{"sub": "s1"})
	b := newBrowser(s.testServer)
	require.Equal(t, 303, b.comeBack(b.goToProvider(t, "/sign-in/provider")).Code)
	claims := map[string]any{"iss": s.provider.URL, "sub": "lms-client", "aud": "zhitu", "scope": "catalog:read", "exp": time.Now().Add(time.Hour).Unix()}
	for name, token := range map[string]string{
		"of a person":         s.provider.AccessToken("s1", "zhitu", "catalog:read"),
		"of another client":   s.provider.AccessToken("other", "zhitu", "catalog:read"),
		"of another audience": s.provider.AccessToken("lms-client", openidtest.ClientID, "catalog:read"),
		"that has expired":    s.provider.AccessToken("lms-client", "zhitu", "catalog:read", func(c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() }),
		"of another key":      openidtest.SignWith(t, openidtest.NewKey(t), jose.RS256, claims),
	} {
		w := ask(token)
		require.Equal(t, 401, w.Code, name)
		require.Contains(t, w.Body.String(), fault.Unauthenticated, name)
	}
	s.provider.RotateKey()
	require.Contains(t, ask(s.provider.AccessToken("lms-client", "zhitu", "catalog:read")).Body.String(), "岗位")

	s.provider.RotateKey()
	unknown := s.provider.Sign(claims)
	s.provider.SetDown(true)
	w := ask(unknown)
	require.Equal(t, 503, w.Code)
	require.NotEmpty(t, w.Header().Get("Retry-After"))
	s.provider.SetDown(false)
	require.Equal(t, 200, ask(unknown).Code)

	// One wrong token too many is refused, the right one is not.
	limited := 0
	for i := range 40 {
		if ask(s.provider.AccessToken(fmt.Sprint("guess", i), "zhitu", "catalog:read")).Code == 429 {
			limited++
		}
	}
	require.Positive(t, limited)
	require.Equal(t, 200, ask(unknown).Code)
	require.NotContains(t, s.log.String(), strings.Split(unknown, ".")[2])
}
