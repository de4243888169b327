package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUncleanPathsStayBelowTheBase(t *testing.T) {
	handler := withBasePath("/zhitu", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.Path) }))
	for path, want := range map[string]string{
		"/zhitu//learning?view=gap": "/zhitu/learning?view=gap", "/zhitu/a/../b/": "/zhitu/b/", "/zhitu//evil.example": "/zhitu/evil.example", "/zhitu/learning": "", "/zhitu/": "",
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		require.Equal(t, want, w.Header().Get("Location"), path)
	}
}
