package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"
)

func TestEncodingNegotiation(t *testing.T) {
	for accept, want := range map[string]string{
		"":                                  "identity",
		"gzip":                              "gzip",
		"deflate, GZIP":                     "gzip",
		"gzip, deflate, br, zstd":           "br",
		"br;q=0.8, gzip;q=1.0":              "gzip",
		"br;q=0.8, gzip;q=0.8":              "br",
		"br;q=0, gzip;q=0":                  "identity",
		"gzip;q=0":                          "identity",
		"gzip;q=wrong":                      "identity",
		"gzip;q=2":                          "identity",
		"*":                                 "br",
		"br;q=0, *":                         "gzip",
		"gzip;q=0.5, identity;q=0.9":        "identity",
		"zstd":                              "identity",
		"identity;q=0, *;q=0":               "identity",
		`br;q="`:                            "identity",
		strings.Repeat(",", 9_000) + "gzip": "gzip",
	} {
		require.Equal(t, want, preferredEncoding([]string{accept}), accept)
	}
	require.Equal(t, "br", preferredEncoding([]string{"gzip", "br"}), "of two headers")
}

func TestFilesAreCompressed(t *testing.T) {
	plain := request(http.MethodGet, "/playground/graphiql.min.js")
	require.Empty(t, plain.Header().Get("Content-Encoding"))
	require.Equal(t, "Accept-Encoding", plain.Header().Get("Vary"))
	tags := map[string]bool{plain.Header().Get("ETag"): true}
	for encoding, newReader := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	} {
		compressed := request(http.MethodGet, "/playground/graphiql.min.js", "Accept-Encoding", encoding)
		require.Equal(t, encoding, compressed.Header().Get("Content-Encoding"))
		require.Equal(t, "Accept-Encoding", compressed.Header().Get("Vary"))
		require.Less(t, compressed.Body.Len(), plain.Body.Len()/2)
		require.NotContains(t, tags, compressed.Header().Get("ETag"))
		tags[compressed.Header().Get("ETag")] = true
		r, err := newReader(compressed.Body)
		require.NoError(t, err)
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		require.True(t, string(data) == plain.Body.String())
	}
}

func TestWhatCompressionDoesNotMakeSmallerStaysAsItIs(t *testing.T) {
	for name, compress := range encodings([]byte("x")) {
		require.Nil(t, compress(), name)
	}
	for name, compress := range encodings([]byte(strings.Repeat("x", 100))) {
		require.Less(t, len(compress()), 100, name)
	}
}
