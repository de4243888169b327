// Package web holds the playground: GraphiQL with an explorer and example tabs,
// embedded in the binary.
//
// The page works without internet: every script, style and font comes from this
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

//go:embed assets playground/index.html playground/app.js playground/examples.js playground/app.css playground/icon.svg playground/tabs
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

// Handler serves the page at /playground and its files below it.
func Handler() http.Handler { return http.HandlerFunc(servePlayground) }

func servePlayground(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy",
		"default-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; img-src 'self' data:")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")

	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are allowed here", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/playground"), "/")
	f, ok := embeddedFiles()[cmp.Or(name, "index.html")]
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

// embeddedFiles returns all served files, by path below /playground/. It compresses
// them on first use, so that other commands do not pay for it.
var embeddedFiles = sync.OnceValue(func() map[string]embeddedFile {
	all := map[string]embeddedFile{"tabs.json": newEmbeddedFile("tabs.json", must(json.Marshal(Tabs())))}
	for _, pattern := range []string{"assets/*", "playground/*.*"} {
		for _, p := range must(fs.Glob(embedded, pattern)) {
			all[path.Base(p)] = newEmbeddedFile(p, readEmbedded(p))
		}
	}
	return all
})

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
