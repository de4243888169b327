package graph

import (
	"context"
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

// newPOSTHandler answers {name} by POST, from a schema of one field.
func newPOSTHandler() http.Handler {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `type Query { name(n: Int): String }`})
	s := handler.New(&graphql.ExecutableSchemaMock{
		SchemaFunc: func() *ast.Schema { return schema },
		ExecFunc: func(context.Context) graphql.ResponseHandler {
			return graphql.OneShot(&graphql.Response{Data: []byte(`{"name":"知图"}`)})
		},
	})
	s.AddTransport(POST{Timeout: time.Minute})
	s.SetErrorPresenter(errorPresenter{slog.New(slog.DiscardHandler), func(context.Context) string { return "" }}.present)
	return s
}

func TestPOST(t *testing.T) {
	t.Parallel()
	const valid, refused = `{"query":"{name}"}`, `{"query":"{nobody}"}`
	const limit, invalid = `"code":"LIMIT_EXCEEDED"`, `"code":"INVALID_ARGUMENT"`
	const hashOnly = `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38"}}}`
	for name, c := range map[string]struct {
		method, contentType, accept, body string
		status                            int
		media, contains                   string
	}{
		"plain":               {"POST", plainJSON, "", valid, 200, plainJSON, `{"data":{"name":"知图"}}`},
		"wildcard":            {"POST", plainJSON, "*/*", valid, 200, plainJSON, `"data"`},
		"response type":       {"POST", plainJSON, responseJSON, valid, 200, responseJSON, `"data"`},
		"first among equals":  {"POST", plainJSON, responseJSON + ", " + plainJSON, valid, 200, responseJSON, `"data"`},
		"quality decides":     {"POST", plainJSON, plainJSON + ";q=0.5, " + responseJSON, valid, 200, responseJSON, `"data"`},
		"quality zero":        {"POST", plainJSON, responseJSON + ";q=0", valid, 200, plainJSON, `"data"`},
		"neither":             {"POST", plainJSON, "text/html", valid, 200, plainJSON, `"data"`},
		"charset":             {"POST", plainJSON + "; charset=UTF-8", "", valid, 200, plainJSON, `"data"`},
		"refused, plain":      {"POST", plainJSON, "", refused, 200, plainJSON, `"errors"`},
		"refused, response":   {"POST", plainJSON, responseJSON, refused, 400, responseJSON, `"errors"`},
		"GET":                 {"GET", "", "", "", 405, plainJSON, invalid},
		"no content type":     {"POST", "", "", valid, 415, plainJSON, invalid},
		"form":                {"POST", "text/plain", "", valid, 415, plainJSON, invalid},
		"other charset":       {"POST", plainJSON + "; charset=gbk", "", valid, 415, plainJSON, invalid},
		"empty":               {"POST", plainJSON, "", "", 400, plainJSON, invalid},
		"not JSON":            {"POST", plainJSON, "", "{", 400, plainJSON, invalid},
		"batch":               {"POST", plainJSON, "", "[" + valid + "]", 400, plainJSON, invalid},
		"two values":          {"POST", plainJSON, "", valid + valid, 400, plainJSON, invalid},
		"a hash, plain":       {"POST", plainJSON, "", hashOnly, 200, plainJSON, `[{"message":"PersistedQueryNotSupported","extensions":{"code":"PERSISTED_QUERY_NOT_SUPPORTED"}}]`},
		"a hash, response":    {"POST", plainJSON, responseJSON, hashOnly, 200, responseJSON, `"code":"PERSISTED_QUERY_NOT_SUPPORTED"`},
		"a hash and a query":  {"POST", plainJSON, "", `{"query":"{name}",` + hashOnly[1:], 200, plainJSON, `{"data":{"name":"知图"}}`},
		"no query":            {"POST", plainJSON, "", `{"qeury":"{name}"}`, 400, plainJSON, invalid},
		"too large":           {"POST", plainJSON, "", strings.Repeat(" ", maxBody) + valid, 413, plainJSON, limit},
		"too large, trailing": {"POST", plainJSON, "", valid + strings.Repeat(" ", maxBody), 413, plainJSON, limit},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "/graphql", strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.contentType)
			if c.accept != "" {
				r.Header.Set("Accept", c.accept)
			}
			w := httptest.NewRecorder()
			newPOSTHandler().ServeHTTP(w, r)

			require.Equal(t, c.status, w.Code, w.Body)
			require.Equal(t, c.media+"; charset=utf-8", w.Header().Get("Content-Type"))
			require.Contains(t, w.Body.String(), c.contains)
			if !strings.Contains(c.contains, "data") {
				require.NotContains(t, w.Body.String(), `"data"`, "nothing was executed")
			}
		})
	}
}

func TestPOSTNamesAllowedMethod(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	newPOSTHandler().ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/graphql", nil))
	require.Equal(t, "POST", w.Header().Get("Allow"))
}

func TestPOSTAnswersAfterCancellation(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(`{"query":"{name}"}`))
	r.Header.Set("Content-Type", plainJSON)
	w := httptest.NewRecorder()
	newPOSTHandler().ServeHTTP(w, r)
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, RetryAfter, w.Header().Get("Retry-After"))
	require.Contains(t, w.Body.String(), `"code":"UNAVAILABLE"`)
}

func TestPOSTIgnoresHeadersInBody(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/graphql",
		strings.NewReader(`{"query":"{name}","headers":{"Authorization":["Bearer forged"]}}`))
	r.Header.Set("Content-Type", plainJSON)
	var params graphql.RawParams
	_, err := readParams(httptest.NewRecorder(), r, &params, &uploads{})
	require.Nil(t, err)
	require.Equal(t, r.Header, params.Headers)
	require.Empty(t, r.Header.Get("Authorization"))
}
