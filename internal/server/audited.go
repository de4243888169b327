package server

import (
	"context"
	"net/http"

	"github.com/zhitu/zhitu/internal/audit"
)

// withAudit begins the audit of a request, and lets nothing of the answer leave before what
// it tells is written. Where that fails, the answer is UNAVAILABLE; a stream that has begun
// ends.
func (g *gate) withAudit(next http.Handler) http.Handler { return g.audited(next, false) }

// withExportAudit is withAudit for what takes data away: it reads in order to export.
func (g *gate) withExportAudit(next http.Handler) http.Handler { return g.audited(next, true) }

func (g *gate) audited(next http.Handler, export bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := audit.Begin(r.Context(), audit.Request{ID: RequestID(r.Context()), Address: clientAddress(r, g.Proxies), Export: export})
		r = r.WithContext(ctx)
		audited := &auditedWriter{ResponseWriter: w, commit: func() error { return g.commit(ctx) }}
		audited.refuse = func(err error) { g.refuse(w, r, err) }
		next.ServeHTTP(audited, r)
		audited.ready() // of an answer without a body, and of a WebSocket that has ended
	})
}

// commit writes what the audit of a context has collected. It is not cut short by the end of
// the request: what has been done is done.
func (g *gate) commit(ctx context.Context) error {
	if g.CommitAudit == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.Timeout)
	defer cancel()
	return g.CommitAudit(ctx)
}

// auditedWriter commits the audit before each part of an answer.
type auditedWriter struct {
	http.ResponseWriter
	commit func() error
	refuse func(error)
	begun  bool // whether something has left
	failed error
}

// ready commits, and reports whether more of the answer may leave.
func (w *auditedWriter) ready() bool {
	if w.failed != nil {
		return false
	}
	w.failed = w.commit()
	if w.failed != nil && !w.begun {
		for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding", "ETag", "Location", "Set-Cookie"} {
			w.Header().Del(name)
		}
		w.refuse(w.failed)
	}
	w.begun = true
	return w.failed == nil
}

func (w *auditedWriter) WriteHeader(status int) {
	if w.ready() {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *auditedWriter) Write(p []byte) (int, error) {
	if !w.ready() {
		return 0, w.failed
	}
	return w.ResponseWriter.Write(p)
}

func (w *auditedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
