package server_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/server"
	"github.com/zhitu/zhitu/internal/store"
)

// A thousand wrong tokens are refused ever more cheaply, and make no right one late.
func TestWrongTokensAreThrottled(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	counts := map[int]int{}
	for i := range 1000 {
		w := s.request("POST", "/graphql", query, "Authorization", fmt.Sprintf("Bearer wrong-%d", i))
		counts[w.Code]++
		if w.Code == 429 {
			require.Contains(t, w.Body.String(), `"code":"LIMIT_EXCEEDED"`)
			require.Regexp(t, `^[1-9][0-9]*$`, w.Header().Get("Retry-After"))
		}
	}
	require.Equal(t, 1000, counts[401]+counts[429])
	require.GreaterOrEqual(t, counts[401], 20)
	require.Less(t, counts[401], 100)
	require.Equal(t, 200, s.request("POST", "/graphql", query, "Authorization", "Bearer "+token).Code)
	page := s.request("GET", "/metrics", "", "Authorization", "Bearer "+token).Body.String()
	require.Contains(t, page, fmt.Sprintf("zhitu_sign_ins_throttled_total %d\n", counts[429]))
}

// The first account ends that everybody may do everything, within a second.
func TestFirstAccountClosesAnOpenServer(t *testing.T) {
	s := newTestServer(t, server.Config{Loopback: true})
	require.Equal(t, 200, s.request("POST", "/graphql", query).Code)
	require.Equal(t, 200, s.request("POST", "/graphql", query, "Authorization", "Bearer of-another-server").Code, "none is needed")
	require.Contains(t, s.request("GET", "/sign-in", "").Body.String(), "zhitu account invite --admin")
	b := newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	require.Eventually(t, func() bool { return s.request("POST", "/graphql", query).Code == 401 }, time.Minute, 50*time.Millisecond)
	for _, path := range []string{"/metrics", "/schema.graphql"} {
		require.Equal(t, 401, s.request("GET", path, "").Code)
		require.Equal(t, 200, b.get(path).Code, "of the administrator")
	}
	require.Equal(t, 401, s.requestStatements("POST", "", "[]").Code)
	for _, path := range []string{"/livez", "/readyz", "/playground", "/sign-in", "/invite", "/sign-out", "/session", "/static/pages.css"} {
		require.Equal(t, 200, s.request("GET", path, "").Code, path)
	}
	require.NotContains(t, s.request("GET", "/session", "").Body.String(), "admin")
}

// An open server stays open while its store is away, for what it has in memory.
func TestOpenServerWithoutItsStore(t *testing.T) {
	s := newTestServer(t, server.Config{Loopback: true})
	s.store.err = store.ErrUnavailable
	require.Never(t, func() bool { return s.request("GET", "/schema.graphql", "").Code != 200 }, time.Second, 50*time.Millisecond)
	unknown := newTestServer(t, server.Config{Token: token})
	unknown.store.err = store.ErrUnavailable
	b := newBrowser(unknown)
	b.cookies["zhitu_session"] = "aaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	w := b.ask()
	require.Equal(t, []any{503, "1"}, []any{w.Code, w.Header().Get("Retry-After")}, "whether a session goes on cannot be told")
	require.Equal(t, 200, unknown.request("POST", "/graphql", `{"query":"{ __typename }"}`, "Authorization", "Bearer "+token).Code)
}

// What a proxy has forwarded is refused where whoever reaches the server may do everything.
func TestForwardedRequestsToAnOpenServer(t *testing.T) {
	open, closed := newTestServer(t, server.Config{Loopback: true}), newTestServer(t, server.Config{Loopback: true, Token: token})
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "x-forwarded-host", "X-Forwarded-Anything", "X-Real-IP", "Via"} {
		for _, path := range []string{"/graphql", "/playground", "/schema.graphql", "/metrics", "/xapi/statements", "/sign-in"} {
			w := open.request("GET", path, "", name, "1", "Accept-Language", "zh")
			require.Equal(t, 403, w.Code, "%s of %s", name, path)
			require.Contains(t, w.Body.String(), "代理")
		}
		require.Equal(t, 200, closed.request("POST", "/graphql", query, name, "1", "Authorization", "Bearer "+token).Code)
	}
}

func TestPublicNameOfALoopbackServer(t *testing.T) {
	s := newTestServer(t, server.Config{Loopback: true, Token: token, PublicOrigin: "https://zhitu.example.com"})
	for host, want := range map[string]int{"localhost": 200, "zhitu.example.com": 200, "ZHITU.example.com": 200, "evil.example": 403, "zhitu.example.com.evil.example": 403} {
		require.Equal(t, want, s.request("GET", "/livez", "", "Host", host).Code, host)
	}
	b := newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	require.Equal(t, 200, b.ask("Sec-Fetch-Site", "", "Origin", "https://zhitu.example.com").Code, "a proxy has changed the Host")
}

func TestBasePath(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token, BasePath: "/zhitu"})
	for _, base := range []string{"/zhitu", ""} { // a proxy may take it away
		for _, path := range []string{"/livez", "/readyz", "/playground", "/playground/app.js", "/sign-in", "/static/pages.css"} {
			require.Equal(t, 200, s.request("GET", base+path, "").Code, base+path)
		}
		require.Equal(t, 200, s.request("POST", base+"/graphql", query, "Authorization", "Bearer "+token).Code)
		for _, path := range []string{"/", "/team/ORG"} {
			page := s.request("GET", base+path, "", "Accept", "text/html")
			require.Equal(t, 200, page.Code, base+path)
			require.Contains(t, page.Body.String(), `<base href="/zhitu/"`)
		}
	}
	require.Equal(t, "/zhitu/", s.request("GET", "/zhitu", "").Header().Get("Location"))
	require.Equal(t, 404, s.request("GET", "/zhituplayground", "").Code)
	require.Contains(t, s.request("GET", "/zhitu/sign-in", "").Body.String(), `action="/zhitu/sign-in"`)
	b := newBrowser(s)
	w := b.submit("/zhitu/invite", "secret", s.inviteAdministrator(t), "password", password, "again", password)
	require.Equal(t, "/zhitu/", w.Header().Get("Location"))
	require.Equal(t, "/zhitu/", b.submit("/zhitu/sign-in", "login", "admin", "password", password, "next", "/elsewhere").Header().Get("Location"))
	require.Equal(t, "/zhitu/x", b.submit("/zhitu/sign-in", "login", "admin", "password", password, "next", "/zhitu/x").Header().Get("Location"))
}

// The gate of a token is the same for every transport, and says what is missing.
func TestScopesOfTokens(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	system := access.WithViewer(t.Context(), access.System())
	service, err := s.accounts.CreateServiceAccount(system, "Prometheus")
	require.NoError(t, err)
	made, err := s.accounts.CreateToken(system, account.CreateTokenInput{Account: &service.ID, Name: "scrape", Scopes: []access.Scopes{access.MetricsRead}, ExpiresAt: time.Now().Add(time.Hour)})
	require.NoError(t, err)
	bearer := []string{"Authorization", "Bearer " + made.Text}
	require.Equal(t, 200, s.request("GET", "/metrics", "", bearer...).Code)
	require.Equal(t, 200, s.request("GET", "/schema.graphql", "", bearer...).Code, "any scope will do")
	require.Contains(t, s.request("POST", "/graphql", query, bearer...).Body.String(), "the token lacks the scope catalog:read")
	require.Equal(t, 403, s.requestStatements("POST", "", statementJSON(someID, "E"), bearer...).Code)
	require.NoError(t, s.accounts.RevokeToken(system, made.Token.ID))
	require.Eventually(t, func() bool { return s.request("GET", "/metrics", "", bearer...).Code == 401 }, time.Minute, 50*time.Millisecond)
	require.NotContains(t, s.log.String(), made.Text)
}

func TestWebSocketWithACookie(t *testing.T) {
	const portal = "https://portal.example.com"
	s := newTestServer(t, server.Config{Token: token, AllowedOrigins: []string{portal}})
	b := newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	listening := httptest.NewServer(s)
	t.Cleanup(listening.Close)
	cookie := "zhitu_session=" + b.cookies["zhitu_session"]
	const ack, initial = `{"type":"connection_ack"}`, `{"type":"connection_init"}`
	withToken := `{"type":"connection_init","payload":{"Authorization":"Bearer ` + token + `"}}`

	conn, _, err := dialWebSocket(t, listening.URL, "Cookie", cookie, "Origin", listening.URL)
	require.NoError(t, err)
	require.Equal(t, ack, exchangeMessage(t, conn, initial))
	for message, want := range map[string]string{initial: "StatusCode(4403)", withToken: ack} {
		conn, _, err = dialWebSocket(t, listening.URL, "Cookie", cookie, "Origin", portal)
		require.NoError(t, err)
		require.Equal(t, want, exchangeMessage(t, conn, message), "an allowed page brings a token, never a session")
	}
	_, w, err := dialWebSocket(t, listening.URL, "Cookie", cookie, "Origin", "https://evil.example")
	require.Error(t, err)
	require.Equal(t, 403, w.StatusCode)
}

// Nothing is told before it is in the audit.
func TestAnswersWaitForTheAudit(t *testing.T) {
	failing := errors.New("secret: the disk is full")
	var commit error
	s := newTestServer(t, server.Config{Token: token, CommitAudit: func(context.Context) error {
		if commit == nil {
			return nil
		}
		return fault.Wrap(commit, fault.Unavailable, "the audit cannot be written", "无法写入审计记录")
	}})
	bearer := []string{"Authorization", "Bearer " + token}
	b := newBrowser(s)
	secret := s.inviteAdministrator(t)
	commit = failing
	for _, w := range []*httptest.ResponseRecorder{
		s.request("GET", "/schema.graphql", "", bearer...), s.request("GET", "/metrics", "", bearer...), s.requestStatements("POST", "", "[]", bearer...),
		b.submit("/invite", "secret", secret, "password", password, "again", password),
	} {
		require.Equal(t, 503, w.Code, w.Body)
		require.Contains(t, w.Body.String(), `"code":"UNAVAILABLE"`)
		require.Equal(t, "1", w.Header().Get("Retry-After"))
		require.Empty(t, w.Header().Get("Set-Cookie"))
		require.NotContains(t, w.Body.String(), "secret")
	}
	w := s.request("POST", "/graphql", query, bearer...)
	require.Contains(t, w.Body.String(), `"code":"UNAVAILABLE"`)
	require.NotContains(t, w.Body.String(), "岗位")
	require.Contains(t, s.log.String(), "the disk is full")
	commit = nil
	require.Contains(t, s.request("POST", "/graphql", query, bearer...).Body.String(), "岗位")
}

// writeCertificate writes a new certificate for a name, and returns its files.
func writeCertificate(t *testing.T, dir, name string) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return certFile, keyFile
}

func TestCertificateIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	log := &syncBuffer{}
	certFile, keyFile := writeCertificate(t, dir, "first")
	cfg, err := server.LoadTLS(certFile, keyFile, slog.New(slog.NewTextHandler(log, nil)))
	require.NoError(t, err)
	name := func() string {
		cert, err := cfg.GetCertificate(nil)
		require.NoError(t, err)
		return cert.Leaf.Subject.CommonName
	}
	require.Equal(t, "first", name())
	require.NoError(t, os.WriteFile(keyFile, []byte("not a key"), 0o600))
	require.Eventually(t, func() bool { return name() == "first" && strings.Contains(log.String(), "cannot be read again") }, time.Minute, 50*time.Millisecond)
	writeCertificate(t, dir, "second")
	require.Eventually(t, func() bool { return name() == "second" }, time.Minute, 50*time.Millisecond)
	_, err = server.LoadTLS(filepath.Join(dir, "none.pem"), keyFile, slog.New(slog.DiscardHandler))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestParseAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"https://portal.example.com": "https://portal.example.com", "HTTPS://Portal.Example.com:443/": "https://portal.example.com", "http://127.0.0.1:5173": "http://127.0.0.1:5173",
		"": "", "*": "", "portal.example.com": "", "https://*.example.com": "", "https://a.example/path": "", "https://u:p@a.example": "", "ftp://a.example": "", "https://": "", "https://a.example; script-src *": "", "null": "",
	} {
		got, ok := server.ParseOrigin(text)
		require.Equal(t, want, got, text)
		require.Equal(t, want != "", ok, text)
	}
	for text, want := range map[string]string{"self": "'self'", "'self'": "'self'", "https://*.example.com": "https://*.example.com", "https://lms.example.com": "https://lms.example.com", "*": "", "https://*.com": "", "https://*": "", "https:": "", "https://a.example; x": ""} {
		got, ok := server.ParseFrameAncestor(text)
		require.Equal(t, want != "", ok, text)
		if ok {
			require.Equal(t, want, got)
		}
	}
	for text, want := range map[string]bool{"": true, "/": true, "/zhitu": true, "/a/b-c/": true, "zhitu": false, "/a//b": false, "/..": false, "/a/../b": false, "/a?b": false, "//evil.example": false, "/中": false} {
		_, ok := server.ParseBasePath(text)
		require.Equal(t, want, ok, text)
	}
	origin, base, ok := server.ParsePublicURL("https://hr.example.com/zhitu/")
	require.Equal(t, []any{"https://hr.example.com", "/zhitu", true}, []any{origin, base, ok})
	for _, wrong := range []string{"", "hr.example.com", "https://hr.example.com/?a", "https://hr.example.com/#a", "mailto:a@example.com"} {
		_, _, ok := server.ParsePublicURL(wrong)
		require.False(t, ok, wrong)
	}
}

// Signing out everywhere ends a stream that is open, with the reason, though nothing is pushed.
func TestStreamEndsWithItsSession(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{Token: token})
	system := access.WithViewer(t.Context(), access.System())
	require.NoError(t, s.accounts.PutSamples(system, []account.Sample{{Login: "hr", Name: "白", Employee: "HR", Grants: []access.Grant{{Role: access.HR}}}}))
	session, err := s.accounts.SignInAs(t.Context(), "HR", account.Client{})
	require.NoError(t, err)
	listening := httptest.NewServer(s)
	t.Cleanup(listening.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, listening.URL+"/graphql", strings.NewReader(subscribe))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	r.AddCookie(&http.Cookie{Name: "zhitu_session", Value: session.Secret})
	w, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer w.Body.Close()
	require.Equal(t, 200, w.StatusCode)
	viewer, err := s.accounts.ViewerOfSession(t.Context(), session.Secret)
	require.NoError(t, err)
	require.NoError(t, s.accounts.SignOutEverywhere(access.WithViewer(t.Context(), viewer)))
	told, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	require.Contains(t, string(told), `"code":"UNAUTHENTICATED"`)
}
