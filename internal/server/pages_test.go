package server_test

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/server"
)

// While the store is not open, the application loads, and what it asks for is UNAVAILABLE.
func TestWaitingForTheStore(t *testing.T) {
	s := server.Waiting(server.Config{Metrics: server.NewMetrics(), Log: slog.New(slog.DiscardHandler), BasePath: "/zhitu"})
	request := func(method, path string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader("{}"))
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	for _, path := range []string{"/zhitu/", "/zhitu/team", "/team"} {
		page := request("GET", path, "Accept", "text/html")
		require.Equal(t, 200, page.Code, path)
		require.Contains(t, page.Body.String(), `<base href="/zhitu/"`, path)
		require.Contains(t, page.Header().Get("Content-Security-Policy"), "script-src 'self'; ", path)
	}
	require.Equal(t, 200, request("GET", "/zhitu/icon.svg").Code)
	require.Equal(t, 404, request("GET", "/zhitu/assets/missing.js").Code)
	require.Equal(t, 200, request("GET", "/livez").Code)
	require.Equal(t, 503, request("GET", "/readyz", "Accept", "text/html").Code)
	for _, c := range [][2]string{{"POST", "/zhitu/graphql"}, {"POST", "/csv"}, {"GET", "/me/export"}, {"GET", "/schema.graphql"}, {"POST", "/"}} {
		w := request(c[0], c[1], "Accept-Language", "zh-CN")
		require.Equal(t, 503, w.Code, c)
		require.Contains(t, w.Body.String(), `"code":"UNAVAILABLE"`, c)
		require.Contains(t, w.Body.String(), "请稍后重试", c)
		require.NotEmpty(t, w.Header().Get("Retry-After"), c)
	}
}
