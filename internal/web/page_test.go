package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// everyPage returns what each page looks like in a language, by name.
func everyPage(lang string) map[string]*httptest.ResponseRecorder {
	pages := map[string]*httptest.ResponseRecorder{}
	show := func(name string, p Page, how func(Page, http.ResponseWriter, int)) {
		p.Lang, p.Base = lang, "/zhitu"
		pages[name] = httptest.NewRecorder()
		how(p, pages[name], http.StatusOK)
	}
	show("sign-in", Page{Next: "/zhitu/playground?a=1&b=2"}, Page.ShowSignIn)
	show("sign-in at a provider", Page{Provider: true, At: "/zhitu/sign-in", Next: "/zhitu/playground?a=1&b=2"}, Page.ShowSignIn)
	show("sign-in again", Page{Login: `"><script>`, Error: "<b>"}, Page.ShowSignIn)
	show("sign-in over plain HTTP", Page{Insecure: true}, Page.ShowSignIn)
	show("open", Page{Open: true}, Page.ShowSignIn)
	show("demo", Page{SignedInAs: "何梦琪", Samples: []Sample{{Employee: "E007", Name: "陈晓雨", RoleEN: "Employee", RoleZH: "员工", MayEN: "sees herself", MayZH: "只看本人"}}}, Page.ShowSignIn)
	show("code", Page{}, Page.ShowInvitation)
	show("password", Page{Login: "li", Name: "李", Secret: "s3cret"}, Page.ShowInvitation)
	show("invitation over plain HTTP", Page{Insecure: true}, Page.ShowInvitation)
	show("sign-out", Page{SignedInAs: "何梦琪"}, Page.ShowSignOut)
	show("signed out", Page{}, Page.ShowSignOut)
	show("password changed", Page{Changed: true}, Page.ShowSignIn)
	return pages
}

func TestPagesAreInOneLanguage(t *testing.T) {
	chosen := regexp.MustCompile(`(?s)<title>.*?</title>|<strong>.*?</strong>|<nav.*?</nav>|陈晓雨|何梦琪|，?<b>李</b>`)
	for name, w := range everyPage("en") {
		require.NotRegexp(t, `\p{Han}`, chosen.ReplaceAllString(w.Body.String(), ""), name)
		require.Contains(t, w.Body.String(), `<html lang="en">`)
	}
	for name, w := range everyPage("zh-CN") {
		shown := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(chosen.ReplaceAllString(w.Body.String(), ""), "")
		require.NotRegexp(t, `[A-Za-z]{3,} [a-z]{2,} [a-z]+`, strings.ReplaceAll(shown, "zhitu account invite --admin", ""), name)
		require.Regexp(t, `\p{Han}`, shown, name)
	}
}

// The pages load nothing from elsewhere, run nothing inline, and send forms to us alone.
func TestPagesKeepToThemselves(t *testing.T) {
	for name, w := range everyPage("en") {
		h, page := w.Header(), w.Body.String()
		require.Equal(t, "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", h.Get("Content-Security-Policy"), name)
		require.Equal(t, "no-store", h.Get("Cache-Control"))
		require.Equal(t, "same-origin", h.Get("Referrer-Policy"))
		require.Equal(t, "DENY", h.Get("X-Frame-Options"))
		require.NotRegexp(t, `<script[^>]*>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:`, page, name)
		for _, link := range regexp.MustCompile(`(?:src|href|action)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			require.Regexp(t, `^(/zhitu/|\?lang=)`, link[1], name)
			if file, ok := strings.CutPrefix(link[1], "/zhitu/static/"); ok {
				require.Contains(t, staticFiles(), file)
			}
		}
	}
	require.NotContains(t, everyPage("en")["sign-in again"].Body.String(), `<script>`)
}

func TestPagesInFrames(t *testing.T) {
	framed := Config{FrameAncestors: []string{"'self'", "https://lms.example.com"}}
	w := httptest.NewRecorder()
	Page{Config: framed, Lang: "en"}.ShowSignIn(w, http.StatusOK)
	playground := httptest.NewRecorder()
	framed.Playground().ServeHTTP(playground, httptest.NewRequest(http.MethodGet, "/playground", nil))
	for _, h := range []http.Header{w.Header(), playground.Header()} {
		require.Contains(t, h.Get("Content-Security-Policy"), "; frame-ancestors 'self' https://lms.example.com")
		require.Empty(t, h.Get("X-Frame-Options"))
	}
}

func TestPlaygroundStandsBelowABasePath(t *testing.T) {
	w := httptest.NewRecorder()
	Config{Base: "/zhitu"}.Playground().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/playground/", nil))
	require.Equal(t, []any{http.StatusPermanentRedirect, "/zhitu/playground"}, []any{w.Code, w.Header().Get("Location")})
	require.NotRegexp(t, `(src|href)="/`, string(readEmbedded("playground/index.html")))
	for _, name := range []string{"app.js", "examples.js"} {
		require.NotRegexp(t, `['"]/[a-z]`, string(readEmbedded("playground/"+name)), "a path from the root")
	}
}
