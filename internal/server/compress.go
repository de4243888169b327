package server

import (
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"github.com/zhitu/zhitu/graph"
)

// jitter is how many random bytes a compressed response has at most, so that its length
// tells little about its content (BREACH). What protects in the first place is that no
// foreign page can send a request that counts: cookies are taken from our own pages alone.
const jitter = 32

// withCompression compresses responses with gzip or zstd, where the client accepts that
// and it is worth it. Streams are left alone: each event has to arrive at once.
func withCompression(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.RandomJitter(jitter, 0, false))
	if err != nil {
		panic(err) // only for options that are wrong
	}
	compressed := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if graph.IsWebsocket(r) || strings.Contains(strings.Join(r.Header.Values("Accept"), ","), "text/event-stream") {
			next.ServeHTTP(w, r)
			return
		}
		compressed.ServeHTTP(w, r)
	})
}
