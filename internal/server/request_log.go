package server

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/tracing"
)

// requestRecord is what becomes known of a request while it is answered.
type requestRecord struct {
	client    string
	websocket bool
	operation graph.Operation
	isGraphQL bool
}

type requestRecordKey struct{}

// withRequestLog logs, counts and traces each request when it has been answered. Probes
// are logged at debug level and not traced, as they would hide the others.
func withRequestLog(cfg Config, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, recorder := time.Now(), &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		record := &requestRecord{client: clientAddress(r, cfg.Proxies), websocket: graph.IsWebsocket(r)}
		ctx := context.WithValue(r.Context(), requestRecordKey{}, record)
		r = r.WithContext(ctx)
		endSpan := func(tracing.Request) {}
		if cfg.Tracer != nil && !isProbe(r) {
			r, endSpan = cfg.Tracer.StartRequest(r)
		}
		defer func() { // of a download that breaks off, too
			route := routeOf(r)
			endSpan(tracing.Request{
				Route: route, Status: recorder.status, Client: record.client,
				OperationKind: record.operation.Kind, OperationName: record.operation.Name,
			})
			cfg.Metrics.observeRequest(route, r.Method, recorder.status)
			record.log(r, cfg.Log, recorder.status, time.Since(start))
		}()
		next.ServeHTTP(recorder, r)
	})
}

// routeOf returns the path of the pattern that matched, empty for none. It is one of a
// few, whatever clients ask for.
func routeOf(r *http.Request) string {
	_, path, ok := strings.Cut(r.Pattern, " ")
	if !ok {
		return r.Pattern
	}
	return strings.TrimSuffix(path, "{$}")
}

// isProbe reports whether a machine asks this every few seconds.
func isProbe(r *http.Request) bool {
	return r.URL.Path == "/livez" || r.URL.Path == "/readyz" || r.URL.Path == "/metrics"
}

func (record *requestRecord) log(r *http.Request, log *slog.Logger, status int, took time.Duration) {
	level := slog.LevelInfo
	if isProbe(r) {
		level = slog.LevelDebug
	}
	if !log.Enabled(r.Context(), level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", status),
		slog.Float64("took_ms", milliseconds(took)), slog.String("client", record.client),
	}
	if record.isGraphQL {
		attrs = append(attrs, operationAttrs(record.operation)...)
	}
	if id, ok := traceID(r); ok {
		attrs = append(attrs, slog.String("trace", id))
	}
	log.LogAttrs(r.Context(), level, "request", attrs...)
}

// operationAttrs are the fields of a log line about an operation.
func operationAttrs(op graph.Operation) []slog.Attr {
	outcome := "ok"
	if len(op.Codes) > 0 {
		outcome = joinCodes(op.Codes)
	}
	return []slog.Attr{slog.String("operation", strings.TrimSpace(op.Kind+" "+op.Name)), slog.String("outcome", outcome)}
}

func joinCodes(codes []fault.Code) string {
	var texts []string
	for _, code := range codes {
		texts = append(texts, string(code))
	}
	return strings.Join(texts, ",")
}

// observeOperation keeps what the line of its request says of an operation. A WebSocket
// has many, so there each has a line of its own.
func observeOperation(log *slog.Logger) func(context.Context, graph.Operation) {
	return func(ctx context.Context, op graph.Operation) {
		record, ok := ctx.Value(requestRecordKey{}).(*requestRecord)
		switch {
		case !ok:
		case record.websocket:
			log.LogAttrs(ctx, slog.LevelInfo, "subscription ended", append(operationAttrs(op), slog.String("client", record.client))...)
		default:
			record.operation, record.isGraphQL = op, true
		}
	}
}

// traceID returns the id in the header traceparent (W3C Trace Context), so that log and
// traces of a proxy find each other.
func traceID(r *http.Request) (string, bool) {
	parts := strings.Split(r.Header.Get("traceparent"), "-")
	if len(parts) < 4 || len(parts[0]) != 2 || len(parts[1]) != 32 || strings.Trim(parts[1], "0123456789abcdef") != "" || strings.Trim(parts[1], "0") == "" {
		return "", false
	}
	return parts[1], true
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// statusRecorder remembers the status of a response.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (w *statusRecorder) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
