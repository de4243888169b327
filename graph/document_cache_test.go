package graph

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
)

func TestDocumentCacheOmitsLargeDocuments(t *testing.T) {
	t.Parallel()
	cache := newDocumentCache()
	for _, c := range []struct {
		size int
		want bool
	}{{maxCachedDocumentLen, true}, {maxCachedDocumentLen + 1, false}} {
		query := strings.Repeat("x", c.size)
		cache.Add(t.Context(), query, &ast.QueryDocument{})
		_, ok := cache.Get(t.Context(), query)
		require.Equal(t, c.want, ok)
	}
}
