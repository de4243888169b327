package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// show sends a request to a handler, with headers given as name, value, …
func show(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestApplicationPage(t *testing.T) {
	for _, base := range []string{"", "/zhitu"} {
		c := Config{Base: base}
		page := show(c.Application(), "/team/ORG-SALES")
		require.Equal(t, http.StatusOK, page.Code)
		require.Equal(t, "text/html; charset=utf-8", page.Header().Get("Content-Type"))
		require.Equal(t, "no-cache", page.Header().Get("Cache-Control"))
		require.Equal(t, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "+
			"form-action 'self'; base-uri 'self'; manifest-src 'self'; frame-ancestors 'none'", page.Header().Get("Content-Security-Policy"))
		require.Equal(t, 1, strings.Count(page.Body.String(), "<base "))
		require.Contains(t, page.Body.String(), `<base href="`+base+`/"`)
		require.Equal(t, page.Body.String(), show(c.Application(), "/").Body.String(), "one page for all paths")
		require.NotRegexp(t, `<script[^>]*>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:`, page.Body.String())

		again := show(c.Application(), "/positions", "If-None-Match", page.Header().Get("ETag"))
		require.Equal(t, http.StatusNotModified, again.Code)

		// The links are relative to the base, and each leads to a file.
		links := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page.Body.String(), -1)
		require.NotEmpty(t, links)
		for _, link := range links[1:] {
			path, relative := strings.CutPrefix(link[1], "./")
			require.True(t, relative, link[1])
			h, cache := c.ApplicationFiles()["/"+path], "no-cache"
			switch {
			case strings.HasPrefix(path, "assets/"):
				h, cache = c.Assets(), "public, max-age=31536000, immutable"
			case strings.HasPrefix(path, "playground/"):
				h = c.Playground()
			}
			require.NotNil(t, h, path)
			file := show(h, "/"+path)
			require.Equal(t, http.StatusOK, file.Code, path)
			require.Equal(t, cache, file.Header().Get("Cache-Control"), path)
		}
	}
	require.NotEqual(t, show(Config{}.Application(), "/").Header().Get("ETag"), show(Config{Base: "/zhitu"}.Application(), "/").Header().Get("ETag"))
	framed := show(Config{FrameAncestors: []string{"https://lms.example.com"}}.Application(), "/")
	require.Contains(t, framed.Header().Get("Content-Security-Policy"), "frame-ancestors https://lms.example.com")
}

func TestAssets(t *testing.T) {
	for name, f := range assetFiles() {
		require.NotEmpty(t, f.contentType, name)
		require.Regexp(t, `[.-][A-Za-z0-9_-]{8}\.[a-z0-9]+$`, name, "a name that changes with the content")
	}
	for name, f := range applicationFiles() {
		require.NotEmpty(t, f.contentType, name)
	}
	missing := show(Config{}.Assets(), "/assets/missing-01234567.js")
	require.Equal(t, http.StatusNotFound, missing.Code)
	require.Empty(t, missing.Header().Get("Cache-Control"), "it may be there tomorrow")
}

func TestAsksForPage(t *testing.T) {
	for _, c := range []struct {
		method, accept, mode string
		want                 bool
	}{
		{"GET", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "navigate", true},
		{"GET", "Text/HTML", "", true},
		{"HEAD", "text/html", "", true},
		{"GET", "*/*", "navigate", true},
		{"GET", "*/*", "", false}, // curl
		{"GET", "*/*", "cors", false},
		{"GET", "text/html;q=0", "", false},
		{"GET", "text/html;q=0.0, */*", "navigate", true},
		{"GET", "application/json", "navigate", false},
		{"GET", "", "navigate", false},
		{"POST", "text/html", "navigate", false},
	} {
		r := httptest.NewRequest(c.method, "/team", nil)
		r.Header.Set("Accept", c.accept)
		r.Header.Set("Sec-Fetch-Mode", c.mode)
		require.Equal(t, c.want, AsksForPage(r), c)
	}
}
