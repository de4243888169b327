package server_test

import (
	"compress/gzip"
	"io"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/server"
)

// lastLine returns the last line of the log about a request.
func (s *testServer) lastLine(t *testing.T) string {
	t.Helper()
	lines := regexp.MustCompile(`(?m)^.*msg=request .*$`).FindAllString(s.log.String(), -1)
	require.NotEmpty(t, lines)
	return lines[len(lines)-1]
}

func TestRequestLogSaysWhatWasAskedAndHowItEnded(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	for name, c := range map[string]struct {
		body string
		want string
	}{
		"a name":           {`{"query":"query Gap { position(code: \"P\") { name } }"}`, `operation="query Gap" outcome=ok`},
		"no name":          {`{"query":"{ position(code: \"P\") { name } version }"}`, `operation="query position,version" outcome=ok`},
		"a field fails":    {`{"query":"query Gap { position(code: \"X\") { name } }"}`, `operation="query Gap" outcome=NOT_FOUND`},
		"a refused query":  {`{"query":"query Wrong { nothing }","operationName":"Wrong"}`, `operation=Wrong outcome=INVALID_ARGUMENT`},
		"no query":         {`{}`, `operation="" outcome=INVALID_ARGUMENT`},
		"the hash of one":  {`{"extensions":{"persistedQuery":{}}}`, `operation="" outcome=PERSISTED_QUERY_NOT_SUPPORTED`},
		"a refused edit":   {`{"query":"mutation Edit { upsertPosition(input: { code: \"a b\" }) { revision } deletePosition(input: { code: \"X\" }) { revision } }"}`, `operation="mutation Edit" outcome=INVALID_ARGUMENT,NOT_FOUND`},
		"a mutation":       {`{"query":"mutation Edit { upsertPosition(input: { code: \"P\", name: \"岗\" }) { revision } }"}`, `operation="mutation Edit" outcome=ok`},
		"a very long name": {`{"query":"query ` + strings.Repeat("N", 5000) + ` { version }"}`, `operation="query NNNN`},
	} {
		s.request("POST", "/graphql", c.body, "Authorization", "Bearer "+token)
		line := s.lastLine(t)
		require.Contains(t, line, c.want, name)
		require.Contains(t, line, "client=192.0.2.1 ", name)
		require.Less(t, len(line), 500, name)
		require.NotContains(t, line, token)
	}
	s.request("GET", "/metrics", "")
	require.NotContains(t, s.lastLine(t), "operation=")
	require.Contains(t, s.lastLine(t), "level=DEBUG")
	s.request("POST", "/graphql", query, "Authorization", "Bearer "+token, "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	require.Contains(t, s.lastLine(t), "trace=4bf92f3577b34da6a3ce929d0e0e4736")
	for _, wrong := range []string{"00-x-y-z", "00-" + strings.Repeat("0", 32) + "-00f067aa0ba902b7-01", "evil"} {
		s.request("POST", "/graphql", query, "Authorization", "Bearer "+token, "traceparent", wrong)
		require.NotContains(t, s.lastLine(t), "trace=", wrong)
	}
}

// Whoever is not behind a trusted proxy may write what they like into the header.
func TestClientAddressIsOfTrustedProxiesAlone(t *testing.T) {
	var proxies []netip.Prefix
	for _, text := range []string{"192.0.2.1", "10.0.0.0/8", "2001:db8::/32"} {
		p, err := server.ParseProxy(text)
		require.NoError(t, err)
		proxies = append(proxies, p)
	}
	_, err := server.ParseProxy("proxy.example")
	require.Error(t, err)
	behind, alone := newTestServer(t, server.Config{Proxies: proxies}), newTestServer(t, server.Config{})
	for forwarded, want := range map[string]string{
		"":                                  "192.0.2.1",
		"203.0.113.9":                       "203.0.113.9",
		"1.2.3.4, 203.0.113.9":              "203.0.113.9",
		"1.2.3.4, 203.0.113.9, 10.1.2.3":    "203.0.113.9",
		"10.9.9.9, 10.1.2.3":                "10.9.9.9",
		"203.0.113.9:4711, 10.1.2.3":        "203.0.113.9",
		"[2001:db9::7]:4711, [2001:db8::1]": "2001:db9::7",
		"::ffff:203.0.113.9":                "203.0.113.9",
		"203.0.113.9, unknown":              "192.0.2.1",
		"evil\" level=ERROR":                "192.0.2.1",
	} {
		behind.request("POST", "/graphql", query, "X-Forwarded-For", forwarded)
		require.Contains(t, behind.lastLine(t), "client="+want+" ", forwarded)
		alone.request("POST", "/graphql", query, "X-Forwarded-For", forwarded)
		require.Contains(t, alone.lastLine(t), "client=192.0.2.1 ", forwarded)
	}
}

func TestMetricsOfRequests(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	s.request("POST", "/graphql", query)
	s.request("POST", "/graphql", query, "Authorization", "Bearer guess")
	s.request("BREW", "/pot/"+strings.Repeat("x", 99), "")
	metrics := s.request("GET", "/metrics", "", "Authorization", "Bearer "+token).Body.String()
	for _, want := range []string{
		`zhitu_http_requests_total{method="POST",route="/graphql",status="200"} 1`,
		`zhitu_http_requests_total{method="POST",route="/graphql",status="401"} 2`,
		`zhitu_http_requests_total{method="other",route="none",status="404"} 1`,
		"zhitu_sign_ins_refused_total 2",
		"zhitu_evidence_waiting 0",
	} {
		require.Contains(t, metrics, want+"\n")
	}
}

func TestSchemaIsServedWithAnETag(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	require.Equal(t, 401, s.request("GET", "/schema.graphql", "").Code)
	w := s.request("GET", "/schema.graphql", "", "Authorization", "Bearer "+token)
	require.Equal(t, 200, w.Code)
	require.Contains(t, w.Body.String(), "\ntype GapAnalysis {\n")
	etag := w.Header().Get("ETag")
	require.NotEmpty(t, etag)
	for _, encoding := range []string{"", "gzip", "zstd"} {
		w = s.request("GET", "/schema.graphql", "", "Authorization", "Bearer "+token, "If-None-Match", etag, "Accept-Encoding", encoding)
		require.Equal(t, 304, w.Code, encoding)
		require.Empty(t, w.Body.String())
	}
	require.Equal(t, 200, s.request("GET", "/schema.graphql", "", "Authorization", "Bearer "+token, "If-None-Match", `W/"other"`).Code)
}

func TestResponsesAreCompressed(t *testing.T) {
	s := newTestServer(t, server.Config{})
	const long = `{"query":"{ __schema { types { name description fields { name description } } } }"}`
	plain := s.request("POST", "/graphql", long)
	require.Empty(t, plain.Header().Get("Content-Encoding"))
	require.Contains(t, plain.Header().Values("Vary"), "Accept-Encoding")
	for encoding, open := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	} {
		w := s.request("POST", "/graphql", long, "Accept-Encoding", encoding)
		require.Equal(t, encoding, w.Header().Get("Content-Encoding"))
		require.Less(t, w.Body.Len(), plain.Body.Len()/3)
		r, err := open(w.Body)
		require.NoError(t, err)
		body, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, plain.Body.String(), string(body))
	}
	require.Empty(t, s.request("POST", "/graphql", query, "Accept-Encoding", "gzip").Header().Get("Content-Encoding"), "it is too short")
	page := s.request("GET", "/playground/graphiql.min.js", "", "Accept-Encoding", "gzip")
	require.Equal(t, []string{"gzip"}, page.Header().Values("Content-Encoding"), "once")
}

// An event arrives at once, also where the client would accept compression.
func TestEventsAreNotCompressed(t *testing.T) {
	s := newTestServer(t, server.Config{})
	w := s.request("POST", "/graphql", `{"query":"{ __schema { types { name description } } }"}`, "Accept", "text/event-stream", "Accept-Encoding", "gzip, zstd")
	require.Empty(t, w.Header().Get("Content-Encoding"))
	require.Contains(t, w.Body.String(), "event: next\ndata: {")
	require.True(t, w.Flushed)
}
