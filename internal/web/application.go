package web

import (
	"bytes"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// applicationPolicy lets the application load its own files, and ask us alone. The source
// 'self' of connect-src covers WebSockets of the same origin.
const applicationPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'self'; manifest-src 'self'; "

// basePlaceholder is where the page says to what its links are relative.
const basePlaceholder = `<base href="/"`

// applicationFiles returns the files of the application beside its page, by path below /.
var applicationFiles = sync.OnceValue(func() map[string]*embeddedFile { return embeddedFiles("app/dist/*") })

// assetFiles returns the files whose names change with their content, by path below /assets/.
var assetFiles = sync.OnceValue(func() map[string]*embeddedFile { return embeddedFiles("app/dist/assets/*") })

// Application serves the page of the application, which is the same for every path: the page
// itself shows what a path names. It holds no data, so it needs no sign-in.
func (c Config) Application() http.Handler {
	files := sync.OnceValue(func() map[string]*embeddedFile {
		page := readEmbedded("app/dist/index.html")
		based := bytes.Replace(page, []byte(basePlaceholder), []byte(`<base href="`+c.Base+`/"`), 1)
		return map[string]*embeddedFile{"": newEmbeddedFile("index.html", based)}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.SetHeaders(w.Header())
		w.Header().Set("Content-Security-Policy", applicationPolicy+c.frameAncestors())
		serveFile(w, r, "", files(), revalidate)
	})
}

// Assets serves the files below /assets, which browsers keep for ever.
func (c Config) Assets() http.Handler {
	return c.serveFiles("/assets", "", "default-src 'none'; ", assetFiles, immutable)
}

// ApplicationFiles serves the other files of the application, such as its icon, by path.
func (c Config) ApplicationFiles() map[string]http.Handler {
	all := map[string]http.Handler{}
	for _, p := range must(fs.Glob(embedded, "app/dist/*.*")) {
		if name := path.Base(p); name != "index.html" {
			all["/"+name] = c.serveFiles("", "", "default-src 'none'; ", applicationFiles, revalidate)
		}
	}
	return all
}

// AsksForPage reports whether a browser is on its way to a page: it accepts HTML, or anything
// while it navigates.
func AsksForPage(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		media, attrs, err := mime.ParseMediaType(part)
		switch {
		case err != nil || strings.Trim(attrs["q"], "0.") == "" && attrs["q"] != "":
		case media == "text/html", media == "*/*" && r.Header.Get("Sec-Fetch-Mode") == "navigate":
			return true
		}
	}
	return false
}
