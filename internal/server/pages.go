package server

import (
	"net/http"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/web"
)

// registerFiles adds the application, the playground, and the files of both and of the pages
// for signing in. They contain no data: they ask for them as whoever has signed in.
func registerFiles(mux *http.ServeMux, pages web.Config) {
	mux.Handle("GET /{$}", pages.Application())
	mux.Handle("/assets/", pages.Assets())
	for path, h := range pages.ApplicationFiles() {
		mux.Handle(path, h)
	}
	mux.Handle("/playground", pages.Playground())
	mux.Handle("/playground/", pages.Playground())
	mux.Handle("/static/", pages.Static())
}

// withApplication serves the page of the application to browsers for every path that no route
// takes: its pages have paths of their own (history routing). Everybody else gets an answer
// that says so.
func withApplication(pages web.Config, mux *http.ServeMux, otherwise http.Handler) http.Handler {
	page := pages.Application()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch _, taken := mux.Handler(r); {
		case taken != "":
			mux.ServeHTTP(w, r)
		case web.AsksForPage(r):
			r.Pattern = "GET /{path...}" // for logs and metrics
			page.ServeHTTP(w, r)
		default:
			otherwise.ServeHTTP(w, r)
		}
	})
}

// Waiting returns the handler for a server whose store is not open yet: it is alive and not
// ready. Browsers get the application, which says so and asks again; all questions are
// UNAVAILABLE.
func Waiting(cfg Config) http.Handler {
	mux := http.NewServeMux()
	registerFiles(mux, cfg.pages())
	mux.HandleFunc("GET /livez", isAlive)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		writeText(w, http.StatusServiceUnavailable, "not ready: waiting for the store")
	})
	unavailable := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", graph.RetryAfter)
		writeError(w, r, http.StatusServiceUnavailable, fault.Unavailable, fault.T(
			"the server is waiting for its store: try again soon", "服务正在等待存储就绪：请稍后重试"))
	})
	return withMiddleware(cfg, withApplication(cfg.pages(), mux, unavailable))
}

func isAlive(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "ok") }
