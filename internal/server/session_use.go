package server

import (
	"context"
	"net/http"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
)

// backgroundHeader says with the value true that a page asks by itself, as for live updates,
// and no person does: its session goes on to be idle.
const backgroundHeader = "Zhitu-Background"

func isBackground(r *http.Request) bool { return r.Header.Get(backgroundHeader) == "true" }

// useSession notes that the session of a viewer is used by a person.
func (g *gate) useSession(r *http.Request, v *access.Viewer) {
	if v.Session != "" && !isBackground(r) {
		g.Accounts.UseSession(r.Context(), v.Session)
	}
}

// usingSession notes for each request that its session is used.
func (g *gate) usingSession(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v, err := access.FromContext(r.Context()); err == nil {
			g.useSession(r, v)
		}
		next.ServeHTTP(w, r)
	})
}

type backgroundKey struct{}

// withBackground leaves it to the operations of a request whether they use its session.
func withBackground(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), backgroundKey{}, isBackground(r))))
	})
}

// beginOperation refuses what a download may not ask, and notes that an operation uses its
// session: every mutation does, a query unless it is asked in the background, and no
// subscription.
func (g *gate) beginOperation(ctx context.Context, op graph.Operation) error {
	if export, ok := ctx.Value(csvExportKey{}).(*csvExport); ok {
		if err := export.begin(op); err != nil {
			return err
		}
	}
	background, _ := ctx.Value(backgroundKey{}).(bool)
	if op.Kind == "mutation" || op.Kind == "query" && !background {
		if v, err := access.FromContext(ctx); err == nil && v.Session != "" {
			g.Accounts.UseSession(ctx, v.Session)
		}
	}
	return nil
}
