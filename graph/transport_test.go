package graph

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// server answers {name} through POST from a schema of one field.
func server() http.Handler {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `type Query { name(n: Int): String }`})
	s := handler.New(&graphql.ExecutableSchemaMock{
		SchemaFunc: func() *ast.Schema { return schema },
		ExecFunc: func(context.Context) graphql.ResponseHandler {
			return graphql.OneShot(&graphql.Response{Data: []byte(`{"name":"知图"}`)})
		},
	})
	s.AddTransport(POST{Timeout: time.Minute})
	s.SetErrorPresenter(presenter{slog.New(slog.DiscardHandler), func(context.Context) string { return "" }}.present)
	return s
}

func TestPOST(t *testing.T) {
	const good, refused = `{"query":"{name}"}`, `{"query":"{nobody}"}`
	const limit, invalid = `"code":"LIMIT_EXCEEDED"`, `"code":"INVALID_ARGUMENT"`
	for name, c := range map[string]struct {
		method, contentType, accept, body string
		status                            int
		media, contains                   string
	}{
		"plain":               {"POST", plainJSON, "", good, 200, plainJSON, `{"data":{"name":"知图"}}`},
		"wildcard":            {"POST", plainJSON, "*/*", good, 200, plainJSON, `"data"`},
		"response type":       {"POST", plainJSON, responseJSON, good, 200, responseJSON, `"data"`},
		"first among equals":  {"POST", plainJSON, responseJSON + ", " + plainJSON, good, 200, responseJSON, `"data"`},
		"quality decides":     {"POST", plainJSON, plainJSON + ";q=0.5, " + responseJSON, good, 200, responseJSON, `"data"`},
		"quality zero":        {"POST", plainJSON, responseJSON + ";q=0", good, 200, plainJSON, `"data"`},
		"neither":             {"POST", plainJSON, "text/html", good, 200, plainJSON, `"data"`},
		"charset":             {"POST", plainJSON + "; charset=UTF-8", "", good, 200, plainJSON, `"data"`},
		"refused, plain":      {"POST", plainJSON, "", refused, 200, plainJSON, `"errors"`},
		"refused, response":   {"POST", plainJSON, responseJSON, refused, 400, responseJSON, `"errors"`},
		"GET":                 {"GET", "", "", "", 405, plainJSON, invalid},
		"no content type":     {"POST", "", "", good, 415, plainJSON, invalid},
		"form":                {"POST", "text/plain", "", good, 415, plainJSON, invalid},
		"other charset":       {"POST", plainJSON + "; charset=gbk", "", good, 415, plainJSON, invalid},
		"empty":               {"POST", plainJSON, "", "", 400, plainJSON, invalid},
		"not JSON":            {"POST", plainJSON, "", "{", 400, plainJSON, invalid},
		"batch":               {"POST", plainJSON, "", "[" + good + "]", 400, plainJSON, invalid},
		"two values":          {"POST", plainJSON, "", good + good, 400, plainJSON, invalid},
		"no query":            {"POST", plainJSON, "", `{"qeury":"{name}"}`, 400, plainJSON, invalid},
		"too large":           {"POST", plainJSON, "", strings.Repeat(" ", maxBody) + good, 413, plainJSON, limit},
		"too large, trailing": {"POST", plainJSON, "", good + strings.Repeat(" ", maxBody), 413, plainJSON, limit},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "/graphql", strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.contentType)
			if c.accept != "" {
				r.Header.Set("Accept", c.accept)
			}
			w := httptest.NewRecorder()
			server().ServeHTTP(w, r)

			require.Equal(t, c.status, w.Code, w.Body)
			require.Equal(t, c.media+"; charset=utf-8", w.Header().Get("Content-Type"))
			require.Contains(t, w.Body.String(), c.contains)
			if !strings.Contains(c.contains, "data") {
				require.NotContains(t, w.Body.String(), `"data"`, "nothing was executed")
			}
		})
	}
}

func TestPOSTNamesTheAllowedMethod(t *testing.T) {
	w := httptest.NewRecorder()
	server().ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/graphql", nil))
	require.Equal(t, "POST", w.Header().Get("Allow"))
}

func TestPOSTAnswersWhenTheContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(`{"query":"{name}"}`))
	r.Header.Set("Content-Type", plainJSON)
	w := httptest.NewRecorder()
	server().ServeHTTP(w, r)
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, RetryAfter, w.Header().Get("Retry-After"))
	require.Contains(t, w.Body.String(), `"code":"UNAVAILABLE"`)
}

func TestPOSTTakesNoHeadersFromTheBody(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/graphql",
		strings.NewReader(`{"query":"{name}","headers":{"Authorization":["Bearer forged"]}}`))
	r.Header.Set("Content-Type", plainJSON)
	var params graphql.RawParams
	_, err := readParams(httptest.NewRecorder(), r, &params)
	require.Nil(t, err)
	require.Equal(t, r.Header, params.Headers)
	require.Empty(t, r.Header.Get("Authorization"))
}

// deadlines notes those that a handler sets.
type deadlines struct {
	*httptest.ResponseRecorder
	read, write []time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error  { d.read = append(d.read, t); return nil }
func (d *deadlines) SetWriteDeadline(t time.Time) error { d.write = append(d.write, t); return nil }

func TestAStreamHasDeadlinesOfItsOwn(t *testing.T) {
	w, start := &deadlines{ResponseRecorder: httptest.NewRecorder()}, time.Now()
	stream(t.Context(), w, graphql.OneShot(&graphql.Response{Data: []byte(`{}`)}))
	require.Equal(t, []time.Time{{}}, w.read, "that of the server has passed before there is an answer")
	require.Len(t, w.write, 3, "to begin, for the answer, to end")
	for _, d := range w.write {
		require.WithinRange(t, d, start.Add(writeTime), time.Now().Add(writeTime))
	}
	require.Equal(t, ":\n\nevent: next\ndata: {\"data\":{}}\n\nevent: complete\ndata:\n\n", w.Body.String())
	require.True(t, w.Flushed)
}

// broken is a client that has gone.
type broken struct{ *httptest.ResponseRecorder }

func (broken) WriteString(string) (int, error) { return 0, io.ErrClosedPipe }

func TestAStreamEndsWithItsClient(t *testing.T) {
	stream(t.Context(), broken{httptest.NewRecorder()}, func(ctx context.Context) *graphql.Response {
		<-ctx.Done()
		return nil
	})
}
