package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

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
	at := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	own := OwnAccount{
		Name: "何梦琪", Login: "he.mengqi", Employee: "E007", Roles: []string{"HR", "TRAINER:SALES"}, HasPassword: true, Zone: time.UTC,
		Sessions: []Session{
			{ID: "s1", Browser: "Firefox, Windows", Address: "192.0.2.1", CreatedAt: at, LastUseAt: at, Current: true},
			{ID: "s2", CreatedAt: at, LastUseAt: at},
		},
		Tokens: []Token{
			{ID: "t1", Name: `"><script>`, Scopes: []string{"evidence:write"}, OrgUnits: []string{"SALES"}, CreatedAt: at, ExpiresAt: at, LastUseAt: &at, Expired: true},
			{ID: "t2", Name: "t", Scopes: []string{"catalog:read"}, CreatedAt: at, ExpiresAt: at},
		},
		NewToken: NewToken{Open: true, Days: "90", Scopes: []Scope{{Name: "catalog:read", EN: "Read", ZH: "读取", Chosen: true}}},
	}
	show("own account", Page{Account: &own, Error: "<b>"}, Page.ShowAccount)
	show("account of a provider", Page{Account: &OwnAccount{Name: "何梦琪", Zone: time.UTC, NewToken: NewToken{Text: "zhitu_x"}}}, Page.ShowAccount)
	show("account that cannot be read", Page{Error: "x"}, Page.ShowAccount)
	show("password changed", Page{Changed: true}, Page.ShowSignIn)
	return pages
}

func TestOwnAccountPage(t *testing.T) {
	shown := everyPage("zh-CN")["own account"].Body.String()
	require.Contains(t, shown, `<time datetime="2026-11-30T08:00:00Z">2026-11-30 08:00</time>`)
	require.Contains(t, shown, `value="catalog:read" checked`)
	require.Contains(t, shown, `<option selected>90</option>`)
	require.Contains(t, shown, `href="/zhitu/account?lang=en"`, "the other language of the page, and not of a form")
	require.Contains(t, shown, "从未使用")
	require.NotContains(t, shown, "<script>")
	require.NotContains(t, everyPage("en")["account of a provider"].Body.String(), `name="current"`)
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
