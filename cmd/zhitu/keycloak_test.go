package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/openid/keycloaktest"
)

// People and services of a real Keycloak, in a real browser.
func TestKeycloak(t *testing.T) {
	t.Parallel()
	issuer, stop := keycloaktest.Start(t, "zhitu", "testdata/realm.json")
	ctx := newBrowser(t)
	sh := newSeededShell(t, "ZHITU_OIDC_CLIENT_SECRET=web-secret", "ZHITU_OIDC_ISSUER="+issuer)

	// The service account comes first, while nobody but the command line could say yes.
	access := clientCredentials(t, issuer, "lms", "lms-secret")
	var joined accountAnswer
	sh.mustRun("token", "create", "lms", "--scope", "evidence:write,catalog:read")
	sh.runJSON(&joined, "account", "join", "lms", subjectOf(t, access), "--store", "sqlite:"+sh.dir+"/zhitu.db", "--oidc-issuer", issuer)
	require.Empty(t, joined.Pending)

	s := sh.serve("--oidc-client-id", "zhitu-web", "--oidc-roles-claim", "roles", "--oidc-role-map", "hr=HR,expert=EXPERT", "--oidc-create-accounts", "--oidc-audience", "zhitu")
	s.awaitLog("the identity provider answers")

	// The first HR has the claimed role at once. Whoever claims none has what the employee may do.
	var me string
	signInAtKeycloak(t, ctx, s, "hr", "demo-pass-2")
	askInPage(t, ctx, &me, "{ me { name employeeCode grants { role orgUnit } } }")
	require.JSONEq(t, `{"data":{"me":{"name":"H R","employeeCode":"E001","grants":[{"role":"HR","orgUnit":null}]}}}`, me)
	runInBrowser(t, ctx, chromedp.Tasks{network.ClearBrowserCookies()})
	signInAtKeycloak(t, ctx, s, "chenxiaoyu", "demo-pass-1")
	askInPage(t, ctx, &me, "{ me { employeeCode grants { role } } employee(code: \"E001\") { states { mastery } } }")
	require.Contains(t, me, `"me":{"employeeCode":"E012","grants":[]}`)
	require.Contains(t, me, "PERMISSION_DENIED")

	// Keycloak gives nothing without PKCE, and what it says is shown.
	status, page := withoutPKCE(t, s)
	require.Equal(t, http.StatusForbidden, status, page)
	require.Contains(t, page, "code_challenge_method")

	requireAccessTokens(t, s, issuer, access)

	// While it is down, those who are signed in go on, and nobody new gets in.
	stop()
	askInPage(t, ctx, &me, "{ me { employeeCode } }")
	require.JSONEq(t, `{"data":{"me":{"employeeCode":"E012"}}}`, me)
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	require.Eventually(t, func() bool {
		status, page = getPage(t, stay, s.url+"/sign-in/provider?lang=zh-CN")
		return status == http.StatusServiceUnavailable
	}, time.Minute, 100*time.Millisecond)
	require.Contains(t, page, "已登录的用户不受影响")
	s.awaitLog("nobody can sign in at the identity provider")
	require.Equal(t, http.StatusOK, sendStatement(t, s, access), "known keys go on")
	for _, secret := range []string{"web-secret", strings.Split(access, ".")[2]} {
		require.NotContains(t, s.log.String(), secret)
	}
}

// signInAtKeycloak signs in as people do, from our page to the playground.
func signInAtKeycloak(t *testing.T, ctx context.Context, s *serverProcess, user, password string) {
	t.Helper()
	runInBrowser(t, ctx, chromedp.Tasks{
		chromedp.Navigate(s.url + "/sign-in?next=/playground"), chromedp.Click(`a[href*="/sign-in/provider"]`, chromedp.ByQuery),
		chromedp.WaitVisible("#username", chromedp.ByQuery), chromedp.SendKeys("#username", user, chromedp.ByQuery),
		chromedp.SendKeys("#password", password, chromedp.ByQuery), chromedp.Click("#kc-login", chromedp.ByQuery),
		chromedp.WaitVisible(executeButton, chromedp.ByQuery),
	})
}

// askInPage asks the API from the page that is open, with its session.
func askInPage(t *testing.T, ctx context.Context, answer *string, query string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	text, err := json.Marshal(string(body))
	require.NoError(t, err)
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Evaluate(
		`fetch("graphql", { method: "POST", headers: { "Content-Type": "application/json" }, body: `+string(text)+` }).then((answer) => answer.text())`,
		answer, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })})
}

// withoutPKCE begins a sign-in, takes the challenge out of the address, and returns the page
// of ours to which Keycloak sends the browser back.
func withoutPKCE(t *testing.T, s *serverProcess) (status int, page string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	w, err := client.Get(s.url + "/sign-in/provider")
	require.NoError(t, err)
	require.NoError(t, w.Body.Close())
	location, err := w.Location()
	require.NoError(t, err)
	query := location.Query()
	require.Equal(t, "S256", query.Get("code_challenge_method"))
	query.Del("code_challenge")
	query.Del("code_challenge_method")
	location.RawQuery = query.Encode()
	client.CheckRedirect = nil
	return getPage(t, client, location.String())
}

func getPage(t *testing.T, client *http.Client, address string) (status int, page string) {
	t.Helper()
	w, err := client.Get(address)
	require.NoError(t, err)
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	return w.StatusCode, string(body)
}

// clientCredentials returns an access token of a client.
func clientCredentials(t *testing.T, issuer, client, secret string) string {
	t.Helper()
	w, err := http.PostForm(issuer+"/protocol/openid-connect/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {client}, "client_secret": {secret}})
	require.NoError(t, err)
	defer w.Body.Close()
	var answer struct {
		Text string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(w.Body).Decode(&answer))
	require.NotEmpty(t, answer.Text)
	return answer.Text
}

// subjectOf reads whose a token is, as an administrator does.
func subjectOf(t *testing.T, token string) string {
	t.Helper()
	body, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	require.NoError(t, err)
	var claims struct{ Sub string }
	require.NoError(t, json.Unmarshal(body, &claims))
	require.NotEmpty(t, claims.Sub)
	return claims.Sub
}

// sendStatement sends a statement about an employee as a learning system does.
func sendStatement(t *testing.T, s *serverProcess, token string) (status int) {
	t.Helper()
	const statement = `[{"actor":{"account":{"homePage":"https://hr.example.com","name":"E012"}},"verb":{"id":"http://adlnet.gov/expapi/verbs/passed"},"object":{"id":"https://lms.example.com/1"}}]`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/xapi/statements", strings.NewReader(statement))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("X-Experience-API-Version", "1.0.3")
	r.Header.Set("Content-Type", "application/json")
	w, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, w.Body.Close())
	return w.StatusCode
}

// requireAccessTokens holds that a service may do what its access token and its account share,
// and that forged tokens are refused.
func requireAccessTokens(t *testing.T, s *serverProcess, issuer, token string) {
	t.Helper()
	require.Equal(t, http.StatusOK, sendStatement(t, s, token))
	_, answer := s.post(`{"query":"{ positions { totalCount } }"}`, "Authorization", "Bearer "+token)
	require.Contains(t, answer, "PERMISSION_DENIED", "the scope of the access token counts, too")
	parts := strings.Split(token, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
	for name, wrong := range map[string]string{
		"another audience": clientCredentials(t, issuer, "reporting", "reporting-secret"),
		"alg none":         none + "." + parts[1] + ".",
		"other claims":     parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"`+issuer+`","sub":"x","aud":"zhitu","exp":4102444800}`)) + "." + parts[2],
	} {
		require.Equal(t, http.StatusUnauthorized, sendStatement(t, s, wrong), name)
	}
}
