// Package web holds the pages of the browser, embedded in the binary: the application, the
// playground, which is GraphiQL with an explorer and example tabs, those of signing in and
// out, and that of the own account.
//
// The pages work without internet: every script, style and font comes from this
// binary, and the Content-Security-Policy makes the browser refuse any other host.
// No script is inline. Conditional requests: browsers must revalidate what they have
// cached, so they see a new binary at once and download unchanged files only once. The
// assets of the application are immutable: another content has another name.
//
// The folder app/dist is built from app/. The folder playground/ is written by hand; gen/ copies assets/ from the packages
// that playground/package-lock.json pins.
package web

import (
	"cmp"
	"embed"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
)

//go:generate go run ./gen

//go:embed all:app/dist assets static playground/index.html playground/app.js playground/examples.js playground/app.css playground/icon.svg playground/tabs
var embedded embed.FS

// Tab is an example query in a tab of the playground.
type Tab struct {
	Name string `json:"name"` // Chinese and English; the English half is the operation name
	// Query is a complete document without variables. The words EMPLOYEE, POSITION and
	// POINT stand for codes that the store holds: the page asks for them, because it may
	// be served to those who may not see them.
	Query string `json:"query"`
}

// Tabs returns the examples in the order of the tabs. The first one says what to do
// where the store lacks what others ask about: it is shown only then.
func Tabs() []Tab {
	tabs := []Tab{
		{"开始 Start", "start"},
		{"差距 Gap", "gap"},
		{"路径 Path", "path"},
		{"下一步 NextSteps", "next"},
		{"证据 Evidence", "evidence"},
		{"测评 Placement", "placement"},
		{"洞察 Insight", "insight"},
		{"建模 ModelPosition", "model"},
		{"实时 Live", "live"},
	}
	for i := range tabs {
		query := readEmbedded("playground/tabs/" + tabs[i].Query + ".graphql")
		tabs[i].Query = strings.TrimSpace(string(query)) // else the editor shows an empty last line
	}
	return tabs
}

// Config says where the pages are; the zero value is useful.
type Config struct {
	Base           string   // path before those of all pages, such as /zhitu; empty for none
	FrameAncestors []string // which sites may show the pages in a frame, as in a Content-Security-Policy; none for no site
}

// frameAncestors is the part of a Content-Security-Policy that says who may show a page.
func (c Config) frameAncestors() string {
	if len(c.FrameAncestors) == 0 {
		return "frame-ancestors 'none'"
	}
	return "frame-ancestors " + strings.Join(c.FrameAncestors, " ")
}

// SetHeaders sets the headers that every answer of a server has. A page replaces the policy
// by one that also says what it may load.
func (c Config) SetHeaders(h http.Header) {
	h.Set("Content-Security-Policy", c.frameAncestors())
	h.Set("X-Content-Type-Options", "nosniff")
	// Other sites learn no address of ours. With no-referrer, a browser would send our own forms
	// with the Origin null: one without Sec-Fetch-Site, such as Safari before 16.4, could not sign in.
	h.Set("Referrer-Policy", "same-origin")
	if len(c.FrameAncestors) == 0 {
		h.Set("X-Frame-Options", "DENY")
	}
}

// Playground serves the playground at /playground and its files below it.
func (c Config) Playground() http.Handler {
	files := c.serveFiles("/playground", "index.html",
		"default-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; img-src 'self' data:; ", playgroundFiles, revalidate)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/playground/" { // the links of the page are relative to its folder
			c.SetHeaders(w.Header())
			w.Header().Set("Location", c.Base+"/playground")
			w.WriteHeader(http.StatusPermanentRedirect)
			return
		}
		files.ServeHTTP(w, r)
	})
}

// Static serves the files of the other pages below /static.
func (c Config) Static() http.Handler {
	return c.serveFiles("/static", "", "default-src 'none'; ", staticFiles, revalidate)
}

func (c Config) serveFiles(folder, index, policy string, files func() map[string]*embeddedFile, cache string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.SetHeaders(w.Header())
		w.Header().Set("Content-Security-Policy", policy+c.frameAncestors())
		name := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, folder), "/")
		serveFile(w, r, cmp.Or(name, index), files(), cache)
	})
}

// playgroundFiles returns the files of the playground, by path below /playground/. They are
// read on first use, so that other commands do not pay for it.
var playgroundFiles = sync.OnceValue(func() map[string]*embeddedFile {
	all := embeddedFiles("assets/*", "playground/*.*")
	all["tabs.json"] = newEmbeddedFile("tabs.json", must(json.Marshal(Tabs())))
	return all
})

var staticFiles = sync.OnceValue(func() map[string]*embeddedFile { return embeddedFiles("static/*") })

func readEmbedded(name string) []byte { return must(embedded.ReadFile(name)) }

// must panics on an error that only a wrong build can cause.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
