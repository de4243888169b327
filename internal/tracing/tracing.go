// Package tracing exports traces of requests, GraphQL fields and store calls with
// OpenTelemetry. No other package knows its types.
//
// The standard variables of OpenTelemetry decide. Without any of them there is no Tracer,
// nobody calls this package, and nothing is paid.
package tracing

import (
	"context"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/zhitu/zhitu/internal/fault"
)

const scope = "github.com/zhitu/zhitu"

// Tracer starts spans. It is safe for concurrent use.
type Tracer struct {
	tracer   trace.Tracer
	provider *sdktrace.TracerProvider
}

// Wanted reports whether the environment asks for traces: it names an endpoint, or the
// exporter otlp, and does not switch them off. The fault is of a protocol that this
// program does not speak.
func Wanted(env func(string) string) (bool, error) {
	exporter := env("OTEL_TRACES_EXPORTER")
	endpoint := env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") + env("OTEL_EXPORTER_OTLP_ENDPOINT")
	switch {
	case strings.EqualFold(env("OTEL_SDK_DISABLED"), "true"), exporter == "none", exporter == "" && endpoint == "":
		return false, nil
	case exporter != "" && exporter != "otlp":
		return false, fault.New(fault.InvalidArgument, "OTEL_TRACES_EXPORTER: traces are exported by otlp, or none", "OTEL_TRACES_EXPORTER：仅支持 otlp 或 none")
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"} {
		if protocol := env(name); protocol != "" {
			if protocol != "http/protobuf" {
				return false, fault.New(fault.InvalidArgument, "%s: traces are exported by http/protobuf alone, to port 4318 in most collectors",
					"%s：仅支持 http/protobuf，多数采集器的端口为 4318", name)
			}
			break // the first one decides
		}
	}
	return true, nil
}

// New returns a tracer that exports by OTLP over HTTP, as OTEL_EXPORTER_OTLP_ENDPOINT and
// the other standard variables of the process say. An exporter that cannot reach its
// collector delays nobody: spans wait in a queue of limited length, and failed gets the
// errors.
func New(ctx context.Context, version string, failed func(error)) (*Tracer, error) {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(failed))
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	about, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", "zhitu"), attribute.String("service.version", version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv()) // the environment wins
	if err != nil {
		return nil, err
	}
	return newTracer(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about)), nil
}

func newTracer(options ...sdktrace.TracerProviderOption) *Tracer {
	provider := sdktrace.NewTracerProvider(options...)
	return &Tracer{tracer: provider.Tracer(scope), provider: provider}
}

// Close exports the spans that wait, for a few seconds at most.
func (t *Tracer) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return t.provider.Shutdown(ctx)
}

// Request is what a span says of an HTTP request that has been answered.
type Request struct {
	Route         string // the pattern that matched, empty for none
	Status        int
	Client        string // its address
	OperationKind string // of GraphQL
	OperationName string
}

// StartRequest starts the span of a request, as a part of the trace that the header
// traceparent names (W3C Trace Context).
func (t *Tracer) StartRequest(r *http.Request) (*http.Request, func(Request)) {
	ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx, span := t.tracer.Start(ctx, r.Method, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("http.request.method", r.Method), attribute.String("url.path", r.URL.Path)))
	return r.WithContext(ctx), func(end Request) {
		if end.Route != "" {
			span.SetName(r.Method + " " + end.Route)
			span.SetAttributes(attribute.String("http.route", end.Route))
		}
		span.SetAttributes(attribute.Int("http.response.status_code", end.Status), attribute.String("client.address", end.Client))
		if end.OperationKind != "" {
			span.SetAttributes(attribute.String("graphql.operation.type", end.OperationKind), attribute.String("graphql.operation.name", end.OperationName))
		}
		if end.Status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// StartField starts the span of a field of GraphQL.
func (t *Tracer) StartField(ctx context.Context, object, field string) (context.Context, func(outcome fault.Code)) {
	ctx, span := t.tracer.Start(ctx, object+"."+field)
	return ctx, func(outcome fault.Code) {
		if outcome != "" {
			span.SetStatus(codes.Error, string(outcome))
		}
		span.End()
	}
}

// StartStoreCall starts the span of a call of the store. Reads outside of a request, such
// as the look for a new revision every second, have none; writes of evidence do, which
// many requests share.
func (t *Tracer) StartStoreCall(ctx context.Context, method string) (context.Context, func(error)) {
	if !trace.SpanContextFromContext(ctx).IsValid() && method != "Record" {
		return ctx, func(error) {}
	}
	ctx, span := t.tracer.Start(ctx, "store."+method, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.operation.name", method)))
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, string(fault.CodeOf(err))) // the message may quote data
		}
		span.End()
	}
}
