// Package web holds the pages of the browser, embedded in the binary: the playground, which
// is GraphiQL with an explorer and example tabs, those of signing in and out, and that of
// the own account.
//
// The pages work without internet: every script, style and font comes from this
// binary, and the Content-Security-Policy makes the browser refuse any other host.
// No script is inline. Conditional requests: browsers must revalidate what they have
// cached, so they see a new binary at once and download unchanged files only once.
//
// The folder playground/ is written by hand; gen/ copies assets/ from the packages
// that playground/package-lock.json pins.
package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:generate go run ./gen

//go:embed assets static playground/index.html playground/app.js playground/examples.js playground/app.css playground/icon.svg playground/tabs
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
		"default-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; img-src 'self' data:; ", playgroundFiles)
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
	return c.serveFiles("/static", "", "default-src 'none'; ", staticFiles)
}

func (c Config) serveFiles(folder, index, policy string, files func() map[string]embeddedFile) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.SetHeaders(w.Header())
		w.Header().Set("Content-Security-Policy", policy+c.frameAncestors())
		name := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, folder), "/")
		serveFile(w, r, cmp.Or(name, index), files())
	})
}

func serveFile(w http.ResponseWriter, r *http.Request, name string, files map[string]embeddedFile) {
	h := w.Header()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are allowed here", http.StatusMethodNotAllowed)
		return
	}
	f, ok := files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	body, etag := f.plain, f.contentHash
	if acceptsGzip(r) {
		// A strong ETag identifies bytes, so each encoding has its own.
		body, etag = f.gzipped, f.contentHash+"-gzip"
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", f.contentType)
	h.Set("ETag", `"`+etag+`"`)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, attrs, err := mime.ParseMediaType(part)
		if err == nil && coding == "gzip" {
			quality, err := strconv.ParseFloat(cmp.Or(attrs["q"], "1"), 64)
			return err == nil && quality > 0
		}
	}
	return false
}

type embeddedFile struct {
	contentType    string
	contentHash    string
	plain, gzipped []byte
}

// playgroundFiles returns the files of the playground, by path below /playground/. It
// compresses them on first use, so that other commands do not pay for it.
var playgroundFiles = sync.OnceValue(func() map[string]embeddedFile {
	all := embeddedFiles("assets/*", "playground/*.*")
	all["tabs.json"] = newEmbeddedFile("tabs.json", must(json.Marshal(Tabs())))
	return all
})

var staticFiles = sync.OnceValue(func() map[string]embeddedFile { return embeddedFiles("static/*") })

func embeddedFiles(patterns ...string) map[string]embeddedFile {
	all := map[string]embeddedFile{}
	for _, pattern := range patterns {
		for _, p := range must(fs.Glob(embedded, pattern)) {
			all[path.Base(p)] = newEmbeddedFile(p, readEmbedded(p))
		}
	}
	return all
}

// contentTypes replaces mime.TypeByExtension, whose answers depend on the machine.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
}

func newEmbeddedFile(name string, data []byte) embeddedFile {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	must(z.Write(data))
	must(0, z.Close())
	return embeddedFile{
		contentType: contentTypes[path.Ext(name)],
		contentHash: fmt.Sprintf("%.16x", sha256.Sum256(data)),
		plain:       data,
		gzipped:     zipped.Bytes(),
	}
}

func readEmbedded(name string) []byte { return must(embedded.ReadFile(name)) }

// must panics on an error that only a wrong build can cause.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
