package web

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"time"
)

// How long browsers keep a file: until they have asked whether it has changed, or for ever
// where another content has another name.
const (
	revalidate = "no-cache"
	immutable  = "public, max-age=31536000, immutable"
)

// embeddedFile is a file that is served, with its forms by Content-Encoding.
type embeddedFile struct {
	contentType string
	contentHash string
	plain       []byte
	encoded     map[string]func() []byte // compressed on first use; nil where that does not pay
}

func newEmbeddedFile(name string, data []byte) *embeddedFile {
	f := &embeddedFile{
		contentType: contentTypes[path.Ext(name)],
		contentHash: fmt.Sprintf("%.16x", sha256.Sum256(data)),
		plain:       data,
	}
	f.encoded = encodings(data)
	return f
}

// embeddedFiles returns the files that match patterns, by their names without the folder.
func embeddedFiles(patterns ...string) map[string]*embeddedFile {
	all := map[string]*embeddedFile{}
	for _, pattern := range patterns {
		for _, p := range must(fs.Glob(embedded, pattern)) {
			if info := must(fs.Stat(embedded, p)); info.Mode().IsRegular() {
				all[path.Base(p)] = newEmbeddedFile(p, readEmbedded(p))
			}
		}
	}
	return all
}

// contentTypes replaces mime.TypeByExtension, whose answers depend on the machine.
var contentTypes = map[string]string{
	".html":        "text/html; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".woff2":       "font/woff2",
}

// serveFile answers with one of the files, in the encoding that the client prefers.
func serveFile(w http.ResponseWriter, r *http.Request, name string, files map[string]*embeddedFile, cache string) {
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
	if encoding := preferredEncoding(r.Header.Values("Accept-Encoding")); encoding != identity {
		if compressed := f.encoded[encoding](); compressed != nil {
			// A strong ETag identifies bytes, so each encoding has its own.
			body, etag = compressed, f.contentHash+"-"+encoding
			h.Set("Content-Encoding", encoding)
		}
	}
	h.Set("Content-Type", f.contentType)
	h.Set("ETag", `"`+etag+`"`)
	h.Set("Cache-Control", cache)
	h.Set("Vary", "Accept-Encoding")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}
