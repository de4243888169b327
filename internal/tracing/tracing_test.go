package tracing

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/zhitu/zhitu/internal/fault"
)

func TestStandardVariablesDecide(t *testing.T) {
	for name, c := range map[string]struct {
		env    map[string]string
		wanted bool
		en, zh string
	}{
		"nothing":                     {nil, false, "", ""},
		"an endpoint":                 {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, true, "", ""},
		"an endpoint for traces":      {map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, true, "", ""},
		"the exporter":                {map[string]string{"OTEL_TRACES_EXPORTER": "otlp"}, true, "", ""},
		"an endpoint and no exporter": {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "none"}, false, "", ""},
		"switched off":                {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "TRUE"}, false, "", ""},
		"another exporter":            {map[string]string{"OTEL_TRACES_EXPORTER": "zipkin"}, false, "exported by otlp, or none", "仅支持 otlp"},
		"another protocol":            {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, false, "OTEL_EXPORTER_OTLP_PROTOCOL: traces are exported by http/protobuf alone", "仅支持 http/protobuf"},
		"the protocol of traces":      {map[string]string{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf"}, true, "", ""},
	} {
		wanted, err := Wanted(func(name string) string { return c.env[name] })
		require.Equal(t, c.wanted, wanted, name)
		if c.en == "" {
			require.NoError(t, err, name)
			continue
		}
		var known *fault.Error
		require.ErrorAs(t, err, &known, name)
		require.Contains(t, known.Text.EN, c.en, name)
		require.Contains(t, known.Text.ZH, c.zh, name)
	}
}

func TestSpansAreOfTheTraceOfTheClient(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	tracer := newTracer(sdktrace.WithSpanProcessor(recorder))
	r := httptest.NewRequest("POST", "/graphql", nil)
	r.Header.Set("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	r, endRequest := tracer.StartRequest(r)
	ctx, endField := tracer.StartField(r.Context(), "Query", "gapAnalysis")
	_, endCall := tracer.StartStoreCall(ctx, "Profile")
	endCall(fault.Wrap(errors.New("E007"), fault.Unavailable, "away", "不可用"))
	endField(fault.Unavailable)
	endRequest(Request{Route: "/graphql", Status: 200, Client: "10.0.0.9", OperationKind: "query", OperationName: "Gap"})

	spans := recorder.Ended()
	require.Len(t, spans, 3)
	names := []string{spans[0].Name(), spans[1].Name(), spans[2].Name()}
	require.Equal(t, []string{"store.Profile", "Query.gapAnalysis", "POST /graphql"}, names)
	for _, span := range spans {
		require.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", span.SpanContext().TraceID().String())
	}
	require.Equal(t, "00f067aa0ba902b7", spans[2].Parent().SpanID().String())
	require.Equal(t, spans[1].SpanContext().SpanID(), spans[0].Parent().SpanID())
	require.Equal(t, "UNAVAILABLE", spans[0].Status().Description, "and no data of people")

	attributes := map[string]string{}
	for _, a := range spans[2].Attributes() {
		attributes[string(a.Key)] = a.Value.String()
	}
	require.Equal(t, map[string]string{
		"http.request.method": "POST", "url.path": "/graphql", "http.route": "/graphql", "http.response.status_code": "200", "client.address": "10.0.0.9",
		"graphql.operation.type": "query", "graphql.operation.name": "Gap",
	}, attributes)
}

func TestReadsOutsideOfRequestsHaveNoSpan(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	tracer := newTracer(sdktrace.WithSpanProcessor(recorder))
	for _, method := range []string{"Revision", "Record"} {
		_, end := tracer.StartStoreCall(t.Context(), method)
		end(nil)
	}
	require.Len(t, recorder.Ended(), 1)
	require.Equal(t, "store.Record", recorder.Ended()[0].Name())
}
