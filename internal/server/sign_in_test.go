package server_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/server"
)

const password = "correct horse battery staple"

// inviteAdministrator makes an account that is ADMIN, and returns the secret of its link.
func (s *testServer) inviteAdministrator(t *testing.T) string {
	t.Helper()
	invited, err := s.accounts.InviteAdministrator(access.WithViewer(t.Context(), access.System()), "admin")
	require.NoError(t, err)
	return invited.Secret
}

// browser keeps the cookies of one visitor, and sends what browsers send.
type browser struct {
	*testServer
	cookies map[string]string
	with    func(*http.Request) // changes every request; nil for nothing
}

func newBrowser(s *testServer) *browser { return &browser{testServer: s, cookies: map[string]string{}} }

// send sends a request of our own page, unless headers say otherwise.
func (b *browser) send(method, path, contentType, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "localhost:8080"
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
	}
	if b.with != nil {
		b.with(r)
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return w
}

func (b *browser) get(path string, headers ...string) *httptest.ResponseRecorder {
	return b.send(http.MethodGet, path, "", "", headers...)
}

// submit submits a form, given as name, value, …
func (b *browser) submit(path string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return b.send(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}

func (b *browser) ask(headers ...string) *httptest.ResponseRecorder {
	return b.send(http.MethodPost, "/graphql", "application/json", query, headers...)
}

// accept sets the password of an invited account.
func (b *browser) accept(t *testing.T, secret string) *httptest.ResponseRecorder {
	t.Helper()
	w := b.submit("/invite", "secret", secret, "password", password, "again", password)
	require.Equal(t, 303, w.Code, w.Body)
	return w
}

func TestInvitationSignInAndOut(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	b := newBrowser(s)
	require.Equal(t, 401, b.ask().Code)
	secret := s.inviteAdministrator(t)
	require.Contains(t, b.get("/invite").Body.String(), "/static/invite.js")
	require.Contains(t, b.submit("/invite", "secret", secret).Body.String(), `value="admin"`)
	require.Contains(t, b.submit("/invite", "secret", secret, "password", password, "again", "other", "lang", "zh").Body.String(), "两次输入的密码不一致")
	require.Equal(t, 400, b.submit("/invite", "secret", secret, "password", "short", "again", "short").Code)
	require.Equal(t, 404, b.submit("/invite", "secret", "wrong").Code)
	require.Empty(t, b.cookies)

	w := b.accept(t, secret)
	require.Equal(t, "/", w.Header().Get("Location"))
	cookie := w.Result().Cookies()[0]
	require.Equal(t, []any{"zhitu_session", "/", true, false, http.SameSiteLaxMode, ""}, []any{cookie.Name, cookie.Path, cookie.HttpOnly, cookie.Secure, cookie.SameSite, cookie.Domain})
	require.Contains(t, b.ask().Body.String(), "岗位")
	require.Equal(t, 404, newBrowser(s).submit("/invite", "secret", secret).Code, "a link is valid once")
	require.Contains(t, b.get("/session").Body.String(), `"name":"admin"`)
	require.Contains(t, b.get("/sign-out").Body.String(), ">admin</a>")

	session := b.cookies["zhitu_session"]
	w = b.submit("/sign-out", "lang", "zh-CN")
	require.Equal(t, []any{303, "/sign-in?lang=zh-CN"}, []any{w.Code, w.Header().Get("Location")})
	require.Empty(t, b.cookies)
	require.Equal(t, 401, b.ask().Code)
	b.cookies["zhitu_session"] = session
	require.Equal(t, 401, b.ask().Code, "the session is over, and not the cookie alone")

	for _, wrong := range [][]string{{"login", "admin", "password", "wrong"}, {"login", "nobody", "password", password}, {"login", "admin"}, {}} {
		w = b.submit("/sign-in", append(wrong, "lang", "zh-CN")...)
		require.Equal(t, 401, w.Code)
		require.Contains(t, w.Body.String(), "错误")
		require.NotContains(t, w.Header().Get("Set-Cookie"), "zhitu_session=.")
	}
	w = b.submit("/sign-in", "login", "Admin", "password", password, "next", "/graphql?x=1")
	require.Equal(t, []any{303, "/graphql?x=1"}, []any{w.Code, w.Header().Get("Location")})
	require.Equal(t, 200, b.ask().Code)
	for _, secret := range []string{password, secret, session, b.cookies["zhitu_session"]} {
		require.NotContains(t, s.log.String(), secret)
	}
}

func TestSignInLeadsNowhereElse(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	b := newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	for _, next := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)", "http:evil.example", "playground", "/%zz"} {
		require.Equal(t, "/", b.submit("/sign-in", "login", "admin", "password", password, "next", next).Header().Get("Location"), next)
		require.NotContains(t, b.get("/sign-in?next="+url.QueryEscape(next)).Body.String(), "evil")
	}
}

func TestSignOutEverywhere(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	here, there := newBrowser(s), newBrowser(s)
	here.accept(t, s.inviteAdministrator(t))
	require.Equal(t, 303, there.submit("/sign-in", "login", "admin", "password", password).Code)
	require.Equal(t, 303, here.submit("/sign-out").Code)
	require.Equal(t, 200, there.ask().Code)
	require.Equal(t, 303, here.submit("/sign-in", "login", "admin", "password", password).Code)
	require.Equal(t, 303, here.submit("/sign-out", "everywhere", "yes").Code)
	require.Equal(t, 401, there.ask().Code)
}

// Session fixation: who signs in gets a new session, whatever cookie was there.
func TestSignInBeginsANewSession(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	b := newBrowser(s)
	b.cookies["zhitu_session"] = "planted.by-somebody"
	b.accept(t, s.inviteAdministrator(t))
	first := b.cookies["zhitu_session"]
	require.NotEqual(t, "planted.by-somebody", first)
	require.Equal(t, 303, b.submit("/sign-in", "login", "admin", "password", password).Code)
	require.NotEqual(t, first, b.cookies["zhitu_session"])
	require.Equal(t, 200, b.ask().Code)
	b.cookies["zhitu_session"] = first
	require.Equal(t, 401, b.ask().Code, "the one before has ended")
	b.cookies["zhitu_session"] = "planted.by-somebody"
	require.Equal(t, 401, b.ask().Code)
}

func TestForgedCookies(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	b := newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	id, secret, _ := strings.Cut(b.cookies["zhitu_session"], ".")
	for _, forged := range []string{"", "x", ".", id, id + ".", "." + secret, id + "." + secret[1:], id + "." + strings.Repeat("A", len(secret)), secret + "." + id, id + "." + secret + "x", token} {
		b.cookies["zhitu_session"] = forged
		require.Equal(t, 401, b.ask().Code, "%q", forged)
	}
	b.cookies = map[string]string{"__Host-zhitu_session": id + "." + secret}
	require.Equal(t, 401, b.ask().Code, "the name is for TLS alone")
}

// A browser that sends no Sec-Fetch-Site says by Origin which page a form is of. It names the
// page because of our Referrer-Policy: by no-referrer it would say null.
func TestFormsOfBrowsersWithoutSecFetchSite(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token, PublicOrigin: "https://zhitu.example.com"})
	newBrowser(s).accept(t, s.inviteAdministrator(t))
	form := url.Values{"login": {"admin"}, "password": {password}}.Encode()
	for _, c := range []struct {
		host, origin string
		code         int
	}{
		{"localhost:8080", "http://localhost:8080", 303},
		{"localhost:8080", "https://zhitu.example.com", 303}, // a proxy that changes the Host
		{"localhost:8080", "http://LOCALHOST:8080", 403},     // no browser writes it so
		{"localhost:8080", "null", 403},
		{"localhost:8080", "http://localhost:8081", 403},
		{"localhost:8080", "http://localhost", 403},
		{"localhost:8080", "https://evil.example", 403},
		{"localhost:8080", "https://zhitu.example.com.evil.example", 403},
		{"localhost:8080", "http://zhitu.example.com", 403},
		{"localhost:8080", "https://evil.example/http://localhost:8080", 403},
		{"localhost:8080", "localhost:8080", 403},
	} {
		b := newBrowser(s)
		require.Equal(t, "same-origin", b.get("/sign-in", "Sec-Fetch-Site", "").Header().Get("Referrer-Policy"))
		w := b.send(http.MethodPost, "/sign-in", "application/x-www-form-urlencoded", form, "Sec-Fetch-Site", "", "Host", c.host, "Origin", c.origin)
		require.Equal(t, c.code, w.Code, c.origin)
		require.Equal(t, c.code == 303, len(b.cookies) == 1, c.origin)
	}
}

// Who has come by TLS once is not led to plain HTTP, where another could read on the way.
func TestStrictTransportSecurity(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	for _, c := range []struct {
		host string
		tls  bool
		want string
	}{
		{"zhitu.example.com", true, "max-age=31536000"},
		{"zhitu.example.com:8443", true, "max-age=31536000"},
		{"zhitu.example.com", false, ""},
		{"localhost:8443", true, ""},
		{"127.0.0.1:8443", true, ""},
		{"[::1]:8443", true, ""},
	} {
		for _, path := range []string{"/sign-in", "/playground", "/graphql", "/livez", "/nothing"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = c.host
			if r.TLS = nil; c.tls {
				r.TLS = &tls.ConnectionState{}
			}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			require.Equal(t, c.want, w.Header().Get("Strict-Transport-Security"), "%s of %s", path, c.host)
		}
	}
}

// Cross-site request forgery: a session counts for our own pages alone.
func TestSessionCountsForOwnPagesAlone(t *testing.T) {
	const portal = "https://portal.example.com"
	s := newTestServer(t, server.Config{Token: token, AllowedOrigins: []string{portal}})
	b := newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	own := []string{"Sec-Fetch-Site", "", "Origin", "http://localhost:8080"}
	require.Equal(t, 200, b.ask(own...).Code)
	require.Equal(t, 200, b.ask("Sec-Fetch-Site", "").Code, "no browser sends it, and it has the cookie")
	for _, foreign := range [][]string{
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
		{"Sec-Fetch-Site", "", "Origin", "http://localhost:8081"},
		{"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
		{"Sec-Fetch-Site", "", "Origin", "null"},
		{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"},
	} {
		w := b.ask(append(foreign, "Accept-Language", "zh")...)
		require.Equal(t, 403, w.Code, foreign)
		require.Contains(t, w.Body.String(), "其他来源")
		w = b.send(http.MethodPost, "/sign-out", "application/x-www-form-urlencoded", "", foreign...)
		require.Equal(t, 403, w.Code, foreign)
		require.Equal(t, 403, b.send(http.MethodPost, "/xapi/statements", "application/json", "[]", append(foreign, versionHeader, "1.0.3")...).Code)
	}
	require.Equal(t, 401, b.get("/schema.graphql", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors").Code, "a script of another site")
	require.Equal(t, 200, b.get("/schema.graphql", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate").Code, "a link on another site")

	allowed := []string{"Sec-Fetch-Site", "cross-site", "Origin", portal}
	w := b.ask(allowed...)
	require.Equal(t, 401, w.Code, "an allowed page brings a token, never a session")
	require.Equal(t, portal, w.Header().Get("Access-Control-Allow-Origin"), "it may read why")
	w = b.ask(append(allowed, "Authorization", "Bearer "+token)...)
	require.Equal(t, 200, w.Code)
	require.Empty(t, w.Header().Get("Access-Control-Allow-Credentials"))
	preflight := b.send(http.MethodOptions, "/graphql", "", "", "Sec-Fetch-Site", "cross-site", "Origin", portal, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
	require.Equal(t, []any{204, portal, "authorization,content-type"}, []any{preflight.Code, preflight.Header().Get("Access-Control-Allow-Origin"), preflight.Header().Get("Access-Control-Allow-Headers")})
	refused := b.send(http.MethodOptions, "/graphql", "", "", "Origin", "https://evil.example", "Access-Control-Request-Method", "POST")
	require.Empty(t, refused.Header().Get("Access-Control-Allow-Origin"))
}

func TestCookieOverTLS(t *testing.T) {
	const site = "zhitu.example.com"
	proxy, err := server.ParseProxy("10.0.0.1")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		cfg    server.Config
		with   func(*http.Request)
		secure bool
		framed bool
	}{
		"TLS":               {with: func(r *http.Request) { r.TLS = &tls.ConnectionState{} }, secure: true},
		"a trusted proxy":   {cfg: server.Config{}, with: func(r *http.Request) { r.RemoteAddr = "10.0.0.1:5"; r.Header.Set("X-Forwarded-Proto", "https") }, secure: true},
		"the nearest proxy": {with: func(r *http.Request) { r.RemoteAddr = "10.0.0.1:5"; r.Header.Set("X-Forwarded-Proto", "https, http") }},
		"another machine":   {with: func(r *http.Request) { r.RemoteAddr = "10.0.0.2:5"; r.Header.Set("X-Forwarded-Proto", "https") }},
		"plain HTTP":        {with: func(*http.Request) {}},
		"a frame":           {cfg: server.Config{FrameAncestors: []string{"'self'", "https://lms.example.com"}}, with: func(r *http.Request) { r.TLS = &tls.ConnectionState{} }, secure: true, framed: true},
		"an own frame":      {cfg: server.Config{FrameAncestors: []string{"'self'"}}, with: func(r *http.Request) { r.TLS = &tls.ConnectionState{} }, secure: true},
	} {
		t.Run(name, func(t *testing.T) {
			c.cfg.Token, c.cfg.Proxies = token, append(c.cfg.Proxies, proxy)
			s := newTestServer(t, c.cfg)
			secret := s.inviteAdministrator(t)
			b := newBrowser(s)
			b.with = func(r *http.Request) { r.Host = site; c.with(r) }
			w := b.submit("/invite", "secret", secret, "password", password, "again", password)
			if !c.secure {
				require.Equal(t, 403, w.Code, "the password would have been read on the way")
				require.Contains(t, w.Body.String(), "https://")
				require.Empty(t, w.Result().Cookies())
				require.Contains(t, b.get("/sign-in").Body.String(), "https://")
				return
			}
			require.Equal(t, 303, w.Code, w.Body)
			cookie := w.Result().Cookies()[0]
			require.Equal(t, []any{"__Host-zhitu_session", "/", true, true, ""}, []any{cookie.Name, cookie.Path, cookie.HttpOnly, cookie.Secure, cookie.Domain})
			require.Equal(t, map[bool]http.SameSite{false: http.SameSiteLaxMode, true: http.SameSiteNoneMode}[c.framed], cookie.SameSite)
			require.Equal(t, c.framed, cookie.Partitioned)
			require.Equal(t, 200, b.ask().Code)
			b.with = func(r *http.Request) { r.Host = site }
			require.Equal(t, 401, b.ask().Code, "the same cookie over plain HTTP")
		})
	}
}

func TestGuessedPasswordsAreThrottled(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	b := newBrowser(s)
	limited := false
	for i := range 40 {
		w := b.submit("/sign-in", "login", "admin"+strings.Repeat("x", i), "password", "wrong", "lang", "zh-CN")
		if w.Code == 429 {
			require.Regexp(t, `^[1-9][0-9]*$`, w.Header().Get("Retry-After"))
			require.Regexp(t, `class="error"[^>]*>[^<]*\p{Han}`, w.Body.String())
			limited = true
		}
	}
	require.True(t, limited)
	require.Contains(t, s.request("GET", "/metrics", "", "Authorization", "Bearer "+token).Body.String(), "zhitu_sign_ins_throttled_total")
}
