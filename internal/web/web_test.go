package web

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// request sends a request to the playground, with headers given as name, value, …
func request(method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	Config{}.Playground().ServeHTTP(w, r)
	return w
}

func TestContentTypes(t *testing.T) {
	for path, contentType := range map[string]string{
		"/playground":                             "text/html; charset=utf-8",
		"/playground/app.js":                      "text/javascript; charset=utf-8",
		"/playground/examples.js":                 "text/javascript; charset=utf-8",
		"/playground/app.css":                     "text/css; charset=utf-8",
		"/playground/icon.svg":                    "image/svg+xml",
		"/playground/tabs.json":                   "application/json",
		"/playground/graphiql.min.js":             "text/javascript; charset=utf-8",
		"/playground/graphiql.css":                "text/css; charset=utf-8",
		"/playground/react.production.min.js":     "text/javascript; charset=utf-8",
		"/playground/react-dom.production.min.js": "text/javascript; charset=utf-8",
		"/playground/plugin-explorer.js":          "text/javascript; charset=utf-8",
		"/playground/plugin-explorer.css":         "text/css; charset=utf-8",
		"/playground/LICENSES.txt":                "text/plain; charset=utf-8",
	} {
		t.Run(path, func(t *testing.T) {
			w := request(http.MethodGet, path)
			require.Equal(t, http.StatusOK, w.Code)
			require.Equal(t, contentType, w.Header().Get("Content-Type"))
			require.NotZero(t, w.Body.Len())

			head := request(http.MethodHead, path)
			require.Equal(t, http.StatusOK, head.Code)
			require.Zero(t, head.Body.Len())
			require.Equal(t, w.Header(), head.Header())
		})
	}
	for name, f := range playgroundFiles() {
		require.NotEmpty(t, f.contentType, name)
	}
}

func TestSecurityHeaders(t *testing.T) {
	for _, w := range []*httptest.ResponseRecorder{
		request(http.MethodGet, "/playground"),
		request(http.MethodGet, "/playground/graphiql.min.js"),
		request(http.MethodGet, "/playground/missing"),
		request(http.MethodPost, "/playground"),
	} {
		require.Equal(t, "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; img-src 'self' data:; frame-ancestors 'none'",
			w.Header().Get("Content-Security-Policy"))
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		require.Equal(t, "DENY", w.Header().Get("X-Frame-Options"))
		require.Equal(t, "same-origin", w.Header().Get("Referrer-Policy"))
	}
}

func TestConditionalRequests(t *testing.T) {
	for _, encoding := range []string{"identity", "gzip", "br"} {
		first := request(http.MethodGet, "/playground/app.js", "Accept-Encoding", encoding)
		etag := first.Header().Get("ETag")
		require.Regexp(t, `^"[0-9a-f]{32}(-gzip|-br)?"$`, etag)
		require.Equal(t, encoding != "identity", strings.HasSuffix(etag, "-"+encoding+`"`))
		require.Equal(t, "no-cache", first.Header().Get("Cache-Control"))

		again := request(http.MethodGet, "/playground/app.js", "Accept-Encoding", encoding, "If-None-Match", etag)
		require.Equal(t, http.StatusNotModified, again.Code)
		require.Zero(t, again.Body.Len())

		other := request(http.MethodGet, "/playground/app.js", "Accept-Encoding", encoding, "If-None-Match", `"another"`)
		require.Equal(t, http.StatusOK, other.Code)
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	for _, path := range []string{
		"/playground/missing.js", "/playground/tabs/gap.graphql", "/playground/package.json",
		"/playground/../web.go", "/playground//app.js",
	} {
		require.Equal(t, http.StatusNotFound, request(http.MethodGet, path).Code, path)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		w := request(method, "/playground")
		require.Equal(t, http.StatusMethodNotAllowed, w.Code, method)
		require.Equal(t, "GET, HEAD", w.Header().Get("Allow"))
	}
}

func TestPageLoadsOnlyLocalResources(t *testing.T) {
	page := string(readEmbedded("playground/index.html"))
	for _, name := range []string{"index.html", "app.js", "examples.js", "app.css"} {
		require.NotRegexp(t, `(?i)(https?:)?//[a-z0-9.-]+\.[a-z]`, string(readEmbedded("playground/"+name)), name)
	}
	links := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1)
	require.NotEmpty(t, links)
	for _, link := range links {
		require.Equal(t, http.StatusOK, request(http.MethodGet, "/"+link[1]).Code, link[1])
	}
	// The Content-Security-Policy would block these.
	require.NotRegexp(t, `<script[^>]*>[^<]`, page, "inline script")
	require.NotRegexp(t, `(?i)\son[a-z]+=|javascript:`, page, "inline handler")
	// A stylesheet must not load another file, which might be on another host.
	for _, name := range []string{"assets/graphiql.css", "assets/plugin-explorer.css", "playground/app.css"} {
		for _, url := range regexp.MustCompile(`url\(\s*['"]?([^)]{0,20})`).FindAllStringSubmatch(string(readEmbedded(name)), -1) {
			require.True(t, strings.HasPrefix(url[1], "data:") || strings.HasPrefix(url[1], "#"), url[1])
		}
		require.NotContains(t, string(readEmbedded(name)), "@import")
	}
}

// example matches the words that stand for codes of the store.
var example = regexp.MustCompile(`\b(EMPLOYEE|POSITION|POINT)\b`)

// columns is how wide a line is in the editor: Chinese characters take two columns.
func columns(line string) (n int) {
	for _, r := range line {
		if n++; r >= 0x2E80 {
			n++
		}
	}
	return n
}

func TestTabs(t *testing.T) {
	tabs := Tabs()
	var names []string
	for _, tab := range tabs {
		names = append(names, tab.Name)
		// app.js finds the tab to title by the operation's name.
		_, operation, _ := strings.Cut(tab.Name, " ")
		require.Regexp(t, `(?m)^(query|mutation|subscription) `+operation+` \{`, tab.Query)
		require.NotContains(t, tab.Query, "$", "no variables")
		lines := strings.Split(tab.Query, "\n")
		require.Regexp(t, `^# [[:ascii:]]+$`, lines[0], "a line in English")
		require.Regexp(t, `^# .*\p{Han}`, lines[1], "and the same in Chinese")
		for _, line := range lines {
			require.LessOrEqual(t, columns(line), 49, "%s: a window of 1280 pixels cuts the line %s", tab.Name, line)
		}
		for _, text := range regexp.MustCompile(`"[^"]*"`).FindAllString(tab.Query, -1) {
			require.Contains(t, []string{`"EMPLOYEE"`, `"POSITION"`, `"POINT"`, `""`}, text, "%s: a code that a store may not hold", tab.Name)
		}
		require.Equal(t, strings.Contains(tab.Query, "mutation "), strings.Contains(tab.Query, `""`), "what writes waits for what a person gives")
	}
	require.Equal(t, []string{
		"开始 Start", "差距 Gap", "路径 Path", "下一步 NextSteps", "证据 Evidence", "测评 Placement", "洞察 Insight", "建模 ModelPosition", "实时 Live",
	}, names)
	require.NotRegexp(t, example, tabs[0].Query, "the first tab can be asked of an empty store")

	written, err := fs.Glob(embedded, "playground/tabs/*")
	require.NoError(t, err)
	require.Len(t, written, len(tabs), "every file is a tab")

	var served []Tab
	require.NoError(t, json.Unmarshal(request(http.MethodGet, "/playground/tabs.json").Body.Bytes(), &served))
	require.Equal(t, tabs, served)
}
