package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/server"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
	"github.com/zhitu/zhitu/internal/store/storetest"
)

const token = "a-token-that-nobody-guesses"

// failingStore is a store that stops answering once it has an error.
type failingStore struct {
	store.Store
	err error
}

func (f *failingStore) Documents(ctx context.Context, q store.DocumentQuery) ([]store.Document, error) {
	if f.err != nil {
		return nil, f.err
	}
	return f.Store.Documents(ctx, q)
}

func (f *failingStore) Revision(ctx context.Context) (store.Revision, error) {
	if f.err != nil {
		return 0, f.err
	}
	return f.Store.Revision(ctx)
}

type testServer struct {
	http.Handler
	store    *failingStore
	accounts *account.Accounts
	log      *syncBuffer
	passed   atomic.Int64 // nanoseconds by which the clock of the accounts is ahead
}

// pass lets the clock of the accounts go on.
func (s *testServer) pass(d time.Duration) { s.passed.Add(int64(d)) }

// directory says of every employee that they stand alone.
type directory struct{}

func (directory) Stand(_ context.Context, employee string) (access.Person, error) {
	return access.Person{Code: employee}, nil
}

func (directory) HasOrgUnit(context.Context, string) (bool, error) { return true, nil }

// syncBuffer collects the log of several goroutines.
type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *syncBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *syncBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newTestServer(t *testing.T, cfg server.Config) *testServer {
	t.Helper()
	s, err := sqlitestore.OpenMemory(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	out := &testServer{store: &failingStore{Store: s}, log: &syncBuffer{}}
	cfg.Metrics = server.NewMetrics()
	cfg.Log = slog.New(server.LogHandler(slog.NewTextHandler(out.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	cfg.Service, err = servicetest.New(servicetest.Context(t), store.Observe(out.store, cfg.Metrics.StoreCall), servicetest.Config{Log: cfg.Log, Compiled: cfg.Metrics.ObserveCompilation, Subscribed: cfg.Metrics.SetSubscriptions})
	require.NoError(t, err)
	out.accounts = account.New(out.store, directory{}, account.Config{Clock: func() time.Time { return time.Now().Add(time.Duration(out.passed.Load())) }})
	cfg.Accounts, cfg.Open = out.accounts, cfg.Token == ""
	out.Handler = server.New(cfg)
	made := out.request(http.MethodPost, "/graphql", seedMutation, "Authorization", "Bearer "+cfg.Token)
	require.Equal(t, 2, strings.Count(made.Body.String(), `"userErrors":[]`), made.Body)
	return out
}

// request sends a request with headers, given as name, value, …
func (s *testServer) request(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "localhost:8080"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		} else {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

const seedMutation = `{"query":"mutation { upsertPosition(input: { code: \"P\", name: \"岗位\" }) { userErrors { code } } upsertKnowledgePoint(input: { code: \"K\", name: \"点\" }) { userErrors { code } } }"}`

const query = `{"query":"{ position(code: \"P\") { name } missing: position(code: \"X\") { name } }"}`

func TestLoopbackRequiresLocalHostHeader(t *testing.T) {
	s := newTestServer(t, server.Config{Loopback: true})
	for host, want := range map[string]int{
		"localhost": 200, "LocalHost:8080": 200, "127.0.0.1": 200, "127.0.0.1:8080": 200, "127.8.9.1:80": 200,
		"[::1]": 200, "[::1]:8080": 200, "::1": 200, "[::ffff:127.0.0.1]:80": 200,
		"": 403, ":8080": 403, "evil.example": 403, "evil.example:8080": 403, "localhost.evil.example": 403, "127.0.0.1.evil.example": 403,
		"10.0.0.1:8080": 403, "0.0.0.0:8080": 403, "[::]:8080": 403, "[fe80::1]:8080": 403, "localhost:8080:8080": 403, "localhost@evil.example": 403,
	} {
		for _, path := range []string{"/graphql", "/playground", "/livez", "/readyz", "/metrics"} {
			method, body := http.MethodGet, ""
			if path == "/graphql" {
				method, body = http.MethodPost, query
			}
			w := s.request(method, path, body, "Host", host)
			require.Equal(t, want, w.Code, "%s of %q", path, host)
			if want == 403 {
				require.Contains(t, w.Body.String(), `"code":"PERMISSION_DENIED"`)
				require.NotContains(t, w.Body.String(), "岗位")
			}
		}
	}
	require.Contains(t, s.request("GET", "/", "", "Host", "evil.example", "Accept-Language", "zh-CN").Body.String(), "仅响应 localhost")
	open := newTestServer(t, server.Config{Token: token})
	require.Equal(t, 200, open.request("GET", "/livez", "", "Host", "zhitu.example").Code, "other addresses accept any name")
}

func TestIsLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:8080": true, "localhost:0": true, "[::1]:8080": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "10.0.0.1:8080": false, "zhitu.example:8080": false, "8080": false, "": false,
	} {
		require.Equal(t, want, server.IsLoopback(address), address)
	}
}

func TestDataRequireToken(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	ask := func(path string, headers ...string) *httptest.ResponseRecorder {
		if path == "/graphql" {
			return s.request("POST", path, query, headers...)
		}
		return s.request("GET", path, "", headers...)
	}
	for _, path := range []string{"/graphql", "/metrics"} {
		for _, given := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Bearer " + token + "x", "Bearer " + token[1:], "Basic " + token, token} {
			w := ask(path, "Authorization", given, "Accept-Language", "zh")
			require.Equal(t, 401, w.Code, "%s with %q", path, given)
			require.Contains(t, w.Body.String(), `"code":"UNAUTHENTICATED"`)
			require.Contains(t, w.Body.String(), "令牌")
			require.Contains(t, w.Header().Get("WWW-Authenticate"), "Bearer")
		}
		require.Equal(t, 200, ask(path, "Authorization", "Bearer "+token).Code)
		require.Equal(t, 200, ask(path, "Authorization", "bearer  "+token).Code)
	}
	for _, path := range []string{"/livez", "/readyz", "/playground", "/playground/tabs.json"} {
		require.Equal(t, 200, ask(path).Code, "%s holds no data", path)
	}
	require.NotContains(t, s.log.String(), token)
}

func TestRequestIDs(t *testing.T) {
	s := newTestServer(t, server.Config{})
	require.Equal(t, "from-the-proxy_7", s.request("GET", "/livez", "", "X-Request-Id", "from-the-proxy_7").Header().Get("X-Request-Id"))
	seen := map[string]bool{}
	for _, insane := range []string{"", strings.Repeat("x", 65), "two words", "line\nbreak", "编号", "a\x7f"} {
		id := s.request("GET", "/livez", "", "X-Request-Id", insane).Header().Get("X-Request-Id")
		require.Regexp(t, `^[A-Z0-9]{16}$`, id, "%q", insane)
		require.False(t, seen[id])
		seen[id] = true
	}
	s.request("POST", "/graphql", query, "X-Request-Id", "asked-7")
	require.Contains(t, s.log.String(), "request=asked-7")
}

func TestSecurityHeaders(t *testing.T) {
	s := newTestServer(t, server.Config{})
	for _, c := range [][3]string{{"POST", "/graphql", query}, {"GET", "/graphql"}, {"GET", "/playground"}, {"GET", "/livez"}, {"GET", "/readyz"}, {"GET", "/metrics"}, {"GET", "/nothing"}} {
		w := s.request(c[0], c[1], c[2])
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), c)
		require.NotEmpty(t, w.Header().Get("Content-Type"), c)
		require.Empty(t, w.Header().Get("Access-Control-Allow-Origin"), "no other site may read it")
	}
	page := s.request("GET", "/playground", "").Header()
	require.Contains(t, page.Get("Content-Security-Policy"), "default-src 'self'")
	framed := newTestServer(t, server.Config{FrameAncestors: []string{"https://lms.example.com"}})
	for path, want := range map[string]string{"/playground": "DENY", "/livez": "DENY", "/sign-in": "DENY"} {
		for s, want := range map[*testServer]string{s: want, framed: ""} {
			h := s.request("GET", path, "").Header()
			require.Equal(t, want, h.Get("X-Frame-Options"), path)
			require.Equal(t, want == "", strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors https://lms.example.com"), path)
			require.Equal(t, "same-origin", h.Get("Referrer-Policy"))
		}
	}
}

func TestRoutes(t *testing.T) {
	s := newTestServer(t, server.Config{})
	require.Equal(t, 405, s.request("GET", "/graphql", "").Code)
	require.Equal(t, 405, s.request("OPTIONS", "/graphql", "", "Origin", "https://evil.example", "Access-Control-Request-Method", "POST").Code)
	require.Equal(t, 404, s.request("GET", "/nothing", "").Code)
	require.Equal(t, 405, s.request("POST", "/livez", "x").Code)
}

// The application has one page for all paths that no route takes, and only for browsers.
func TestApplicationRoutes(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	home := s.request("GET", "/", "")
	require.Equal(t, 200, home.Code, "for everybody, without a sign-in")
	require.Contains(t, home.Header().Get("Content-Security-Policy"), "script-src 'self'; ")
	for _, path := range []string{"/team", "/people/E001", "/a/b/c", "/nothing.js", "/csv", "/account/sessions", "//evil.example/", "/zhitu/team"} {
		for _, headers := range [][]string{{"Accept", "text/html,*/*;q=0.8"}, {"Accept", "*/*", "Sec-Fetch-Mode", "navigate"}} {
			page := s.request("GET", path, "", headers...)
			require.Equal(t, 200, page.Code, path)
			require.Equal(t, home.Body.String(), page.Body.String(), path)
			require.Equal(t, 304, s.request("GET", path, "", append(headers, "If-None-Match", page.Header().Get("ETag"))...).Code)
		}
	}
	for _, headers := range [][]string{nil, {"Accept", "*/*"}, {"Accept", "application/json"}, {"Accept", "image/*", "Sec-Fetch-Mode", "no-cors"}} {
		nothing := s.request("GET", "/team", "", headers...)
		require.Equal(t, 404, nothing.Code, headers)
		require.Equal(t, "no-store", nothing.Header().Get("Cache-Control"), "a cache would give it to browsers, too")
	}
	html := []string{"Accept", "text/html"}
	for path, want := range map[string]int{"/assets/missing.js": 404, "/playground/missing": 404, "/static/missing": 404, "/graphql": 405, "/livez": 200, "/metrics": 401, "/xapi/nothing": 404, "/sign-in": 200} {
		w := s.request("GET", path, "", append(html, "Authorization", "Bearer wrong")...)
		if want == 405 {
			w = s.request("GET", path, "", append(html, "Authorization", "Bearer "+token)...)
		}
		require.Equal(t, want, w.Code, path)
		require.NotEqual(t, home.Body.String(), w.Body.String(), path)
	}
	require.Equal(t, 405, s.request("POST", "/", "x", html...).Code)
	require.Equal(t, 404, s.request("POST", "/team", "x", html...).Code)
	require.Contains(t, s.request("GET", "/metrics", "", "Authorization", "Bearer "+token).Body.String(), `zhitu_http_requests_total{method="GET",route="/{path...}",status="200"}`)
}

// Encodings of files are made once, and not again around them.
func TestAssetsAreCompressedOnce(t *testing.T) {
	s := newTestServer(t, server.Config{})
	for _, path := range []string{"/", "/playground/graphiql.min.js"} {
		w := s.request("GET", path, "", "Accept-Encoding", "gzip, deflate, br, zstd")
		require.Equal(t, []string{"br"}, w.Header().Values("Content-Encoding"), path)
		require.Equal(t, []string{"Accept-Encoding"}, w.Header().Values("Vary"), path)
	}
}

func TestMetrics(t *testing.T) {
	s := newTestServer(t, server.Config{Build: server.Build{Version: "v1.2.3", Revision: "abc", GoVersion: "go1.99"}})
	require.Contains(t, s.request("POST", "/graphql", query).Body.String(), "岗位")
	page := s.request("GET", "/metrics", "").Body.String()
	for _, line := range []string{
		`zhitu_graphql_field_seconds_count{field="position",object="Query"} 2`,
		`zhitu_graphql_field_errors_total{code="NOT_FOUND",field="position",object="Query"} 1`,
		`zhitu_store_seconds_count{method="Apply"} 2`,
		`zhitu_revision 2`, `zhitu_knowledge_points 1`, `zhitu_compile_seconds_count 3`,
		`zhitu_build_info{goversion="go1.99",revision="abc",version="v1.2.3"} 1`,
		`go_goroutines`, `process_`,
	} {
		require.Contains(t, page, line)
	}
}

// Back-pressure: while too much evidence waits, every endpoint answers with Retry-After.
func TestBackPressureAnswersRetryAfter(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{Timeout: time.Hour})
	record := func(first, n int) string {
		var pieces []string
		for i := range n {
			pieces = append(pieces, fmt.Sprintf(`{id:"e-%d",employee:"E",knowledgePoints:["K"],kind:EXAM,correct:true}`, first+i))
		}
		body, err := json.Marshal(map[string]string{"query": "mutation { recordEvidence(input: { evidence: [" + strings.Join(pieces, ",") + "] }) { results { outcome } } }"})
		require.NoError(t, err)
		return string(body)
	}
	kept := s.request("POST", "/graphql", record(0, 1))
	require.Contains(t, kept.Body.String(), "RECORDED")
	require.Empty(t, kept.Header().Get("Retry-After"))
	require.Empty(t, s.request("POST", "/graphql", query).Header().Get("Retry-After"), "an unknown record is not worth a retry")

	held := storetest.BlockRecord(s.store.Store)
	s.store.Store = held
	const piecesEach, senders = 100, 270 // more than the limits together: 4,000 in a write and 20,000 waiting
	answers := make(chan *httptest.ResponseRecorder, senders)
	for i := range senders {
		go func() { answers <- s.request("POST", "/graphql", record(1+i*piecesEach, piecesEach)) }()
	}
	refused := func(w *httptest.ResponseRecorder, status int) {
		require.Equal(t, status, w.Code, w.Body)
		require.Contains(t, w.Body.String(), `"code":"UNAVAILABLE"`)
		require.Contains(t, w.Body.String(), "more evidence arrives than can be written")
		require.Equal(t, "1", w.Header().Get("Retry-After"))
	}
	for range senders - (4_000+20_000)/piecesEach { // at least these; all others wait
		refused(<-answers, 200)
	}
	more := record(1_000_000, piecesEach)
	refused(s.request("POST", "/graphql", more), 200)
	refused(s.request("POST", "/graphql", more, "Accept", "application/graphql-response+json"), 200)
	refused(s.request("POST", "/graphql", `{"query":"mutation { retractEvidence(input: { ids: [\"e-0\"] }) { revision } }"}`), 200)
	refused(s.requestStatements("POST", "", statementJSON(someID, "E")), 503)
	close(held.Release)
	for range (4_000 + 20_000) / piecesEach {
		require.Equal(t, 200, (<-answers).Code)
	}
	require.Contains(t, s.request("POST", "/graphql", more).Body.String(), "RECORDED", "a retry succeeds")
}

func TestReadinessHidesInternalErrors(t *testing.T) {
	s := newTestServer(t, server.Config{})
	require.Equal(t, "ok\n", s.request("GET", "/readyz", "").Body.String())
	for _, ailment := range []error{errors.New("secret: dial tcp 10.0.0.9"), errors.Join(store.ErrUnavailable, errors.New("secret")), errors.Join(store.ErrSchema, errors.New("secret"))} {
		s.store.err = ailment
		w := s.request("GET", "/readyz", "")
		require.Equal(t, 503, w.Code)
		require.True(t, strings.HasPrefix(w.Body.String(), "not ready: "), w.Body)
		require.NotContains(t, w.Body.String(), "secret")
		require.Equal(t, 200, s.request("GET", "/livez", "").Code, "it is alive nevertheless")
	}
	require.Contains(t, s.log.String(), "secret", "the log tells")
	s.store.err = nil
	require.Equal(t, 200, s.request("GET", "/readyz", "").Code)
}

func TestInternalErrorsNameTheRequest(t *testing.T) {
	s := newTestServer(t, server.Config{})
	s.store.Store = nil // every use panics
	w := s.request("POST", "/graphql", `{"query":"{ employee(code: \"E\") { name } }"}`, "X-Request-Id", "asked-8")
	require.Contains(t, w.Body.String(), `"requestId":"asked-8"`)
	require.NotContains(t, w.Body.String(), "nil pointer")
	require.Contains(t, s.log.String(), "nil pointer")
}
