// Package server combines the API, the application, the playground, probes and metrics in
// one HTTP handler, with authentication and request logs.
package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/importing"
	"github.com/zhitu/zhitu/internal/openid"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/tracing"
	"github.com/zhitu/zhitu/internal/web"
)

// Build describes the running program, for those who operate it.
type Build struct {
	Version   string // such as v1.2.3
	Revision  string // of the sources: a commit
	GoVersion string // of the compiler
}

// Config configures a server.
type Config struct {
	Service        *service.Service
	Accounts       Accounts         // who may sign in; nil for nobody
	Provider       *openid.Provider // where people sign in, and services get tokens; nil for none
	Metrics        *Metrics
	Log            *slog.Logger
	Token          string             // that of the setting, which may do nearly everything; empty for none
	Loopback       bool               // serves this machine only: Host must be a loopback name, or that of PublicOrigin
	Open           bool               // without accounts and token everybody may do everything
	Demo           Demo               // shows a sample company
	CreateAccounts bool               // for whoever signs in at the provider for the first time
	Timeout        time.Duration      // of one request, or one answer to a subscription; 0 for 10 s
	Zone           *time.Location     // of times that name none; nil for UTC
	Imports        *importing.Imports // by upload; nil for those that have defaults and are never closed
	Proxies        []netip.Prefix     // in front of the server, whose X-Forwarded-For and -Proto count

	PublicOrigin   string   // by which people know the server, such as https://zhitu.example.com; empty for the Host of a request
	BasePath       string   // before all paths, such as /zhitu; empty for none
	AllowedOrigins []string // of pages that may use the API, with a token; see ParseOrigin
	FrameAncestors []string // of pages that may show ours in a frame, as in a Content-Security-Policy

	CommitAudit func(context.Context) error // writes what a request leaves in the audit, before it is answered; nil for none

	LenientXAPI bool // sets malformed xAPI statements aside, instead of refusing their request

	Tracer *tracing.Tracer // nil for no traces

	Build    Build           // told in metrics and by the API
	Shutdown context.Context // ends all subscriptions; nil for never
}

// pages says where the pages of the browser are.
func (cfg Config) pages() web.Config {
	return web.Config{Base: cfg.BasePath, FrameAncestors: cfg.FrameAncestors}
}

// New returns the handler of a server.
func New(cfg Config) http.Handler {
	cfg.Timeout = cmp.Or(cfg.Timeout, 10*time.Second)
	cfg.Metrics.setBuildInfo(cfg.Build)
	cfg.Metrics.setQueue(cfg.Service.People.WaitingEvidence)
	if cfg.Imports == nil {
		cfg.Imports = importing.New(cfg.Service, importing.Config{Zone: cfg.Zone, Log: cfg.Log})
	}
	cfg.Metrics.setImports(cfg.Imports.Working)
	g := &gate{Config: cfg, wrong: newThrottle(time.Now)}
	cfg.Imports.Refresh = g.refresh
	mux := http.NewServeMux()
	api := newAPI(g)
	registerAPI(mux, g, api)
	mux.Handle("POST /csv", g.withExportAudit(g.require(withBackground(g.serveCSV(api)))))
	registerImports(mux, g)
	registerXAPI(mux, g)
	registerSignIn(mux, g)
	registerProvider(mux, g)
	mux.Handle("GET /schema.graphql", g.withAudit(g.permit(access.Schema, http.HandlerFunc(serveSDL))))
	mux.Handle("GET /me/export", g.withAudit(g.permit(access.OwnData, http.HandlerFunc(g.serveOwnData))))
	mux.Handle("GET /metrics", g.withAudit(g.permit(access.Metrics, promhttp.HandlerFor(cfg.Metrics.registry, promhttp.HandlerOpts{}))))
	registerFiles(mux, cfg.pages())
	mux.HandleFunc("GET /livez", isAlive)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := cfg.Service.Catalog.Ready(ctx); err != nil {
			cfg.Log.WarnContext(ctx, "not ready", "error", err)
			writeText(w, http.StatusServiceUnavailable, "not ready: "+publicMessage(err))
			return
		}
		writeText(w, http.StatusOK, "ok")
	})
	return withMiddleware(cfg, g.refuseForwarded(withOrigins(cfg, withApplication(cfg.pages(), mux, mux))))
}

// newAPI returns the GraphQL API, behind which the viewer is known.
func newAPI(g *gate) http.Handler {
	var startField func(context.Context, string, string) (context.Context, func(fault.Code))
	if g.Tracer != nil {
		startField = g.Tracer.StartField
	}
	return graph.NewHandler(g.Service, graph.Config{
		Log: g.Log, RequestID: RequestID, Timeout: g.Timeout, Shutdown: g.Shutdown, Version: g.Build.Version, Zone: g.Zone, Imports: g.Imports,
		BeginOperation: g.beginOperation, ObserveOperation: observeOperation(g.Log), ObserveRefusal: g.Metrics.countRefusedSignIn, ObserveRootField: g.Metrics.observeRootField, StartField: startField,
		Authenticate: g.authenticate, Refresh: g.refresh, Commit: g.commit, Origins: g.trustedOrigins(),
	})
}

// registerAPI adds GraphQL over POST, streams of events and WebSockets.
func registerAPI(mux *http.ServeMux, g *gate, api http.Handler) {
	posted, upgraded := g.withAudit(g.requireBy(bearerToken, withBackground(api), "Bearer")), g.withAudit(g.upgrade(api))
	mux.HandleFunc("/graphql", func(w http.ResponseWriter, r *http.Request) {
		if graph.IsWebsocket(r) {
			upgraded.ServeHTTP(w, r)
			return
		}
		posted.ServeHTTP(w, r)
	})
}

func withMiddleware(cfg Config, h http.Handler) http.Handler {
	if cfg.Loopback {
		h = requireKnownHost(cfg.PublicOrigin, h)
	}
	return withBasePath(cfg.BasePath, withRequestID(withRequestLog(cfg, withSecurityHeaders(cfg.pages(), withCompression(h)))))
}

// withBasePath serves all paths below another one. Without it they are there, too: for
// probes, and for proxies that take it away.
func withBasePath(base string, next http.Handler) http.Handler {
	if base == "" {
		return next
	}
	below := http.StripPrefix(base, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == base:
			w.Header().Set("Location", base+"/")
			w.WriteHeader(http.StatusPermanentRedirect)
		case strings.HasPrefix(r.URL.Path, base+"/"):
			if to := cleanPath(r.URL.Path); to != r.URL.Path { // the mux below would redirect without the base
				w.Header().Set("Location", (&url.URL{Path: to, RawQuery: r.URL.RawQuery}).String())
				w.WriteHeader(http.StatusPermanentRedirect)
				return
			}
			below.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// cleanPath resolves empty segments, . and .. of a path.
func cleanPath(p string) string {
	clean := path.Clean(p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

// strictTransport makes browsers use TLS for this host alone, for a year: other programs may
// serve hosts beneath it.
const strictTransport = "max-age=31536000"

// withSecurityHeaders says who may show what in a frame, and that no address of ours is told
// to other sites. With a certificate of our own, it says that there is TLS here from now on
// (HSTS); a proxy that has the certificate says so itself. This machine's own names are for
// all programs on it, which may have no TLS.
func withSecurityHeaders(pages web.Config, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pages.SetHeaders(w.Header())
		if r.TLS != nil && !isLoopbackHost(r.Host) {
			w.Header().Set("Strict-Transport-Security", strictTransport)
		}
		next.ServeHTTP(w, r)
	})
}

// serveSDL serves the schema. Tools ask for it at every build, and get 304 where it is
// unchanged. The ETag is weak because the response may be compressed.
func serveSDL(w http.ResponseWriter, r *http.Request) {
	sdl := graph.SDL()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", fmt.Sprintf(`W/"%.16x"`, sha256.Sum256([]byte(sdl))))
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(sdl))
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// publicMessage returns the part of an error that clients may see.
func publicMessage(err error) string {
	text := fault.T("internal error", "内部错误")
	if known, ok := asFault(err); ok {
		text = known.Text
	}
	return text.EN
}

type requestIDKey struct{}

// RequestID returns the id of a request in the log.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// withRequestID gives every request an id: that of a proxy in front, if it is valid,
// else a random one.
func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if id == "" || len(id) > 64 || strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c > '~' }) {
			id = rand.Text()[:16]
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

// LogHandler adds the id of the request to every log line that belongs to one.
func LogHandler(h slog.Handler) slog.Handler { return requestIDHandler{h} }

type requestIDHandler struct{ slog.Handler }

func (h requestIDHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h requestIDHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestIDHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestIDHandler) WithGroup(name string) slog.Handler {
	return requestIDHandler{h.Handler.WithGroup(name)}
}

// IsLoopback reports whether an address to listen on serves this machine only.
func IsLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && isLoopbackName(host)
}
